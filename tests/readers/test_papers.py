"""The readers on invented French papers: values right, proof on the page, doubt where doubt is due."""

import io
import json
import time
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pikepdf
import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from comptoir import readers
from comptoir.config import cli
from comptoir.demo import papers
from comptoir.demo.papers import Expense, ExpenseReport, Invoice, Item, Party, Till
from comptoir.domain.reading import SURE, Identity, Kind, Source

BAKERY = Party("Boulangerie Dupont", "12, place du Marché", "72350 Brûlon", "821456308")
MILL = Party("Moulins de la Vègre", "Route d’Asnières", "72430 Avoise", "402118939")
OWN = Identity("Boulangerie Dupont", "821456308")
BILL = Invoice(
    MILL,
    BAKERY,
    "MV-1197",
    date(2026, 11, 14),
    (
        Item("Farine de tradition T65, sac 25 kg", 48, Decimal("22.50"), Decimal("5.5")),
        Item("Livraison sur palette", 1, Decimal("25.00"), Decimal("20")),
    ),
)


def read(content: bytes, name: str = "piece.pdf"):
    return readers.read(content, filename=name, own=OWN)


def assert_is_the_bill(found) -> None:
    assert found.kind.value == Kind.PURCHASE_INVOICE
    assert found.number.value == "MV-1197"
    assert (found.issued_on.value, found.due_on.value) == (date(2026, 11, 14), date(2026, 12, 14))
    assert found.supplier.value == "Moulins de la Vègre"
    assert found.supplier_siren.value == "402118939"
    sums = (found.net.value, found.vat.value, found.total.value)
    assert sums == (Decimal("1105.00"), Decimal("64.40"), Decimal("1169.40"))
    assert {(line.rate, line.base, line.amount) for line in found.vat_lines} == {
        (Decimal("5.5"), Decimal("1080.00"), Decimal("59.40")),
        (Decimal("20"), Decimal("25.00"), Decimal("5.00")),
    }


@pytest.mark.parametrize("layout", range(4))
def test_a_pdf_with_text_is_read_in_every_layout(layout):
    found = read(papers.invoice_pdf(BILL, layout))
    assert found.source == Source.TEXT
    assert_is_the_bill(found)


@pytest.mark.parametrize("layout", range(4))
def test_each_value_has_its_proof_on_the_page(layout):
    found = read(papers.invoice_pdf(BILL, layout))
    for value in (found.number, found.issued_on, found.total, found.supplier):
        x0, y0, x1, y1 = value.evidence.box
        assert value.evidence.page == 1
        assert 0 <= x0 < x1 <= 1
        assert 0 <= y0 < y1 <= 1


def test_a_facturx_is_its_data():
    found = read(papers.facturx_pdf(BILL))
    assert found.source == Source.E_INVOICE
    assert_is_the_bill(found)


def test_a_bare_cii_is_read_and_its_root_may_come_late():
    content = papers.cii_xml(BILL)
    assert_is_the_bill(read(content, "facture.xml"))
    head, _, body = content.partition(b"?>")
    assert_is_the_bill(read(head + b"?><!--" + b"x" * 4000 + b"-->" + body, "facture.xml"))


def test_the_same_paper_is_drawn_the_same_twice():
    assert papers.invoice_pdf(BILL) == papers.invoice_pdf(BILL)
    assert papers.receipt_photo(BILL) == papers.receipt_photo(BILL)


def test_a_sale_is_told_from_a_purchase_by_who_the_dossier_is():
    sale = Invoice(
        BAKERY,
        Party("Mairie de Brûlon", "1, rue de la Mairie", "72350 Brûlon"),
        "V-2026-088",
        date(2026, 11, 12),
        (Item("Plateaux de viennoiseries", 12, Decimal("25.59"), Decimal("5.5")),),
    )
    found = read(papers.invoice_pdf(sale, 2))
    assert found.kind.value == Kind.SALES_INVOICE
    assert found.customer.value == "Mairie de Brûlon"
    assert found.supplier is None


def test_a_credit_note_is_told():
    found = read(papers.invoice_pdf(replace(BILL, title="AVOIR", number="AV-31"), 2))
    assert found.kind.value == Kind.CREDIT_NOTE


def test_an_ubl_invoice_and_credit_note_are_their_data():
    assert_is_the_bill(read(papers.ubl_xml(BILL), "facture.xml"))
    found = read(papers.ubl_xml(replace(BILL, title="AVOIR", number="AV-31")), "avoir.xml")
    assert (found.kind.value, found.number.value, found.total.value) == (Kind.CREDIT_NOTE, "AV-31", BILL.gross)


def test_an_expense_report_has_a_total_and_no_supplier():
    report = ExpenseReport(
        BAKERY,
        "Bob Dupont",
        "NDF-2026-10",
        date(2026, 10, 28),
        (
            Expense(date(2026, 10, 6), "Péage A11", Decimal("14.60"), Decimal(20)),
            Expense(date(2026, 10, 6), "Repas fournisseur", Decimal("38.50"), Decimal(10)),
        ),
    )
    found = read(papers.expense_report_pdf(report))
    assert (found.kind.value, found.supplier) == (Kind.NOTE_DE_FRAIS, None)
    assert (found.number.value, found.issued_on.value) == ("NDF-2026-10", date(2026, 10, 28))
    assert (found.net.value, found.vat.value, found.total.value) == (report.net, Decimal("5.93"), Decimal("53.10"))


@pytest.mark.parametrize("layout", range(2))
def test_a_scan_is_read_like_the_page_it_shows(layout):
    found = read(papers.scan_pdf(papers.invoice_pdf(BILL, layout)))
    assert found.source == Source.OCR
    assert_is_the_bill(found)


def test_a_z_gives_sales_by_rate_and_takings_by_means():
    z = Till(
        BAKERY,
        1204,
        date(2026, 11, 16),
        ((Decimal("5.5"), Decimal("1100.30")), (Decimal("10"), Decimal("262.50"))),
        (("Espèces", Decimal("412.80")), ("CB", Decimal("850.00")), ("Titres-restaurant", Decimal("100.00"))),
    )
    found = read(papers.till_pdf(z))
    assert found.kind.value == Kind.Z_DE_CAISSE
    assert found.total.value == Decimal("1362.80")
    assert found.number.value == "1204"
    assert {t.means: t.amount for t in found.takings} == {
        "cash": Decimal("412.80"), "card": Decimal("850.00"), "meal_voucher": Decimal("100.00")
    }  # fmt: skip


def test_a_photographed_receipt_is_read():
    fuel = Invoice(
        Party("Station Bel-Air", "Route du Mans", "72350 Brûlon", "528771041"),
        BAKERY,
        "004512",
        date(2026, 11, 15),
        (Item("Gazole", 1, Decimal("51.92")),),
    )
    found = read(papers.receipt_photo(fuel), "IMG_1.jpg")
    assert found.source == Source.OCR
    assert found.kind.value == Kind.RECEIPT
    assert found.total.value == Decimal("62.30")
    assert found.issued_on.value == date(2026, 11, 15)
    assert "bel" in found.supplier.value.lower()


def test_sums_that_do_not_add_up_are_not_sure():
    content = papers.invoice_pdf(BILL, 2)
    with pikepdf.open(io.BytesIO(content)) as pdf:
        stream = pdf.pages[0].Contents.read_bytes()
        pdf.pages[0].Contents = pdf.make_stream(stream.replace(b"1 169,40", b"1 961,40"))
        out = io.BytesIO()
        pdf.save(out)
    found = read(out.getvalue())
    assert found.total is None or found.total.confidence < SURE


def page(*lines: str) -> bytes:
    """A page of plain lines."""
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    for rank, line in enumerate(lines):
        for column, cell in enumerate(line.split("|")):
            canvas.drawString(60 + 110 * column, 780 - 18 * rank, cell)
    canvas.save()
    return out.getvalue()


def test_one_rates_row_that_adds_up_is_not_the_total():
    till = ("FACTURE 12", "Date : 03/03/2026", "Taux|HT|TVA|TTC", "20 %|4,78|0,96|5,74", "5,5 %|17,57|0,97|18,54")
    found = read(page("Épicerie Bleue SARL", *till, "Total TTC|24,28"))
    assert found.total.value == Decimal("24.28")
    assert {line.amount for line in found.vat_lines} == {Decimal("0.96"), Decimal("0.97")}


def test_where_two_totals_add_up_neither_is_sure():
    found = read(
        page(
            "FACTURE 12",
            "Total HT|100,00",
            "TVA|20,00",
            "Total TTC|120,00",
            "Total HT|90,00",
            "TVA|18,00",
            "Total TTC|108,00",
        )
    )
    assert found.total.confidence < SURE


@pytest.mark.parametrize("label", ["Contact :", "Steuernummer", "exemple", "Modèle © 2026"])
def test_a_label_is_not_the_suppliers_name(label):
    found = read(page(label, "Atelier du Perche SARL", "SIREN 402 118 939", "FACTURE n° 12", "Total TTC|12,00"))
    assert found.supplier.value == "Atelier du Perche SARL"


def encrypted() -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(papers.invoice_pdf(BILL))) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(user="secret", owner="secret"))
    return out.getvalue()


def many_pages(count: int) -> bytes:
    out = io.BytesIO()
    page = Canvas(out, invariant=1)
    for _ in range(count):
        page.showPage()
    page.save()
    return out.getvalue()


def picture(size: tuple[int, int], kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("1", size).save(out, kind, **({"compression": "tiff_deflate"} if kind == "TIFF" else {}))
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", readers.Empty),
        (b"MZ\x90\x00" * 50, readers.WrongKind),
        (b"PK\x03\x04word/document.xml", readers.WrongKind),
        (papers.invoice_pdf(BILL)[:500], readers.Broken),
        (encrypted(), readers.Encrypted),
        (many_pages(3_001), readers.FileTooManyPages),
        (many_pages(10_000), readers.FileTooManyPages),
        (picture((30_000, 30_000)), readers.Bomb),
        (picture((40_000, 20_000), "TIFF"), readers.Bomb),
        (b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bb">]><Invoice>&b;</Invoice>', readers.NotReadable),
        (b"%PDF-" + b"0" * 101 * 1024 * 1024, readers.FileTooLarge),
    ],
    ids=["empty", "program", "office", "cut", "encrypted", "3001", "10000", "png", "tiff", "entities", "heavy"],
)
def test_what_cannot_be_read_is_refused_at_the_door_in_french(content, refusal):
    start = time.monotonic()
    with pytest.raises(refusal) as fault:
        readers.admit(content, "piece.pdf")
    assert len(str(fault.value)) > 30
    assert time.monotonic() - start < 20


def test_a_lie_in_the_name_is_read_for_what_it_is():
    assert readers.admit(papers.invoice_pdf(BILL), "photo.jpg") == "application/pdf"


@pytest.mark.parametrize("draw", [papers.invoice_pdf, papers.facturx_pdf, papers.cii_xml, papers.receipt_photo])
def test_each_paper_has_a_picture_and_a_thumbnail(draw):
    content = draw(BILL)
    for made in (readers.preview(content, 1), readers.thumbnail(content)):
        with Image.open(io.BytesIO(made)) as image:
            assert image.format == "WEBP"
            assert min(image.size) > 20


def test_the_command_line_tells_exactly_the_documented_keys(tmp_path, capsys):
    good, bad = tmp_path / "f.pdf", tmp_path / "faux.pdf"
    good.write_bytes(papers.invoice_pdf(BILL))
    bad.write_bytes(b"rien")
    assert cli.main(["read", str(bad), str(good), "--json"]) == 1
    said = capsys.readouterr()
    (told,) = [json.loads(row) for row in said.out.splitlines()]
    assert list(told) == [
        "file", "kind", "number", "issued_on", "due_on", "supplier", "supplier_siren", "supplier_vat", "currency",
        "net", "vat", "total", "vat_lines", "source", "confidence",
    ]  # fmt: skip
    assert (told["total"], told["issued_on"], told["source"]) == ("1169.40", "2026-11-14", "text")
    assert {tuple(line) for line in told["vat_lines"]} == {("rate", "base", "amount")}
    assert told["confidence"]["total"] >= SURE
    assert "faux.pdf" in said.err


def test_an_e_invoice_shows_where_its_page_prints_each_value():
    found = read(papers.facturx_pdf(BILL, 1))
    assert found.source == Source.E_INVOICE
    for field in ("number", "issued_on", "supplier", "supplier_siren", "net", "total"):
        value = getattr(found, field)
        assert value.evidence.box is not None, field
        assert value.confidence >= SURE, field


def test_a_total_that_the_page_does_not_print_is_doubted():
    dearer = replace(BILL, items=(replace(BILL.items[0], quantity=50), BILL.items[1]))
    honest, other = papers.facturx_pdf(BILL, 1), papers.facturx_pdf(dearer, 1)
    forged = io.BytesIO()
    with pikepdf.open(io.BytesIO(honest)) as page, pikepdf.open(io.BytesIO(other)) as source:
        (name,) = page.attachments
        told = source.attachments[name].get_file().read_bytes()
        page.attachments[name] = pikepdf.AttachedFileSpec(page, told, filename=name)
        page.save(forged)
    found = read(forged.getvalue())
    assert found.total.value == dearer.gross
    assert (found.total.confidence < SURE, found.total.evidence.box) == (True, None)
