"""Tables that leave as a workbook or as printed pages; what a spreadsheet would run as a formula leaves as text."""

import io
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from comptoir.lib.sheets import harmless

_MM = 72 / 25.4
_WIDE, _TALL = float(A4[0]), float(A4[1])
_EDGE, _LINE = 15 * _MM, 6 * _MM


def workbook(title: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """An XLSX of one sheet: amounts are numbers, days are days, the rest is text."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    titles = [WriteOnlyCell(sheet, word) for word in head]
    for cell in titles:
        cell.font = Font(bold=True)
    sheet.append(titles)
    for row in rows:
        cells = [WriteOnlyCell(sheet, _held(value)) for value in row]
        for cell, value in zip(cells, row, strict=True):
            cell.number_format = _FORMATS.get(type(value), "General")
        sheet.append(cells)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


_FORMATS = {Decimal: "#,##0.00", date: "DD/MM/YYYY"}


def _held(value: object) -> object:
    if isinstance(value, Decimal | date):
        return value
    # What XML cannot hold is no text of anybody's.
    return "".join(c for c in harmless(value) if c.isprintable() or c in "\n\t")


def printed(
    title: str, under: str, head: Sequence[str], widths: Sequence[float], rows: Iterable[Sequence[object]]
) -> bytes:
    """Pages of A4; `widths` are shares of the line, an amount stands on the right."""
    content = io.BytesIO()
    page = Canvas(content, pagesize=A4)
    page.setTitle(title)
    room = _WIDE - 2 * _EDGE
    places = [_EDGE + room * sum(widths[:n]) / sum(widths) for n in range(len(widths) + 1)]
    y = _headed(page, title, under, head, places)
    for row in rows:
        if y < _EDGE + _LINE:
            page.showPage()
            y = _headed(page, title, "", head, places)
        page.setFont("Helvetica", 9)
        _written(page, row, places, y)
        y -= _LINE
    page.save()
    return content.getvalue()


def _headed(page: Canvas, title: str, under: str, head: Sequence[str], places: Sequence[float]) -> float:
    y = _TALL - 20 * _MM
    page.setFont("Helvetica-Bold", 15)
    page.drawString(_EDGE, y, _latin(title)[:70])
    if under:
        y -= 7 * _MM
        page.setFont("Helvetica", 10)
        page.drawString(_EDGE, y, _latin(under)[:110])
    y -= 10 * _MM
    page.setFont("Helvetica-Bold", 9)
    _written(page, head, places, y)
    page.line(_EDGE, y - 2 * _MM, _WIDE - _EDGE, y - 2 * _MM)
    page.setFont("Helvetica", 8)
    page.drawRightString(_WIDE - _EDGE, 10 * _MM, f"page {page.getPageNumber()}")
    return y - _LINE - 1 * _MM


def _written(page: Canvas, row: Sequence[object], places: Sequence[float], y: float) -> None:
    font, size = page._fontname, page._fontsize
    for n, value in enumerate(row):
        room = places[n + 1] - places[n] - 2 * _MM
        if isinstance(value, Decimal):
            page.drawRightString(places[n + 1] - 2 * _MM, y, _amount(value))
        else:
            text = f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value if value is not None else "")
            page.drawString(places[n], y, _cut(_latin(text), font, size, room))


def _amount(value: Decimal) -> str:
    return f"{value:,.2f}".replace(",", "\u00a0").replace(".", ",")


def _cut(text: str, font: str, size: float, room: float) -> str:
    text = " ".join(text.split())
    while text and stringWidth(text, font, size) > room:
        text = text[:-2].rstrip() + "…" if len(text) > 2 else ""
    return text


def _latin(text: str) -> str:
    """What the standard fonts of PDF can write."""
    return text.replace("\u202f", "\u00a0").encode("cp1252", "replace").decode("cp1252")
