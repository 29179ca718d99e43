"""A list that a firm exports from elsewhere (CSV, XLSX) becomes rows of text: whatever its encoding, never its size."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter

from comptoir.lib import workbooks
from comptoir.lib.sheets import harmless

LARGEST = 10 * 1024 * 1024
LARGEST_UNPACKED = 40 * 1024 * 1024
MOST_EMPTY = 1000
"""So many empty lines in a row end the list: a sheet may say that it has a million of them."""
LONGEST_CELL = 500
DELIMITERS = ";,\t|"


class NotATable(Exception):
    """Ce fichier n’est ni un CSV ni un classeur XLSX : rien n’a été importé."""


def rows(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """The lines that hold something, each with its number in the file, as plain text; raises `NotATable`."""
    if len(content) > LARGEST:
        raise NotATable("Ce fichier dépasse 10 Mo, bien plus qu’une liste de dossiers : rien n’a été importé.")
    if not content.strip():
        raise NotATable("Ce fichier est vide : rien n’a été importé.")
    if content.startswith(b"PK"):
        return _filled(_xlsx(content))
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise NotATable("Ce classeur est à l’ancien format .xls : enregistrez-le en .xlsx, puis recommencez.")
    return _filled(_csv(_text(content)))


def written(lines: Iterable[Iterable[str]]) -> str:
    """Lines as a CSV that a French Excel opens with a double click: semicolons, and a mark of encoding first."""
    file = io.StringIO()
    csv.writer(file, delimiter=";", lineterminator="\r\n").writerows([map(harmless, line) for line in lines])
    return "\ufeff" + file.getvalue()


def workbook(sheets: Mapping[str, list[list[str]]]) -> bytes:
    """Sheets of lines as an XLSX, all of it text, so that no SIREN loses its zeros."""
    book = openpyxl.Workbook(write_only=True)
    for title, lines in sheets.items():
        sheet = book.create_sheet(title)
        for rank in range(1, len(lines[0]) + 1):
            sheet.column_dimensions[get_column_letter(rank)].width = 24
            sheet.column_dimensions[get_column_letter(rank)].number_format = "@"
        for line in lines:
            sheet.append(line)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _filled(lines: Iterable[list[Any]]) -> Iterator[tuple[int, list[str]]]:
    empty = 0
    for number, cells in enumerate(lines, 1):
        texts = [_cell(value) for value in cells[: workbooks.MOST_COLUMNS]]
        if any(texts):
            empty = 0
            yield number, texts
        elif (empty := empty + 1) > MOST_EMPTY:
            return


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = "".join(c if c.isprintable() else " " for c in str(value)[:LONGEST_CELL])
    text = " ".join(text.split())
    # An apostrophe is how spreadsheets, and our own CSV, say that what follows is text.
    return text[1:] if text[:1] == "'" and text[1:2] in _FORMULA else text


_FORMULA = tuple("=+-@")


def _text(content: bytes) -> str:
    is_wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if is_wide else ("utf-8-sig", "cp1252", "latin-1"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        # Bytes that are no text decode as some: control characters give them away.
        if sum(c < " " and c not in "\t\r\n" for c in text[:2000]) <= len(text[:2000]) // 20:
            return text
    raise NotATable(NotATable.__doc__)


def _csv(text: str) -> Iterator[list[str]]:
    head = "\n".join(text.splitlines()[:20])
    delimiter = max(DELIMITERS, key=head.count)
    try:
        yield from csv.reader(io.StringIO(text.replace("\0", " "), newline=""), delimiter=delimiter)
    except csv.Error as fault:
        raise NotATable("Ce CSV est abîmé (guillemets non fermés ?) : rien n’a été importé.") from fault


def _xlsx(content: bytes) -> Iterator[list[Any]]:
    try:
        for first in workbooks.sheets(content, largest=LARGEST_UNPACKED):
            yield from first
            return
    except workbooks.NotAWorkbook as fault:
        raise NotATable(str(fault)) from fault
