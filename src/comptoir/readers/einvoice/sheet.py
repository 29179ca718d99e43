"""A bare XML invoice as a page that a person can read: its parties, dates and sums, in French."""

from datetime import date
from decimal import Decimal

from PIL import Image

from comptoir.domain.money import french
from comptoir.domain.vat import written
from comptoir.readers.einvoice.invoice import CREDIT_NOTES, Invoice
from comptoir.readers.pen import HEIGHT, WIDTH, Pen


def drawn(invoice: Invoice) -> Image.Image:
    """The page."""
    page = Image.new("RGB", (WIDTH, HEIGHT), "white")
    pen = Pen(page)
    title = "Avoir" if invoice.type_code in CREDIT_NOTES else "Facture"
    pen.line(f"{title} électronique", size=44)
    pen.line(f"n° {invoice.number or '—'}", size=32)
    pen.line("Page établie à partir du fichier de données : ces données sont la facture.", size=20, faint=True)
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


def _money(amount: Decimal | None, currency: str) -> str:
    if amount is None:
        return ""
    sign = {"EUR": "€", "": "€"}.get(currency, currency)
    return f"{french(amount)}\u00a0{sign}".replace("\u202f", "\u00a0")


def _french_day(day: date | None) -> str:
    return day.strftime("%d/%m/%Y") if day else ""
