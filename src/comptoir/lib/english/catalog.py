"""The words themselves: both catalogs as they are read, and a sentence put into English."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from babel.messages import pofile
from babel.messages.catalog import Catalog

from comptoir.lib.english import ENGLISH, tongue

_PLACE = re.compile(r"\{(\w*)\}")
_INDENTED = re.compile(r"\n {2,}")
"""A docstring's next line: what an exception says is one sentence."""
_LINKS = {", ": ", ", " ou ": " or ", " et ": " and "}
"""What stands between the things of a list."""
_BETWEEN = re.compile(rf"({'|'.join(_LINKS)})(?![^«»]*»)")
_QUOTED = re.compile("«[^«»]*»[.]?")
_ENOUGH = 5
"""A sentence of fewer letters than this around its values would be found in what anybody wrote: it takes figures only."""
_LONGEST = 1000
"""Signs of what is looked at: nothing that the product says is longer."""


def read(name: str) -> Catalog:
    """A catalog's file, as it stands."""
    with files(__package__).joinpath("words", f"{name}.po").open("rb") as file:
        return pofile.read_po(file, locale="en_GB")


@cache
def words(name: str, place: str = "") -> dict[str, str]:
    """French as it stands in the source → English; what has no English yet is not there.

    Where one word means two things, one template has an English of its own: its path is the message's context.
    """
    return {
        _INDENTED.sub(" ", str(message.id)): str(message.string)
        for message in read(name)
        if message.id and message.string and (message.context or "") == place
    }


def english(text: str) -> str:
    """A sentence of the product's own in the language that is spoken; what it does not know is left as it is."""
    return _put(_INDENTED.sub(" ", str(text))) if text and tongue() == ENGLISH and len(text) <= _LONGEST else text


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A sentence with places for values, as it is recognised and as it is said."""

    french: re.Pattern[str]
    places: tuple[str, ...]
    quoted: frozenset[int]
    english: str

    @staticmethod
    def of(french: str, english: str, head: str = "") -> "_Pattern":
        """The shape of a sentence, after a head where it only goes on; one of few letters takes figures only."""
        literal = _PLACE.split(french)
        parts, places = literal[::2], literal[1::2]
        is_short = not head and sum(map(str.isalpha, "".join(parts))) < _ENOUGH
        shape = (r"([\d\u202f\u00a0 ,%€]*)" if is_short else "(.*?)").join(map(re.escape, parts))
        quoted = frozenset(rank for rank, part in enumerate(parts) if part.endswith(("« ", "«\u00a0")))
        return _Pattern(re.compile(head + shape, re.DOTALL), tuple(places), quoted, english)

    def put(self, text: str) -> str:
        """The sentence in English, its values in their places; empty where it is another one."""
        found = self.french.fullmatch(text)
        if not found:
            return ""
        values = found.groups()[-len(self.places) :]
        unnamed = iter(range(len(self.places)))

        def value(place: re.Match[str]) -> str:
            rank = self.places.index(place[1]) if place[1] else next(unnamed)
            # What stands in quotes is somebody's word: a folder named « Banque » keeps its name.
            return values[rank] if rank in self.quoted else _put(values[rank])

        return _PLACE.sub(value, self.english)


@cache
def _patterns() -> list[_Pattern]:
    """The longest first, so that of two that fit the one that says more is taken."""
    with_places = {french: said for french, said in words("sentences").items() if _PLACE.search(french)}
    return [_Pattern.of(french, with_places[french]) for french in sorted(with_places, key=_weight, reverse=True)]


@cache
def _continuations() -> list[_Pattern]:
    return [
        _Pattern.of(french, said, head="(?P<head>.+)")
        for french, said in words("sentences").items()
        if french.startswith((" ", ",")) and _PLACE.search(french)
    ]


def _weight(french: str) -> int:
    return sum(map(str.isalpha, _PLACE.sub("", french)))


@lru_cache(maxsize=8192)
def _put(text: str) -> str:
    return _known(text) or _continued(text) or _counted(text) or _in_parts(text)


def _known(text: str) -> str:
    said = words("sentences").get(text) or next(filter(None, (pattern.put(text) for pattern in _patterns())), "")
    return said or _capital(words("sentences").get(text[:1].lower() + text[1:], ""))


def _capital(said: str) -> str:
    """What stands within a sentence, at the beginning of a line of its own."""
    return said[:1].upper() + said[1:]


def _continued(text: str) -> str:
    """What is known and goes on as the code adds to it: `Sortie d’argent` + ` par {0}` + ` dont le libellé contient {0}`.

    What was added last is taken off first; an addition within « » is somebody's word.
    """
    found = [(match["head"], pattern) for pattern in _continuations() if (match := pattern.french.fullmatch(text))]
    outside = [one for one in found if one[0].count("«") == one[0].count("»")]
    for head, pattern in sorted(outside, key=lambda one: -len(one[0])):
        if said := _known(head) or _continued(head):
            return said + pattern.put(text)
    return ""


def _counted(text: str) -> str:
    """A figure and what is counted: `2 modèles`."""
    figure, _, counted = text.partition(" ")
    if not figure.isdigit():
        return ""
    one = words("sentences").get(counted.removesuffix("s"), "")
    return f"{figure} {one}{'' if figure == '1' else 's'}" if one else ""


def _in_parts(text: str) -> str:
    """Sentences that stand side by side, each by itself; a list of things, where each is known or somebody's in « »."""
    sides = re.split(r"(?<=[.!?…]) +(?=[«A-ZÀ-Ý])", text)
    if len(sides) > 1:
        return " ".join(map(_put, sides))
    things = [_thing(one) for one in _BETWEEN.split(text)]
    return "".join(things) if all(things) else text


def _thing(text: str) -> str:
    return _LINKS.get(text) or _known(text) or (text if _QUOTED.fullmatch(text) else "")


def told(said: Any) -> Any:
    """What a script is told: the same, each `sentence` in it in the language that is spoken."""
    if isinstance(said, Mapping):
        return {
            key: english(value) if key == "sentence" and isinstance(value, str) else told(value)
            for key, value in said.items()
        }
    return [told(one) for one in said] if isinstance(said, list | tuple) else said
