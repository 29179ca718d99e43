"""A file as rows of text with their number in it: each separator of a CSV is tried, and each sheet of a workbook."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from comptoir.gateways.bank.files import written
from comptoir.gateways.bank.files.faults import NotAStatement, Unreadable
from comptoir.lib import workbooks

Row = tuple[int, tuple[str, ...]]

LARGEST_UNPACKED = 200 * 1024 * 1024
MOST_ROWS = 300_000
MOST_EMPTY = 1000
"""So many empty lines in a row end a sheet: it may say that it has a million of them."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows that hold something. `is_cut`: the last one has no end of line, as in a file that was cut."""

    format: str
    rows: list[Row]
    is_cut: bool = False


def sheets(content: bytes) -> Iterator[Sheet]:
    """The ways in which the file may be read as a table; raises `NotAStatement` for a workbook that cannot be."""
    if content.startswith(b"PK"):
        yield from _workbook(content)
    elif is_text(text := written.text(content)):
        for separator in (";", "\t", ",", "|"):
            if separator in text:
                yield Sheet("csv", list(_delimited(text, separator)), not text.endswith(("\n", "\r")))


def is_text(text: str) -> bool:
    """Whether this is a text at all: bytes that are none decode as some, and control characters give them away."""
    head = text[:4000]
    return "\x00" not in head and sum(c < " " and c not in "\t\r\n\x1a" for c in head) <= len(head) // 50


def is_day(cell: str) -> bool:
    """Whether a cell is a day as banks write it."""
    if not cell[:1].isdigit():
        return False
    try:
        written.day(cell)
    except ValueError:
        return _is_month_first(cell)
    return True


def is_amount(cell: str) -> bool:
    """Whether a cell is an amount as a spreadsheet shows it, and no day."""
    if len(cell) > 24 or not any(c.isdigit() for c in cell) or is_day(cell):
        return False
    try:
        written.french_amount(cell, decimal="")
    except ValueError:
        return False
    return True


def _is_month_first(cell: str) -> bool:
    try:
        written.day(cell, is_month_first=True)
    except ValueError:
        return False
    return True


def _delimited(text: str, separator: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for cells in reader:
            if any(cells):
                _refuse_too_many(reader.line_num)
                yield reader.line_num, tuple(_bare(cell) for cell in cells[: workbooks.MOST_COLUMNS])
    except csv.Error as error:
        raise Unreadable("le fichier CSV est abîmé.", line=reader.line_num) from error


def _bare(cell: str) -> str:
    """The words of a cell; `="0012"` and `'-12` are how spreadsheets are told that a cell is text."""
    cell = written.one_line(cell)
    if cell.startswith('="') and cell.endswith('"'):
        return cell[2:-1]
    return cell[1:] if cell[:1] == "'" and cell[1:2] in "=+-@0123456789" else cell


def _workbook(content: bytes) -> Iterator[Sheet]:
    if b"mimetypeapplication/vnd.oasis.opendocument" in content[:200]:
        raise NotAStatement("Ce classeur est au format OpenDocument : enregistrez-le en .xlsx, puis recommencez.")
    try:
        for lines in workbooks.sheets(content, largest=LARGEST_UNPACKED):
            yield Sheet("xlsx", list(_filled(lines)))
    except workbooks.NotAWorkbook as fault:
        raise NotAStatement(str(fault)) from fault


def _filled(lines: Iterable[list[Any]]) -> Iterator[Row]:
    empty = 0
    for number, cells in enumerate(lines, 1):
        _refuse_too_many(number)
        texts = tuple(map(_text, cells))
        if any(texts):
            empty = 0
            yield number, texts
        elif (empty := empty + 1) > MOST_EMPTY:
            return


def _refuse_too_many(number: int) -> None:
    if number > MOST_ROWS:
        raise NotAStatement(
            "Ce tableau compte plus de 300 000 lignes et n’a pas été lu. Demandez un relevé par période plus courte."
        )


def _text(cell: Any) -> str:
    """A cell as its bank would write it in a CSV."""
    if cell is None or isinstance(cell, bool):
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return _figure(cell) if isinstance(cell, int | float) else _bare(str(cell))


def _figure(number: int | float) -> str:
    """A number without the noise of its binary form: 15 digits are all that a workbook keeps."""
    figure = written.unrounded(number)
    # Three decimals would be taken for thousands, and refused as a doubt: in a number there is none.
    return f"{figure}0" if len(figure.rpartition(".")[2]) == 3 and "." in figure else figure
