"""The help's articles: Markdown under `docs/guide`, read once, found by the screen one is on or by words.

A file begins with lines `name: value` and a rule, as `title: …`, `summary: …`, `screens: …` (names of addresses) and
`words: …` (what people call it); its number gives its place among the others of its side, and is no part of its address.

Its English is the file of the same name under `docs/guide/english`, without `screens`: they are the French one's. All that is
asked of this module is answered in the language that is spoken.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token
from PIL import Image
from rapidfuzz import fuzz, process

from comptoir.domain.text import folded
from comptoir.lib.english import ENGLISH, FRENCH, tongue

PICTURES = Path(__file__).parent / "static" / "guide"
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
_CLOSE = 78
"""From this likeness on, out of 100, a word with a slip is the one that was meant."""


class Side(StrEnum):
    """For whom an article is written."""

    CLIENTS = "clients"
    FIRMS = "cabinets"

    @property
    def french(self) -> str:
        """The heading of its articles."""
        return "Pour les clients" if self == Side.CLIENTS else "Pour les cabinets"


@dataclass(frozen=True, slots=True)
class Article:
    """One page of help."""

    side: Side
    slug: str
    title: str
    summary: str
    screens: frozenset[str]
    words: str
    text: str
    language: str

    @property
    def address(self) -> str:
        """Where it is read; the first steps have an address that never changes."""
        return (
            reverse("guide") if self.slug == "bien-demarrer" else reverse("article", args=[self.side, self.slug])
        )

    @property
    def html(self) -> SafeString:
        """The article as a page shows it, with its pictures and its links to others."""
        tokens = _MARKDOWN.parse(self.text)
        for token in _inside(tokens):
            if token.type == "image":
                _place(token, self.language)
            elif token.type == "link_open":
                _lead(token, self.side)
        made: str = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
        return mark_safe(made)  # noqa: S308  # our own files, without HTML


def every() -> tuple[Article, ...]:
    """All articles in the language that is spoken, each side's in their order."""
    return _written_in(tongue())


@cache
def _written_in(language: str) -> tuple[Article, ...]:
    paths = [(side, path) for side in Side for path in sorted((settings.GUIDE / side).glob("*.md"))]
    return tuple(_read(side, path, language) for side, path in paths)


def article(side: str, slug: str) -> Article | None:
    """The article of this address."""
    return next((found for found in every() if (found.side, found.slug) == (side, slug)), None)


def of_side(side: str) -> list[Article]:
    """A side's articles, in their order."""
    return [found for found in every() if found.side == side]


def for_screen(side: str, screen: str) -> list[Article]:
    """The articles that speak of this screen."""
    return [found for found in of_side(side) if screen in found.screens]


def search(asked: str, side: str = "") -> list[Article]:
    """Articles that speak of all these words, the closest first: accents, endings and slips of the finger do not count."""
    little = _LITTLE[tongue()]
    wanted = [word for word in folded(asked[:200]).split() if len(word) > 1 and word not in little][:8]
    meant = [_meant(word) for word in wanted]
    if not meant or not all(meant):
        return []
    weighed = [
        (sum(_weight(found, words) for words in meant), found) for found in every() if side in ("", found.side)
    ]
    found_all = [(weight, found) for weight, found in weighed if all(_weight(found, words) for words in meant)]
    return [found for _, found in sorted(found_all, key=lambda pair: -pair[0])]


_LITTLE = {
    FRENCH: {"COMMENT", "JE", "UN", "UNE", "LE", "LA", "LES", "DE", "DES", "DU", "ET", "OU", "MON", "MA", "MES",
         "POUR", "PAR", "SUR", "AU", "AUX", "EN", "DANS", "FAIRE", "PUIS"},
    ENGLISH: {"HOW", "DO", "DOES", "THE", "AN", "OF", "TO", "IT", "IS", "ARE", "AND", "OR", "MY", "ME", "FOR",
         "BY", "WITH", "ON", "AT", "IN", "INTO", "CAN", "WHAT", "WHERE", "WHEN"},
}  # fmt: skip
"""Words that say nothing of what is looked for."""


def _meant(word: str) -> frozenset[str]:
    """The words of the articles that somebody may mean: those that begin so, else those that are written almost so."""
    known = _vocabulary(every())
    begun = frozenset(other for other in known if other.startswith(word))
    close = process.extract(word, known, scorer=fuzz.ratio, score_cutoff=_CLOSE, limit=8)
    return begun or frozenset(other for other, *_ in close)


@cache
def _vocabulary(written: tuple[Article, ...]) -> tuple[str, ...]:
    return tuple(sorted({word for found in written for words, _ in _weighed(found) for word in words}))


@cache
def _weighed(found: Article) -> tuple[tuple[frozenset[str], int], ...]:
    """The words of an article by what they weigh: its title says best what it is about."""
    parts = ((found.title, 8), (found.words, 5), (found.summary, 3), (found.text, 1))
    return tuple((frozenset(folded(text).split()), weight) for text, weight in parts)


def _weight(found: Article, meant: frozenset[str]) -> int:
    return sum(weight for words, weight in _weighed(found) if words & meant)


def _read(side: Side, path: Path, language: str) -> Article:
    french, french_text = _parts(path)
    english_path = settings.GUIDE / "english" / side / path.name
    is_english = language == ENGLISH and english_path.exists()
    said, text = _parts(english_path) if is_english else (french, french_text)
    return Article(
        side=side,
        slug=path.stem.partition("-")[2],
        title=said["title"],
        summary=said["summary"],
        screens=frozenset(french.get("screens", "").split()),
        words=said.get("words", ""),
        text=text,
        language=ENGLISH if is_english else FRENCH,
    )


def _parts(path: Path) -> tuple[dict[str, str], str]:
    """What a file says of itself, and its text."""
    head, _, text = path.read_text(encoding="utf-8").partition("\n---\n")
    return dict(line.split(": ", 1) for line in head.splitlines()), text.strip()


def _inside(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _inside(token.children or [])


def _place(token: Token, language: str) -> None:
    """A picture of the guide, with its size, so that nothing moves when it comes; of an English screen where there is one."""
    name = str(token.attrs["src"])
    if language == ENGLISH and (PICTURES / ENGLISH / name).exists():
        name = f"{ENGLISH}/{name}"
    if not (PICTURES / name).exists():  # not made yet: its words stand for it
        token.type = "text"
        return
    with Image.open(PICTURES / name) as picture:
        width, height = picture.size
    token.attrs |= {"src": static(f"guide/{name}"), "width": width, "height": height, "loading": "lazy"}
    token.attrs["class"] = "tall" if height > width else "wide"


def _lead(token: Token, side: Side) -> None:
    """A link to another article names it by its slug."""
    target = str(token.attrs["href"])
    if "/" not in target and (other := article(side, target)):
        token.attrs["href"] = other.address
