"""The sheets of an XLSX that came from outside: never believed in its size, never more than it may hold."""

import io
import zipfile
from collections.abc import Iterator
from itertools import islice
from typing import Any

import openpyxl

MOST_PARTS = 500
"""A workbook of thousands of parts is no list."""
MOST_COLUMNS = 100


class NotAWorkbook(Exception):
    """Ce classeur est abîmé ou n’est pas un XLSX : rien n’a été importé."""


def sheets(content: bytes, *, largest: int) -> Iterator[Iterator[list[Any]]]:
    """The lines of each sheet as openpyxl gives its cells; raises `NotAWorkbook`, at any line of a broken one."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _refuse_bomb(archive, largest)
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        for sheet in book.worksheets:
            # What a sheet says of its own size is not believed: it would pad every line to it.
            sheet.reset_dimensions()
            yield _lines(sheet)
    except NotAWorkbook:
        raise
    except Exception as fault:  # a broken workbook fails anywhere in openpyxl, with anything
        raise NotAWorkbook(NotAWorkbook.__doc__) from fault


def _lines(sheet: Any) -> Iterator[list[Any]]:
    try:
        for row in sheet.iter_rows(values_only=True):
            yield list(islice(row, MOST_COLUMNS))
    except Exception as fault:  # as above
        raise NotAWorkbook(NotAWorkbook.__doc__) from fault


def _refuse_bomb(archive: zipfile.ZipFile, largest: int) -> None:
    """What unpacks beyond measure, or brings XML of entities, is refused before anything is opened."""
    parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > largest:
        raise NotAWorkbook("Ce classeur se déploie en une quantité démesurée de données : rien n’a été importé.")
    for part in parts:
        if part.filename.endswith((".xml", ".rels")):
            with archive.open(part) as opened:
                if b"<!DOCTYPE" in opened.read(4096).upper():
                    raise NotAWorkbook("Ce classeur contient une définition XML suspecte : rien n’a été importé.")
