"""Names of files that somebody takes away: sorted by day, and saying what each is."""

import mimetypes
import re
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import PurePosixPath

from comptoir.domain.money import french

_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]+')
LONGEST = 120
LONGEST_ENDING = 10
"""Beyond it, what follows a dot is words."""


def named(
    name: str, number: str, issued_on: date | None, total: Decimal | None, filename: str, media_type: str
) -> str:
    """`2026-11-04 Moulins de la Vègre MV-1197 237,38 €.pdf`: what is not known is left out."""
    said_ending = PurePosixPath(filename).suffix.lower()
    is_one = len(said_ending) <= LONGEST_ENDING and not _NOT_IN_NAMES.search(said_ending)
    ending = (said_ending if is_one else "") or mimetypes.guess_extension(media_type) or ""
    amount = f"{french(total)} €".replace("\u202f", " ").replace("\xa0", " ") if total is not None else ""
    said = [
        issued_on.isoformat() if issued_on else "",
        name.removesuffix(ending),
        number if number not in name else "",
        amount,
    ]
    plain = _NOT_IN_NAMES.sub(" ", " ".join(filter(None, said)))
    return f"{' '.join(plain.split())[:LONGEST].strip('. ') or 'piece'}{ending}"


def told_apart(names: Iterable[str]) -> Iterator[str]:
    """The same names, a rank added where one was there already, small and capital letters being one."""
    given: set[str] = set()
    for name in names:
        stem, dot, ending = name.rpartition(".") if "." in name else (name, "", "")
        rank, one = 1, name
        while one.casefold() in given:
            rank += 1
            one = f"{stem} ({rank}){dot}{ending}"
        given.add(one.casefold())
        yield one
