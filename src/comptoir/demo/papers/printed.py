"""Papers as software prints them: PDFs with their text."""

import io

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from comptoir.demo.papers.things import ExpenseReport, Invoice, Till, long_date, plain, plain_rate
from comptoir.domain.money import cents


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
        page.drawRightString(154 * mm, y, plain(item.unit_price))
        page.drawRightString(188 * mm, y, plain(item.net))
        y -= 7 * mm
    return y


def _draw_totals(page: Canvas, invoice: Invoice, y: float) -> None:
    rows = [("Total HT", invoice.net)]
    rows += [(f"TVA {plain_rate(rate)} sur {plain(base)}", tax) for rate, base, tax in invoice.vat_lines]
    for label, amount in rows:
        page.drawString(120 * mm, y, label)
        page.drawRightString(188 * mm, y, f"{plain(amount)} €")
        y -= 7 * mm
    page.setFont("Helvetica-Bold", 12)
    page.drawString(120 * mm, y, "Total TTC")
    page.drawRightString(188 * mm, y, f"{plain(invoice.gross)} €")


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
        lines.append((f"{plain_rate(rate)}  {plain(base)}  {plain(gross - base)}  {plain(gross)}", 8))
    lines += [(f"TOTAL TTC {plain(till.gross)} EUR", 10), ("ENCAISSEMENTS", 9)]
    return lines + [(f"{means} {plain(amount)}", 8) for means, amount in till.takings]


def expense_report_pdf(report: ExpenseReport) -> bytes:
    """An expense report as a spreadsheet prints it."""
    out = io.BytesIO()
    page = Canvas(out, pagesize=A4, invariant=1)
    page.setFont("Helvetica-Bold", 16)
    page.drawString(20 * mm, 275 * mm, "NOTE DE FRAIS")
    page.setFont("Helvetica", 10)
    heads = (report.company.name, f"Nom : {report.person}", f"N° {report.number}")
    for rank, head in enumerate((*heads, f"Date : {report.issued_on:%d/%m/%Y}")):
        page.drawString(20 * mm, (266 - 6 * rank) * mm, head)
    y = _draw_expenses(page, report, 230 * mm) - 6 * mm
    sums = (("Total HT", report.net), ("Total TVA", report.gross - report.net), ("Total TTC", report.gross))
    for label, amount in sums:
        page.setFont("Helvetica-Bold" if label == "Total TTC" else "Helvetica", 11)
        page.drawString(130 * mm, y, label)
        page.drawRightString(190 * mm, y, f"{plain(amount)} €")
        y -= 7 * mm
    page.setFont("Helvetica", 10)
    page.drawString(20 * mm, y - 6 * mm, f"À rembourser à {report.person} par virement.")
    page.save()
    return out.getvalue()


def _draw_expenses(page: Canvas, report: ExpenseReport, y: float) -> float:
    columns = ((20, "Date"), (45, "Motif"), (118, "HT"), (140, "Taux"), (158, "TVA"), (178, "TTC"))
    page.setFont("Helvetica-Bold", 10)
    for x, title in columns:
        page.drawString(x * mm, y, title)
    page.setFont("Helvetica", 10)
    for expense in report.expenses:
        y -= 7 * mm
        page.drawString(20 * mm, y, f"{expense.day:%d/%m/%Y}")
        page.drawString(45 * mm, y, expense.label)
        page.drawRightString(130 * mm, y, plain(expense.net))
        page.drawRightString(152 * mm, y, plain_rate(expense.rate))
        page.drawRightString(170 * mm, y, plain(expense.gross - expense.net))
        page.drawRightString(190 * mm, y, plain(expense.gross))
    return y
