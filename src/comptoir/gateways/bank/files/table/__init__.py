"""Tables of movements, whatever brings them (CSV, XLSX): found under a bank's headings, or under those a person explained."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from comptoir.domain.movement import StatementFile, Told, told
from comptoir.gateways.bank.files.faults import NotAStatement
from comptoir.gateways.bank.files.table import headings
from comptoir.gateways.bank.files.table.columns import Columns, refuse_cut, statements
from comptoir.gateways.bank.files.table.guessing import guess, is_month_first
from comptoir.gateways.bank.files.table.preview import Preview, preview
from comptoir.gateways.bank.files.table.rows import Row, Sheet, is_amount, is_day, sheets
from comptoir.gateways.bank.files.table.table import Table

__all__ = [
    "Columns",
    "Preview",
    "Table",
    "UnknownColumns",
    "guess",
    "is_month_first",
    "preview",
    "read",
    "read_as",
    "table_of",
]

HEADINGS_WITHIN = 40
"""Headings stand among the first lines, after whatever the bank says of the account."""


class UnknownColumns(NotAStatement):
    """The file holds a table of movements whose columns nobody has explained yet."""

    def __init__(self, problem: str, table: Table) -> None:
        self.table = table
        super().__init__(problem)


def read(content: bytes, name: str, explained: Mapping[str, Columns]) -> Iterator[Told] | None:
    """The movements of a table; None where there is none. Raises `UnknownColumns` where nothing says what is what."""
    unknown: Table | None = None
    for sheet in sheets(content):
        if found := _recognised(sheet, explained):
            return told(read_as(*found))
        unknown = unknown or _unknown(sheet)
    if unknown is None:
        return None
    raise UnknownColumns(f"{name} est un tableau dont Comptoir ne connaît pas encore les colonnes.", unknown)


def read_as(table: Table, columns: Columns) -> StatementFile:
    """The movements of a table whose columns are known."""
    if table.is_cut:
        refuse_cut(table.rows, columns, len(table.headings))
    account = headings.account([cells for _, cells in table.preamble])
    return StatementFile(table.format, tuple(statements(table.rows, columns, account=account)))


def table_of(content: bytes) -> Table | None:
    """The table of a file whose columns are not known, for a person to explain them."""
    return next((found for sheet in sheets(content) if (found := _unknown(sheet))), None)


def _recognised(sheet: Sheet, explained: Mapping[str, Columns]) -> tuple[Table, Columns] | None:
    for rank, (_, cells) in enumerate(sheet.rows[:HEADINGS_WITHIN]):
        columns = explained.get(headings.signature(cells)) or headings.columns(cells)
        if columns:
            return _under(sheet, rank), columns
    table = _unknown(sheet)
    if table is None or any(table.headings):
        return None
    rows = [row for row in table.rows if not headings.is_closing(row[1])]
    known = explained.get(table.signature) or headings.without([cells for _, cells in rows])
    return (replace(table, rows=rows), known) if known else None


def _under(sheet: Sheet, rank: int) -> Table:
    return Table(sheet.format, sheet.rows[rank][1], sheet.rows[rank + 1 :], sheet.rows[:rank], sheet.is_cut)


def _unknown(sheet: Sheet) -> Table | None:
    """From the first row with a day and an amount on; the row above is its headings, where it says no amount itself."""
    start = next((rank for rank, (_, cells) in _head(sheet) if _is_movement(cells)), None)
    if start is None:
        return None
    if start and _is_heading(above := sheet.rows[start - 1][1], sheet.rows[start][1]):
        return Table(sheet.format, above, sheet.rows[start:], sheet.rows[: start - 1], sheet.is_cut)
    return Table(sheet.format, (), sheet.rows[start:], sheet.rows[:start], sheet.is_cut)


def _head(sheet: Sheet) -> Iterator[tuple[int, Row]]:
    return islice(enumerate(sheet.rows), HEADINGS_WITHIN + 1)


def _is_movement(cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell]
    return len(filled) >= 3 and any(map(is_day, filled)) and any(map(is_amount, filled))


def _is_heading(above: Sequence[str], below: Sequence[str]) -> bool:
    named = [cell for cell in above if cell]
    return 2 * len(named) >= len(below) and not any(is_amount(cell) or is_day(cell) for cell in named)
