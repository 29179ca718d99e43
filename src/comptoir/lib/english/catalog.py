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
        str(message.id): str(message.string)
        for message in read(name)
        if message.id and message.string and (message.context or "") == place
    }


def english(text: str) -> str:
    """A sentence of the product's own in the language that is spoken; what it does not know is left as it is."""
    return _put(str(text)) if text and tongue() == ENGLISH and len(text) <= _LONGEST else text


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A sentence with places for values, as it is recognised and as it is said."""

    french: re.Pattern[str]
    places: tuple[str, ...]
    quoted: frozenset[int]
    english: str

    @staticmethod
    def of(french: str, english: str) -> "_Pattern":
        literal = _PLACE.split(french)
        parts, places = literal[::2], literal[1::2]
        is_short = sum(map(str.isalpha, "".join(parts))) < _ENOUGH
        shape = (r"([\d\u202f]*)" if is_short else "(.*?)").join(map(re.escape, parts))
        quoted = frozenset(rank for rank, part in enumerate(parts) if part.endswith(("« ", "«\u00a0")))
        return _Pattern(re.compile(shape, re.DOTALL), tuple(places), quoted, english)

    def put(self, text: str) -> str:
        """The sentence in English, its values in their places; empty where it is another one."""
        found = self.french.fullmatch(text)
        if not found:
            return ""
        unnamed = iter(range(len(self.places)))

        def value(place: re.Match[str]) -> str:
            rank = self.places.index(place[1]) if place[1] else next(unnamed)
            # What stands in quotes is somebody's word: a folder named « Banque » keeps its name.
            return found[rank + 1] if rank in self.quoted else _put(found[rank + 1])

        return _PLACE.sub(value, self.english)


@cache
def _patterns() -> list[_Pattern]:
    """The longest first, so that of two that fit the one that says more is taken."""
    weighed = [
        (sum(map(str.isalpha, _PLACE.sub("", french))), french, said)
        for french, said in words("sentences").items()
        if _PLACE.search(french)
    ]
    return [_Pattern.of(french, said) for weight, french, said in sorted(weighed, reverse=True) if weight]


@lru_cache(maxsize=8192)
def _put(text: str) -> str:
    return _known(text) or _in_parts(text)


def _known(text: str) -> str:
    return words("sentences").get(text) or next(filter(None, (pattern.put(text) for pattern in _patterns())), "")


def _in_parts(text: str) -> str:
    """Sentences that stand side by side, each by itself; a list of reasons, where each of them is known."""
    sides = re.split(r"(?<=[.!?…]) +(?=[«A-ZÀ-Ý])", text)
    if len(sides) > 1:
        return " ".join(map(_put, sides))
    reasons = [_known(reason) for reason in text.split(", ")]
    return ", ".join(reasons) if all(reasons) else text


def told(said: Any) -> Any:
    """What a script is told: the same, each `sentence` in it in the language that is spoken."""
    if isinstance(said, Mapping):
        return {
            key: english(value) if key == "sentence" and isinstance(value, str) else told(value)
            for key, value in said.items()
        }
    return [told(one) for one in said] if isinstance(said, list | tuple) else said
