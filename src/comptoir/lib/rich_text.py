"""Rich text kept safe: bold, italic, lists and links, nothing else; cleaned on the way in, and again on the way out."""

import html
import re

import nh3

_TAGS = {"p", "div", "br", "strong", "b", "em", "i", "ul", "ol", "li", "a"}
_SCHEMES = {"http", "https", "mailto"}
_LINE = re.compile(r"<br\s*/?>|</(?:div|li|ul|ol)>", re.IGNORECASE)
_PARAGRAPH = re.compile(r"</p>", re.IGNORECASE)
_ITEM = re.compile(r"<li\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_LINK = re.compile(r"https?://[^\s<>\"']{3,500}[^\s<>\"'.,;:!?)»]")
_BLANKS = re.compile(r"\n{3,}")


def clean(written: str) -> str:
    """The same text without anything that could run, load or pass for a part of the page."""
    if not _is_written(written):
        written = html.escape(written)
    return nh3.clean(
        written,
        tags=_TAGS,
        clean_content_tags={"script", "style", "title", "textarea", "template", "noscript"},
        attributes={"a": {"href"}},
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
        strip_comments=True,
    ).strip()


DEEPEST, LONGEST = 100, 1_000_000


def _is_written(text: str) -> bool:
    """Whether it may be what somebody wrote: tags within tags without end only keep a server busy, and are shown as text."""
    if len(text) > LONGEST:
        return False
    depth = 0
    for closes, name in _TAG.findall(text):
        depth += (-1 if depth else 0) if closes else name.lower() != "br"
        if depth > DEEPEST:
            return False
    return True


def plain(written: str) -> str:
    """Rich text as plain text: what is searched, listed and mailed."""
    lined = _PARAGRAPH.sub("\n\n", _LINE.sub("\n", _ITEM.sub("• ", clean(written))))
    bare = html.unescape(nh3.clean(lined, tags=set())).replace("\xa0", " ")
    lines = "\n".join(" ".join(line.split()) for line in bare.split("\n"))
    return _BLANKS.sub("\n\n", lines).strip()


def from_plain(text: str) -> str:
    """Plain text as rich text: its paragraphs, its lines, and its addresses made links."""
    paragraphs = [part.strip("\n") for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip())]
    return clean("".join(f"<p>{_linked(part)}</p>" for part in paragraphs if part.strip()))


def _linked(text: str) -> str:
    parts, end = [], 0
    for found in _LINK.finditer(text):
        address = html.escape(found[0])
        parts += [html.escape(text[end : found.start()]), f'<a href="{address}">{address}</a>']
        end = found.end()
    return "".join([*parts, html.escape(text[end:])]).replace("\n", "<br>")
