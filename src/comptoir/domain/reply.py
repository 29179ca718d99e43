"""A reply by e-mail: what its writer says, apart from what their program quotes below it and from their signature."""

import re
from dataclasses import dataclass, replace
from typing import Self

MARK = "Répondez au-dessus de cette ligne"
"""Written on top of the letters that may be answered, so that any program's quotation of them is known."""
MARKS = (MARK, "Reply above this line")
"""The same in each language that letters are written in."""

_QUOTED = re.compile(r"^\s*>")
_WROTE = re.compile(r"^\W*(?:le|on|am|el)\b.{4,300}?\b(?:a\s+écrit|a\s+ecrit|wrote|schrieb|escribió)\b[^:]{0,80}:?\s*$", re.IGNORECASE)  # fmt: skip
_RULED = re.compile(
    r"^\s*[-_]{2,}\s*(?:message\s+d.origine|message\s+initial|original\s+message|message\s+transféré|forwarded\s+message)\b",
    re.IGNORECASE,
)
_FROM = re.compile(r"^\W*(?:de|from|von)\s*:", re.IGNORECASE)
_HEADERS = re.compile(r"^\W*(?:envoyé|sent|date|à|to|objet|subject)\s*:", re.IGNORECASE)
_SIGNATURE = re.compile(
    r"^\s*(?:--\s*$|envoyé\s+(?:de|depuis)\s+(?:mon|ma|l[’']|outlook|yahoo|proton)|sent\s+from\s|(?:obtenez|télécharge[zr]|get)\s+outlook)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Parted:
    """What a reply says, and what follows it: both together are the whole mail."""

    said: str
    rest: str

    def within(self, longest: int) -> Self:
        """What is said in so many signs at most; what is over stands before the rest, so that nothing is lost."""
        if len(self.said) <= longest:
            return self
        cut, over = f"{self.said[: longest - 1]}…", self.said[longest - 1 :]
        return replace(self, said=cut, rest="\n\n".join(filter(None, (over, self.rest))))


def parted(body: str) -> Parted:
    """A reply's own words above the quotation and the signature; below it, for who writes there."""
    lines = body.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    cut = next((number for number in range(len(lines)) if _begins_rest(lines, number)), len(lines))
    said, rest = "\n".join(lines[:cut]).strip(), "\n".join(lines[cut:]).strip("\n")
    if said or not rest:
        return Parted(said, rest)
    return Parted(_below(lines[cut:]), rest)


def _begins_rest(lines: list[str], number: int) -> bool:
    line = lines[number]
    if any(mark in line for mark in MARKS) or _RULED.match(line) or _SIGNATURE.match(line):
        return True
    # A long name breaks « Le …, X <x@y.fr> a écrit : » over two or three lines.
    if any(_WROTE.match(" ".join(lines[number : number + span])) for span in (1, 2, 3)):
        return True
    if _FROM.match(line) and any(map(_HEADERS.match, lines[number + 1 : number + 5])):
        return True
    return bool(_QUOTED.match(line)) and all(_QUOTED.match(later) or not later.strip() for later in lines[number:])


def _below(lines: list[str]) -> str:
    """Who answers beneath the quotation says what is not quoted there."""
    quoted = [number for number, line in enumerate(lines) if _QUOTED.match(line)]
    if not quoted:
        return ""
    own = lines[quoted[-1] + 1 :]
    end = next((number for number, line in enumerate(own) if _SIGNATURE.match(line)), len(own))
    return "\n".join(own[:end]).strip()
