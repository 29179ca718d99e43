"""What a template says: its runs of words, each with the place where it stands.

A run is what stands between two tags, of HTML or of the template, with the variables inside it: `Déposé par {{ who }}`.
Of attributes, those that a person reads or hears. Of quoted words within the template's own tags, those that are said
(`{{ x|default:"sans objet" }}`), never those that name something (`{% url "home" %}`).
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_TOKEN = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}", re.DOTALL)
_MUTE = re.compile(r"<!--.*?-->|<(style|script)\b.*?</\1>", re.DOTALL)
_HTML = re.compile(r"""<[a-zA-Z/!](?:[^<>"']|"[^"]*"|'[^']*')*>""")
_READ = re.compile(
    r"\b(?:placeholder|title|aria-label|aria-description|aria-roledescription|alt|label|data-label|data-visit"
    r'|data-[a-z-]*(?:say|word|text|ask|confirm|hint|sentence)[a-z-]*)="([^"]*)"'
)
_VALUE = re.compile(r'\btype="(?:submit|button)"[^>]*\bvalue="([^"]*)"')
_QUOTED = re.compile(r'"([^"]*)"')
_NAMES = {"url", "at", "extends", "load", "static", "asset", "if", "elif", "icon", "block", "endblock", "partial",
          "partialdef", "for", "ifchanged", "regroup", "firstof"}  # fmt: skip
"""Tags whose quoted words name a route, a file, a block, or are compared: nobody reads them."""
_FILTERS = re.compile(r'\|(?:plural|pluralize|date|time|stringformat|add|split|of|cut|slice):"[^"]*"')
_SAID = re.compile(r"[A-ZÀ-Ý][a-zà-ÿ’]|[à-ÿÀ-Ý’«…]|^[a-z]+(?:,[a-z]+)* ?[ ,][a-z]")
_LETTERS = re.compile(r"[A-Za-zÀ-ÿ]{2}|[àÀ]")
_VARIABLE, _TAG = "\x01", "\x02"


@dataclass(frozen=True, slots=True)
class Run:
    """Words at a place of a template's source."""

    start: int
    end: int
    words: str


def runs(source: str, *, is_html: bool = True) -> list[Run]:
    """Every run of a template's source, in order; none within another."""
    masked = _masked(source)
    spans = [*_in_text(masked, is_html=is_html)]
    found = [run for span in spans if (run := _run(source, masked, *span))]
    covered = [range(run.start, run.end) for run in found]
    quoted = [run for run in _in_tokens(source) if not any(run.start in there for there in covered)]
    return sorted(found + quoted, key=lambda run: run.start)


def put(source: str, words: Callable[[str], str], *, is_html: bool = True) -> str:
    """The same template, with other words for each run."""
    told, done = [], 0
    for run in runs(source, is_html=is_html):
        told += [source[done : run.start], words(run.words)]
        done = run.end
    return "".join([*told, source[done:]])


def places_read(source: str, *, is_html: bool = True) -> list[range]:
    """Where a person reads what a template shows: between tags, and in the attributes that are read out or shown."""
    return [range(start, end) for start, end in _in_text(_masked(source), is_html=is_html)]


def _masked(source: str) -> str:
    """The source with each of the template's tokens made as many signs of one kind, so that HTML is seen through them."""

    def mask(found: re.Match[str]) -> str:
        return (_VARIABLE if found[0].startswith("{{") else _TAG) * len(found[0])

    return _MUTE.sub(lambda found: _TAG * len(found[0]), _TOKEN.sub(mask, source))


def _in_text(masked: str, *, is_html: bool) -> Iterator[tuple[int, int]]:
    if not is_html:
        yield from _between(masked, 0, len(masked), r"[\x02\n]+")
        return
    done = 0
    for tag in _HTML.finditer(masked):
        yield from _between(masked, done, tag.start(), r"\x02+")
        done = tag.end()
        for attribute in (*_READ.finditer(tag[0]), *_VALUE.finditer(tag[0])):
            start, end = attribute.span(1)
            yield from _between(masked, tag.start() + start, tag.start() + end, r"\x02+")
    yield from _between(masked, done, len(masked), r"\x02+")


def _between(masked: str, start: int, end: int, signs: str) -> Iterator[tuple[int, int]]:
    done = start
    for cut in re.compile(signs).finditer(masked, start, end):
        yield done, cut.start()
        done = cut.end()
    yield done, end


def _run(source: str, masked: str, start: int, end: int) -> Run | None:
    text = masked[start:end]
    said = re.sub(r"&[a-z]+;|\x01+", " ", text)
    if not _LETTERS.search(said):
        return None
    start += len(text) - len(text.lstrip())
    end -= len(text) - len(text.rstrip())
    return Run(start, end, _one_line(source[start:end]))


def _one_line(text: str) -> str:
    return re.sub(r"[ \n]+", " ", text)


def _in_tokens(source: str) -> Iterator[Run]:
    for token in _TOKEN.finditer(source):
        if token[0].startswith("{#"):
            continue
        inside = _FILTERS.sub(lambda found: " " * len(found[0]), token[0])
        name = inside[2:-2].split(None, 1)[0] if token[0].startswith("{%") else ""
        if name in _NAMES:
            continue
        for rank, quoted in enumerate(_QUOTED.finditer(inside)):
            is_name = name == "include" and rank == 0
            if not is_name and _SAID.search(quoted[1]):
                yield Run(token.start() + quoted.start(1), token.start() + quoted.end(1), quoted[1])
