"""The Z de caisse as a file of words and amounts (CSV): typed by a person, or exported by a till, one day or many.

Two shapes are read: a line for each thing that it says (`Ventes 5,5 %;890,50`), or a table with a line a day under a head.
"""

import csv
import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from PIL import Image

from comptoir.domain.limits import is_amount, is_day
from comptoir.domain.money import cents, french
from comptoir.domain.reading import Kind, Reading, Source, Taking, Value
from comptoir.domain.text import folded
from comptoir.domain.till import MEANS, Till
from comptoir.domain.vat import written as written_rate
from comptoir.readers.faults import Broken
from comptoir.readers.pen import HEIGHT, WIDTH, Pen

T = TypeVar("T")
LARGEST = 512 * 1024
MOST = 400
"""A year of days, a line each: a longer table is of something else."""

_RATE = re.compile(r"(\d{1,2}(?:[.,]\d{1,2})?)\s*%")
_NUMBER = re.compile(r"\b(?:Z DE CAISSE|N Z|NUMERO(?: DE)? Z|NUMERO|NO?|Z)\b")
_WORDS = {
    "meal_voucher": re.compile(r"TITRES? RESTAU|TICKETS? RESTAU|\bTR\b"),
    "cheque": re.compile(r"\bCHEQUES?\b|\bCHQ\b"),
    "cash": re.compile(r"\bESPECES?\b|\bLIQUIDE\b"),
    "card": re.compile(r"\bCARTES?\b|\bCB\b"),
    "other": re.compile(r"\bAUTRES?\b|\bVIREMENTS?\b|\bAVOIRS?\b|\bBONS?\b"),
}


def written(till: Till) -> bytes:
    """The Z as the file that this module reads: what a person typed, kept as it was typed."""
    rows = [("Z de caisse", till.number), ("Date", f"{till.day:%d/%m/%Y}")]
    rows += [(f"Ventes TTC {written_rate(rate)}", _plain(gross)) for rate, gross in till.sales]
    rows += [(MEANS[taking.means], _plain(taking.amount)) for taking in till.takings]
    return "".join(f"{label};{value}\r\n" for label, value in rows).encode("utf-8-sig")


def reports(content: bytes) -> list[Till]:
    """Every Z that a file holds; none for what is no Z."""
    rows = _rows(content)
    if len(rows) < 2:
        return []
    one = _listed(rows)
    return [one] if one else _tabled(rows)


def read(content: bytes) -> Reading:
    """The Z of a file that holds one; raises `Broken`."""
    found = reports(content)
    if len(found) != 1:
        raise Broken
    (till,) = found
    sure = 1.0 if not till.gap else 0.85
    net = sum((line.base for line in till.vat_lines), Decimal(0))
    return Reading(
        source=Source.TEXT,
        kind=_value(Kind.Z_DE_CAISSE, 1.0),
        number=_value(till.number, 1.0) if till.number else None,
        issued_on=_value(till.day, 1.0),
        net=_value(net, sure),
        vat=_value(till.gross - net, sure),
        total=_value(till.gross, sure),
        vat_lines=till.vat_lines,
        takings=till.takings,
        text=_text(content),
    )


def drawn(content: bytes) -> Image.Image:
    """The Z as a page that people can look at."""
    page = Image.new("RGB", (WIDTH, HEIGHT), "white")
    pen = Pen(page)
    for till in reports(content)[:1]:
        pen.line(f"Z de caisse {till.number}".strip(), size=44)
        pen.line(f"du {till.day:%d/%m/%Y}", size=32)
        pen.line("Page établie à partir du fichier de données.", size=20, faint=True)
        pen.rule()
        for rate, gross in till.sales:
            pen.pair(f"Ventes TTC {written_rate(rate)}", _euros(gross))
        pen.pair("Total des ventes", _euros(till.gross), size=36)
        pen.rule()
        for taking in till.takings:
            pen.pair(MEANS[taking.means], _euros(taking.amount))
        pen.pair("Écart", _euros(till.gap) if till.gap else "", size=32)
    return page


# ── Shapes ──


def _listed(rows: Sequence[Sequence[str]]) -> Till | None:
    """A line for each thing that it says."""
    day, number = None, ""
    sales: dict[Decimal, Decimal] = {}
    takings: dict[str, Decimal] = {}
    for label, value in (row[:2] for row in rows if len(row) >= 2):
        said = folded(label)
        if said.startswith("DATE") or said == "JOUR":
            day = _day(value)
        elif (rate := _rate(label)) is not None and (amount := _amount(value)) is not None:
            sales[rate] = sales.get(rate, Decimal(0)) + amount
        elif (means := _means(said)) and (amount := _amount(value)) is not None:
            takings[means] = takings.get(means, Decimal(0)) + amount
        elif _NUMBER.search(said):
            number = value.strip()[:40]
    return _till(day, number, sales, takings)


def _tabled(rows: Sequence[Sequence[str]]) -> list[Till]:
    """A table under a head, a line a day; a line that says no day (a total) is left out."""
    head = [folded(cell) for cell in rows[0]]
    rates = {at: rate for at, cell in enumerate(rows[0]) if (rate := _rate(cell)) is not None}
    means = {at: name for at, cell in enumerate(head) if at not in rates and (name := _means(cell))}
    day_at = next((at for at, cell in enumerate(head) if cell.startswith("DATE") or cell == "JOUR"), None)
    number_at = next((at for at, cell in enumerate(head) if _NUMBER.search(cell) and at != day_at), None)
    if day_at is None or not rates or len(rows) > MOST + 1:
        return []
    found = []
    for row in rows[1:]:
        cells = dict(enumerate(row))
        sales = {rate: amount for at, rate in rates.items() if (amount := _amount(cells.get(at, "")))}
        takings = {name: amount for at, name in means.items() if (amount := _amount(cells.get(at, "")))}
        number = cells.get(number_at, "").strip()[:40] if number_at is not None else ""
        till = _till(_day(cells.get(day_at, "")), number, sales, takings)
        found += [till] if till else []
    return found


def _till(
    day: date | None, number: str, sales: dict[Decimal, Decimal], takings: dict[str, Decimal]
) -> Till | None:
    if day is None or not any(sales.values()):
        return None
    by_rate = tuple((rate, cents(sales[rate])) for rate in sorted(sales, reverse=True) if sales[rate])
    by_means = tuple(Taking(means, cents(takings[means])) for means in MEANS if takings.get(means))
    return Till(day, number, by_rate, by_means)


# ── Cells ──


def _rows(content: bytes) -> list[list[str]]:
    if len(content) > LARGEST or b"\0" in content or content.startswith((b"%PDF", b"<", b"\xff\xd8")):
        return []
    text = _text(content)
    separator = max(";\t,", key=text[:4096].count)
    try:
        return [row for row in csv.reader(text.splitlines(), delimiter=separator) if any(map(str.strip, row))]
    except csv.Error:
        return []


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _rate(cell: str) -> Decimal | None:
    found = _RATE.search(cell)
    return Decimal(found[1].replace(",", ".")) if found else None


def _means(said: str) -> str | None:
    return next((means for means, shape in _WORDS.items() if shape.search(said)), None)


def _amount(cell: str) -> Decimal | None:
    plain = re.sub(r"[\s\u00a0\u202f€]", "", cell).replace(",", ".")
    try:
        amount = Decimal(plain)
    except InvalidOperation:
        return None
    return cents(amount) if amount.is_finite() and is_amount(amount) else None


def _day(cell: str) -> date | None:
    for shape in ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y"):
        try:
            day = datetime.strptime(cell.strip()[:10], shape).date()  # noqa: DTZ007  # a day, no moment
        except ValueError:
            continue
        return day if is_day(day) else None
    return None


def _value(value: T, confidence: float) -> Value[T]:
    return Value(value, confidence, Source.TEXT)


def _plain(amount: Decimal) -> str:
    return f"{amount:.2f}".replace(".", ",")


def _euros(amount: Decimal) -> str:
    return f"{french(amount)} €".replace("\u202f", "\u00a0")
