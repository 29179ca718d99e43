"""A bare XML invoice as a page that a person can read: its parties, dates and sums, in French."""

from datetime import date
from decimal import Decimal

from PIL import Image, ImageDraw, ImageFont

from comptoir.domain.money import french
from comptoir.domain.vat import written
from comptoir.readers.einvoice.invoice import CREDIT_NOTES, Invoice

_WIDTH, _HEIGHT, _MARGIN = 1131, 1600, 90
_INK, _GREY, _RULE = "#1c1b19", "#6b6760", "#d8d4cc"


def drawn(invoice: Invoice) -> Image.Image:
    """The page."""
    page = Image.new("RGB", (_WIDTH, _HEIGHT), "white")
    pen = _Pen(ImageDraw.Draw(page))
    title = "Avoir" if invoice.type_code in CREDIT_NOTES else "Facture"
    pen.line(f"{title} électronique", size=44)
    pen.line(f"n° {invoice.number or '—'}", size=32)
    pen.line("Page établie à partir du fichier de données : ces données sont la facture.", size=20, ink=_GREY)
    pen.rule()
    pen.pair("Vendeur", invoice.seller.name)
    pen.pair("SIREN", invoice.seller.siren)
    pen.pair("N° de TVA", invoice.seller.vat)
    pen.pair("Acheteur", invoice.buyer.name)
    pen.rule()
    pen.pair("Date", _french_day(invoice.issued_on))
    pen.pair("Échéance", _french_day(invoice.due_on))
    pen.pair("IBAN", invoice.iban)
    pen.rule()
    for line in invoice.vat_lines:
        pen.pair(f"TVA {written(line.rate)} sur {french(line.base)}", _money(line.amount, invoice.currency))
    pen.rule()
    pen.pair("Total HT", _money(invoice.net, invoice.currency))
    pen.pair("TVA", _money(invoice.vat, invoice.currency))
    pen.pair("Total TTC", _money(invoice.total, invoice.currency), size=36)
    return page


class _Pen:
    """Writes down the page, one line under another."""

    def __init__(self, draw: ImageDraw.ImageDraw) -> None:
        self.draw, self.y = draw, _MARGIN

    def line(self, text: str, *, size: int = 26, ink: str = _INK) -> None:
        self.draw.text((_MARGIN, self.y), text[:70], font=_font(size), fill=ink)
        self.y += int(size * 1.7)

    def pair(self, label: str, value: str, *, size: int = 26) -> None:
        if not value:
            return
        self.draw.text((_MARGIN, self.y), label, font=_font(size), fill=_GREY)
        self.draw.text((_WIDTH - _MARGIN, self.y), value[:55], font=_font(size), fill=_INK, anchor="ra")
        self.y += int(size * 1.7)

    def rule(self) -> None:
        self.y += 18
        self.draw.line((_MARGIN, self.y, _WIDTH - _MARGIN, self.y), fill=_RULE, width=2)
        self.y += 26


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    # The font that comes with Pillow (Aileron): no file of ours, no font of the system.
    return ImageFont.load_default(size)


def _money(amount: Decimal | None, currency: str) -> str:
    if amount is None:
        return ""
    sign = {"EUR": "€", "": "€"}.get(currency, currency)
    return f"{french(amount)}\u00a0{sign}".replace("\u202f", "\u00a0")


def _french_day(day: date | None) -> str:
    return day.strftime("%d/%m/%Y") if day else ""
