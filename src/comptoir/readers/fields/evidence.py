"""Where the page prints what its e-invoice says, so that a person may compare the two with one look."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from comptoir.domain.reading import FIELDS, Evidence, Reading, Value
from comptoir.domain.text import folded
from comptoir.readers.fields import amounts, dates, identifiers
from comptoir.readers.fields.amounts import Role
from comptoir.readers.fields.rows import Row, rows_of
from comptoir.readers.layout import Page

CONTESTED = 0.8
"""How sure a total is that the page, which prints amounts, does not print: a person looks."""


MOST_PAGES = 10
"""How far a page is looked at: an invoice says who, when and how much on its first pages."""


class _Place(Protocol):
    """Letters of a row, from `start` to before `end`."""

    @property
    def row(self) -> Row: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


def proven_on(pages: tuple[Page, ...], reading: Reading) -> Reading:
    """The reading with the place of each value that the page prints; a total that it does not print is doubted."""
    rows = rows_of(pages[:MOST_PAGES], is_ocr=False)
    printed = amounts.amounts_of(rows)
    values: dict[str, Any] = {
        name: _placed(value, _place(name, value.value, rows, printed))
        for name in FIELDS
        if name not in ("kind", "currency") and (value := getattr(reading, name))
    }
    total = values.get("total")
    if total and printed and total.evidence.box is None:
        values["total"] = replace(total, confidence=min(total.confidence, CONTESTED))
    return replace(reading, **values)


def _placed(value: Value[Any], place: _Place | None) -> Value[Any]:
    if place is None:
        return value
    box = place.row.box(place.start, place.end)
    return replace(value, evidence=Evidence(place.row.page, box))


def _place(name: str, value: Any, rows: list[Row], printed: list[amounts.Amount]) -> _Place | None:
    match value:
        case Decimal():
            equal = [amount for amount in printed if abs(amount.cents) == int(value * 100)]
            return max(equal, key=lambda amount: amount.role(Role(name)), default=None)
        case date():
            return next((found for found in dates.dates_of(rows) if found.day == value), None)
        case str() if name in ("supplier_siren", "supplier_vat", "iban"):
            return next((found for found in _identifiers(rows) if found.value == value), None)
        case _:
            return next(_spelled(str(value), rows), None)


def _identifiers(rows: list[Row]) -> Iterator[identifiers.Printed]:
    yield from identifiers.sirens_of(rows)
    yield from identifiers.vats_of(rows)
    yield from identifiers.ibans_of(rows)


def _spelled(text: str, rows: list[Row]) -> Iterator["_Spelled"]:
    """The whole words that spell the text, whatever their case and accents."""
    wanted = folded(text)
    for row in rows:
        if not wanted or wanted not in row.folded:
            continue
        words, most = row.words, len(wanted.split())
        for first in range(len(words)):
            for last in range(first + 1, min(first + most, len(words)) + 1):
                if folded(" ".join(word.text for word in words[first:last])) == wanted:
                    yield _Spelled(row, first, last)


class _Spelled:
    """Words of a row, as a place: from the first letter of the first to the last of the last."""

    def __init__(self, row: Row, first: int, last: int) -> None:
        lengths = [len(word.text) + 1 for word in row.words]
        self.row, self.start, self.end = row, sum(lengths[:first]), sum(lengths[:last]) - 1
