"""Invented papers as they come in: invoices, till reports, receipts photographed on a table. Deterministic."""

import io
import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter, ImageFont
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from comptoir.domain.money import cents, french, total
from comptoir.domain.vat import written

MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
    "décembre",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Party:
    """A company as printed on paper."""

    name: str
    street: str
    town: str
    siren: str = ""
    iban: str = ""

    @property
    def vat_number(self) -> str:
        """The French VAT number: its key is made from the SIREN."""
        return f"FR{(12 + 3 * (int(self.siren) % 97)) % 97:02d}{self.siren}" if self.siren else ""


@dataclass(frozen=True, slots=True)
class Item:
    """One line of an invoice."""

    label: str
    quantity: int
    unit_price: Decimal
    rate: Decimal = Decimal("20")

    @property
    def net(self) -> Decimal:
        """Quantity times price, before tax."""
        return cents(self.quantity * self.unit_price)


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice with its lines; the totals follow."""

    seller: Party
    buyer: Party
    number: str
    issued_on: date
    items: tuple[Item, ...]
    days: int = 30
    title: str = "FACTURE"

    @property
    def due_on(self) -> date:
        """When it is to be paid."""
        return self.issued_on + timedelta(days=self.days)

    @property
    def vat_lines(self) -> list[tuple[Decimal, Decimal, Decimal]]:
        """Rate, base and tax, highest rate first."""
        rates = sorted({item.rate for item in self.items}, reverse=True)
        bases = [(rate, total(item.net for item in self.items if item.rate == rate)) for rate in rates]
        return [(rate, base, cents(base * rate / 100)) for rate, base in bases]

    @property
    def net(self) -> Decimal:
        """The total before tax."""
        return total(item.net for item in self.items)

    @property
    def gross(self) -> Decimal:
        """The total to pay."""
        return self.net + total(tax for _, _, tax in self.vat_lines)


@dataclass(frozen=True, slots=True)
class Till:
    """A day's till report (*Z de caisse*): sales with tax by rate, takings by means."""

    shop: Party
    number: int
    day: date
    sales: tuple[tuple[Decimal, Decimal], ...]
    takings: tuple[tuple[str, Decimal], ...] = field(default=())

    @property
    def gross(self) -> Decimal:
        """The day's sales, tax included."""
        return total(amount for _, amount in self.sales)


def long_date(day: date) -> str:
    """`14 novembre 2026`."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def invoice_pdf(invoice: Invoice, layout: int = 0) -> bytes:
    """The invoice as a PDF with its text; layouts differ in places, words and dates."""
    out = io.BytesIO()
    page = Canvas(out, pagesize=A4, invariant=1)
    page.setTitle(f"{invoice.title} {invoice.number}")
    _draw_heads(page, invoice, layout % 4)
    y = _draw_items(page, invoice, 175 * mm)
    _draw_totals(page, invoice, y - 12 * mm)
    page.setFont("Helvetica", 8)
    page.drawString(20 * mm, 18 * mm, "Pas d’escompte pour paiement anticipé. Indemnité de recouvrement : 40 €.")
    if invoice.seller.iban:
        page.drawString(20 * mm, 24 * mm, f"IBAN : {invoice.seller.iban}")
    page.save()
    return out.getvalue()


def _draw_heads(page: Canvas, invoice: Invoice, layout: int) -> None:
    seller, buyer = invoice.seller, invoice.buyer
    left, right = (20 * mm, 120 * mm) if layout in (0, 2) else (120 * mm, 20 * mm)
    page.setFont("Times-Bold" if layout % 2 else "Helvetica-Bold", 16)
    page.drawString(left, 275 * mm, seller.name)
    page.setFont("Helvetica", 9)
    lines = [seller.street, seller.town, f"SIREN {seller.siren}", f"TVA {seller.vat_number}"]
    for rank, line in enumerate(lines):
        page.drawString(left, (269 - 5 * rank) * mm, line)
    page.setFont("Helvetica-Bold", 14)
    page.drawString(right, 275 * mm, invoice.title)
    page.setFont("Helvetica", 10)
    label = ("n° ", "Numéro : ", "Facture n° ", "N° de facture : ")[layout]
    page.drawString(right, 268 * mm, f"{label}{invoice.number}")
    long = layout in (0, 3)
    issued = long_date(invoice.issued_on) if long else f"{invoice.issued_on:%d/%m/%Y}"
    due = long_date(invoice.due_on) if long else f"{invoice.due_on:%d/%m/%Y}"
    page.drawString(right, 262 * mm, f"Date : {issued}")
    page.drawString(right, 256 * mm, f"Échéance : {due}")
    page.rect(115 * mm, 210 * mm, 75 * mm, 31 * mm)
    for rank, line in enumerate(("Facturé à :", buyer.name, buyer.street, buyer.town)):
        page.drawString(119 * mm, (234 - 6 * rank) * mm, line)


def _draw_items(page: Canvas, invoice: Invoice, y: float) -> float:
    page.setFont("Helvetica-Bold", 10)
    for x, title in ((20, "Désignation"), (115, "Qté"), (140, "P.U. HT"), (170, "Total HT")):
        page.drawString(x * mm, y + 8 * mm, title)
    page.setFont("Helvetica", 10)
    for item in invoice.items:
        page.drawString(20 * mm, y, item.label)
        page.drawRightString(122 * mm, y, str(item.quantity))
        page.drawRightString(154 * mm, y, _plain(item.unit_price))
        page.drawRightString(188 * mm, y, _plain(item.net))
        y -= 7 * mm
    return y


def _draw_totals(page: Canvas, invoice: Invoice, y: float) -> None:
    rows = [("Total HT", invoice.net)]
    rows += [(f"TVA {_plain_rate(rate)} sur {_plain(base)}", tax) for rate, base, tax in invoice.vat_lines]
    for label, amount in rows:
        page.drawString(120 * mm, y, label)
        page.drawRightString(188 * mm, y, f"{_plain(amount)} €")
        y -= 7 * mm
    page.setFont("Helvetica-Bold", 12)
    page.drawString(120 * mm, y, "Total TTC")
    page.drawRightString(188 * mm, y, f"{_plain(invoice.gross)} €")


def till_pdf(till: Till) -> bytes:
    """A till report as the till's software exports it."""
    out = io.BytesIO()
    page = Canvas(out, pagesize=(80 * mm, 160 * mm), invariant=1)
    y = 150 * mm
    for text, size in _till_lines(till):
        page.setFont("Courier-Bold" if size > 9 else "Courier", size)
        page.drawString(5 * mm, y, text)
        y -= (size + 4) * 0.4 * mm
    page.save()
    return out.getvalue()


def _till_lines(till: Till) -> list[tuple[str, int]]:
    lines = [
        (till.shop.name.upper(), 11),
        (till.shop.town, 8),
        (f"Z DE CAISSE N° {till.number}", 11),
        (f"Date : {till.day:%d/%m/%Y}", 9),
        ("Taux  HT  TVA  TTC", 8),
    ]
    for rate, gross in till.sales:
        base = cents(gross / (1 + rate / 100))
        lines.append((f"{_plain_rate(rate)}  {_plain(base)}  {_plain(gross - base)}  {_plain(gross)}", 8))
    lines += [(f"TOTAL TTC {_plain(till.gross)} EUR", 10), ("ENCAISSEMENTS", 9)]
    return lines + [(f"{means} {_plain(amount)}", 8) for means, amount in till.takings]


def receipt_photo(invoice: Invoice, seed: int = 1) -> bytes:
    """A till receipt photographed on a table: narrow print, a tilt, a shadow."""
    chance = random.Random(seed)  # noqa: S311  # a tilt, the same each time
    slip = _slip(invoice)
    table = Image.new("RGB", (1500, 2000), (116, 92, 70))
    tilted = slip.rotate(
        chance.uniform(-4, 4), expand=True, fillcolor=(0, 0, 0, 0), resample=Image.Resampling.BICUBIC
    )
    place = ((table.width - tilted.width) // 2, max(40, (table.height - tilted.height) // 2))
    shadow = Image.new("RGBA", tilted.size, (0, 0, 0, 0))
    shadow.paste((0, 0, 0, 90), mask=tilted.getchannel("A"))
    table.paste(shadow.filter(ImageFilter.GaussianBlur(12)), (place[0] + 14, place[1] + 18), shadow)
    table.paste(tilted, place, tilted)
    shade = Image.linear_gradient("L").rotate(90).resize(table.size).point(lambda v: 205 + v // 5)
    table = Image.composite(table, Image.new("RGB", table.size), shade).filter(ImageFilter.GaussianBlur(0.6))
    out = io.BytesIO()
    table.save(out, "JPEG", quality=88)
    return out.getvalue()


def _slip(invoice: Invoice) -> Image.Image:
    font, bold = _font("Vera.ttf", 34), _font("VeraBd.ttf", 44)
    lines = [(invoice.seller.name.upper(), bold), (invoice.seller.street, font), (invoice.seller.town, font)]
    lines += [(f"SIREN {invoice.seller.siren}", font), (f"Date : {invoice.issued_on:%d/%m/%Y}", font)]
    lines += [(f"Ticket {invoice.number}", font), ("", font)]
    lines += [(f"{item.quantity} {item.label[:20]}  {_plain(_with_tax(item))}", font) for item in invoice.items]
    lines += [("", font), (f"TOTAL TTC  {_plain(invoice.gross)} EUR", bold)]
    lines += [(f"TVA {_plain_rate(rate)}  {_plain(tax)}", font) for rate, _, tax in invoice.vat_lines]
    lines += [("Paiement CB", font), ("Merci de votre visite", font)]
    slip = Image.new("RGBA", (820, 80 + 62 * len(lines)), (250, 248, 242, 255))
    draw = ImageDraw.Draw(slip)
    for rank, (text, face) in enumerate(lines):
        draw.text((44, 40 + 62 * rank), text, font=face, fill=(40, 40, 46))
    return slip


def _with_tax(item: Item) -> Decimal:
    return cents(item.net * (1 + item.rate / 100))


def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    spec = find_spec("reportlab")
    assert spec is not None
    assert spec.origin is not None
    return ImageFont.truetype(str(Path(spec.origin).parent / "fonts" / name), size)


def facturx_pdf(invoice: Invoice, layout: int = 0) -> bytes:
    """The same PDF with its data inside (Factur-X)."""
    from facturx import generate_from_binary

    made: bytes = generate_from_binary(
        invoice_pdf(invoice, layout), cii_xml(invoice), flavor="factur-x", level="en16931", check_xsd=True
    )
    return made


def cii_xml(invoice: Invoice) -> bytes:
    """The invoice's data, CII D22B, profile EN 16931."""
    lines = "".join(_cii_line(rank, item) for rank, item in enumerate(invoice.items, 1))
    taxes = "".join(
        f"<ram:ApplicableTradeTax><ram:CalculatedAmount>{tax}</ram:CalculatedAmount><ram:TypeCode>VAT</ram:TypeCode>"
        f"<ram:BasisAmount>{base}</ram:BasisAmount><ram:CategoryCode>S</ram:CategoryCode>"
        f"<ram:RateApplicablePercent>{rate}</ram:RateApplicablePercent></ram:ApplicableTradeTax>"
        for rate, base, tax in invoice.vat_lines
    )
    tax_total = invoice.gross - invoice.net
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<rsm:CrossIndustryInvoice xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100" '
        'xmlns:ram="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100" '
        'xmlns:udt="urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100">'
        "<rsm:ExchangedDocumentContext><ram:GuidelineSpecifiedDocumentContextParameter><ram:ID>"
        "urn:cen.eu:en16931:2017</ram:ID></ram:GuidelineSpecifiedDocumentContextParameter>"
        "</rsm:ExchangedDocumentContext><rsm:ExchangedDocument>"
        f"<ram:ID>{invoice.number}</ram:ID><ram:TypeCode>380</ram:TypeCode><ram:IssueDateTime>"
        f'<udt:DateTimeString format="102">{invoice.issued_on:%Y%m%d}</udt:DateTimeString></ram:IssueDateTime>'
        f"</rsm:ExchangedDocument><rsm:SupplyChainTradeTransaction>{lines}<ram:ApplicableHeaderTradeAgreement>"
        f"{_cii_party('Seller', invoice.seller)}{_cii_party('Buyer', invoice.buyer)}"
        "</ram:ApplicableHeaderTradeAgreement><ram:ApplicableHeaderTradeDelivery/>"
        "<ram:ApplicableHeaderTradeSettlement><ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>"
        f"{taxes}<ram:SpecifiedTradePaymentTerms><ram:DueDateDateTime>"
        f'<udt:DateTimeString format="102">{invoice.due_on:%Y%m%d}</udt:DateTimeString></ram:DueDateDateTime>'
        "</ram:SpecifiedTradePaymentTerms><ram:SpecifiedTradeSettlementHeaderMonetarySummation>"
        f"<ram:LineTotalAmount>{invoice.net}</ram:LineTotalAmount>"
        f"<ram:TaxBasisTotalAmount>{invoice.net}</ram:TaxBasisTotalAmount>"
        f'<ram:TaxTotalAmount currencyID="EUR">{tax_total}</ram:TaxTotalAmount>'
        f"<ram:GrandTotalAmount>{invoice.gross}</ram:GrandTotalAmount>"
        f"<ram:DuePayableAmount>{invoice.gross}</ram:DuePayableAmount>"
        "</ram:SpecifiedTradeSettlementHeaderMonetarySummation></ram:ApplicableHeaderTradeSettlement>"
        "</rsm:SupplyChainTradeTransaction></rsm:CrossIndustryInvoice>"
    ).encode()


def _cii_party(side: str, party: Party) -> str:
    legal = (
        f'<ram:SpecifiedLegalOrganization><ram:ID schemeID="0002">{party.siren}</ram:ID>'
        "</ram:SpecifiedLegalOrganization>"
    )
    vat = f'<ram:SpecifiedTaxRegistration><ram:ID schemeID="VA">{party.vat_number}</ram:ID></ram:SpecifiedTaxRegistration>'
    postcode, _, town = party.town.partition(" ")
    return (
        f"<ram:{side}TradeParty><ram:Name>{party.name}</ram:Name>{legal if party.siren else ''}"
        f"<ram:PostalTradeAddress><ram:PostcodeCode>{postcode}</ram:PostcodeCode><ram:LineOne>{party.street}"
        f"</ram:LineOne><ram:CityName>{town}</ram:CityName><ram:CountryID>FR</ram:CountryID>"
        f"</ram:PostalTradeAddress>{vat if party.siren else ''}</ram:{side}TradeParty>"
    )


def _cii_line(rank: int, item: Item) -> str:
    return (
        "<ram:IncludedSupplyChainTradeLineItem><ram:AssociatedDocumentLineDocument>"
        f"<ram:LineID>{rank}</ram:LineID></ram:AssociatedDocumentLineDocument><ram:SpecifiedTradeProduct>"
        f"<ram:Name>{item.label}</ram:Name></ram:SpecifiedTradeProduct><ram:SpecifiedLineTradeAgreement>"
        f"<ram:NetPriceProductTradePrice><ram:ChargeAmount>{item.unit_price}</ram:ChargeAmount>"
        "</ram:NetPriceProductTradePrice></ram:SpecifiedLineTradeAgreement><ram:SpecifiedLineTradeDelivery>"
        f'<ram:BilledQuantity unitCode="C62">{item.quantity}</ram:BilledQuantity></ram:SpecifiedLineTradeDelivery>'
        "<ram:SpecifiedLineTradeSettlement><ram:ApplicableTradeTax><ram:TypeCode>VAT</ram:TypeCode>"
        f"<ram:CategoryCode>S</ram:CategoryCode><ram:RateApplicablePercent>{item.rate}</ram:RateApplicablePercent>"
        "</ram:ApplicableTradeTax><ram:SpecifiedTradeSettlementLineMonetarySummation>"
        f"<ram:LineTotalAmount>{item.net}</ram:LineTotalAmount></ram:SpecifiedTradeSettlementLineMonetarySummation>"
        "</ram:SpecifiedLineTradeSettlement></ram:IncludedSupplyChainTradeLineItem>"
    )


def _plain(amount: Decimal) -> str:
    """A paper's own way: base-14 fonts have no narrow no-break space."""
    return french(amount).replace("\u202f", " ").replace("\u2212", "-")


def _plain_rate(rate: Decimal) -> str:
    return written(rate).replace("\u00a0", " ")
