"""Tables that leave as files, safe to open in a spreadsheet."""

import csv
import io
import tempfile
from collections.abc import Iterable, Sequence
from typing import IO

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_file(head: Sequence[str], rows: Iterable[Sequence[object]]) -> IO[bytes]:
    """A CSV as French spreadsheets open it: semicolons, UTF-8 with its mark; on disk where it is large."""
    held: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=1_000_000)  # noqa: SIM115  # the answer closes it
    text = io.TextIOWrapper(held, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text, delimiter=";")
    writer.writerow(head)
    writer.writerows([harmless(value) for value in row] for row in rows)
    text.flush()
    text.detach()
    held.seek(0)
    return held


def harmless(value: object) -> str:
    """The cell as text; what a spreadsheet would run as a formula is marked as text by an apostrophe."""
    text = "" if value is None else str(value)
    is_number = text.replace(" ", "").replace("\u202f", "").lstrip("-").replace(",", "").isdigit()
    return f"'{text}" if text.startswith(_STARTS_A_FORMULA) and not is_number else text
