"""What the columns of an unknown table seem to say, for a person to correct: by their headings, then by what they hold."""

from collections.abc import Callable, Sequence

from comptoir.gateways.bank.files import written
from comptoir.gateways.bank.files.table import headings
from comptoir.gateways.bank.files.table.rows import is_amount, is_day
from comptoir.gateways.bank.files.table.table import Table

LOOKED_AT = 50


def guess(table: Table) -> dict[str, int]:
    """A place for each meaning that can be told; what cannot is left to the person."""
    found = headings.places(table.headings)
    held = [
        [cells[place] for _, cells in table.rows[:LOOKED_AT] if place < len(cells)] for place in range(table.width)
    ]
    days = [place for place, cells in enumerate(held) if _all(is_day, cells)]
    amounts = [place for place, cells in enumerate(held) if _all(is_amount, cells)]
    texts = sorted(set(range(table.width)) - {*days, *amounts}, key=lambda place: -sum(map(len, held[place])))
    for meaning, places in (("booked_on", days), ("value_on", days), ("label", texts)):
        _take(found, meaning, places)
    if not found.keys() & {"amount", "debit", "credit"}:
        meanings = ("debit", "credit") if _take_turns(held, amounts[:2]) else ("amount", "balance")
        for meaning in meanings:
            _take(found, meaning, amounts)
    return found


def is_month_first(table: Table, place: int) -> bool:
    """Whether the days of a column can only be read month first."""
    days = [cells[place] for _, cells in table.rows if place < len(cells) and is_day(cells[place])]
    return not all(map(_is_day_first, days))


def _is_day_first(cell: str) -> bool:
    try:
        written.day(cell)
    except ValueError:
        return False
    return True


def _all(is_one: Callable[[str], bool], cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell]
    return bool(filled) and all(is_one(cell) for cell in filled)


def _take(found: dict[str, int], meaning: str, places: Sequence[int]) -> None:
    free = [place for place in places if place not in found.values()]
    if meaning not in found and free:
        found[meaning] = free[0]


def _take_turns(held: Sequence[Sequence[str]], places: Sequence[int]) -> bool:
    """Two columns of amounts of which each row fills one: debit and credit."""
    if len(places) < 2:
        return False
    return all(bool(one) != bool(other) for one, other in zip(*(held[place] for place in places), strict=False))
