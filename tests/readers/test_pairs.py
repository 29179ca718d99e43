"""The data of an invoice and its readable page, found together in what a platform exports."""

from dataclasses import replace

import pytest
from tests.cast import MILL, mill_invoice, mill_pdf

from comptoir.demo.papers.structured import cii_xml, facturx_pdf, ubl_xml
from comptoir.readers.archive import Member
from comptoir.readers.pairs import joined


def file(path, content):
    return Member(path.rpartition("/")[2], content, path=path)


def shape(*files):
    return [
        (member.filename, member.beside.filename if member.beside else "")
        for member in joined([file(path, content) for path, content in files])
    ]


def xml(number="A-1"):
    return cii_xml(mill_invoice(number))


def test_a_pdf_of_the_same_name_goes_beside_its_data_whichever_comes_first():
    assert shape(("f.pdf", mill_pdf("A-1")), ("F.XML", xml())) == [("F.XML", "f.pdf")]
    assert shape(("f.xml", ubl_xml(mill_invoice())), ("f.PDF", mill_pdf())) == [("f.xml", "f.PDF")]


def test_a_facturx_that_carries_the_same_invoice_goes_beside_it_whatever_its_name():
    assert shape(("données.xml", xml()), ("papier.pdf", facturx_pdf(mill_invoice("A-1")))) == [
        ("données.xml", "papier.pdf")
    ]


def test_a_facturx_of_another_invoice_is_a_piece_by_itself_even_under_the_same_name():
    other = facturx_pdf(mill_invoice("A-2"))
    assert shape(("f.xml", xml()), ("f.pdf", other)) == [("f.xml", ""), ("f.pdf", "")]


def test_folders_keep_two_invoices_of_one_name_apart():
    found = shape(
        ("mars/f.xml", xml("A-1")), ("avril/f.xml", xml("A-2")), ("mars/f.pdf", mill_pdf("A-1")), ("f.pdf", mill_pdf("A-3"))
    )  # fmt: skip
    assert found == [("f.xml", "f.pdf"), ("f.xml", ""), ("f.pdf", "")]


def test_two_candidates_are_left_to_a_person():
    assert shape(("f.xml", xml("A-1")), ("F.xml", xml("A-2")), ("f.pdf", mill_pdf())) == [
        ("f.xml", ""), ("F.xml", ""), ("f.pdf", ""),
    ]  # fmt: skip
    one_of_two = joined([file("f.xml", xml()), file("f.pdf", mill_pdf()), file("F.PDF", mill_pdf("B"))])
    assert len(one_of_two) == 2


@pytest.mark.parametrize("content", [b"<a/>", b"<broken", b"hello", b""])
def test_an_xml_that_is_no_invoice_takes_no_pdf_with_it(content):
    assert shape(("f.xml", content), ("f.pdf", mill_pdf())) == [("f.xml", ""), ("f.pdf", "")]


def test_a_broken_page_is_refused_under_its_own_name():
    assert shape(("f.xml", xml()), ("f.pdf", b"%PDF-1.7 broken")) == [("f.xml", ""), ("f.pdf", "")]


def test_the_same_number_of_another_seller_is_another_invoice():
    other = facturx_pdf(replace(mill_invoice("A-1"), seller=replace(MILL, siren="552081317")))
    assert shape(("a.xml", xml()), ("b.pdf", other)) == [("a.xml", ""), ("b.pdf", "")]


def test_what_was_refused_in_the_archive_stays_as_it_is():
    refused = Member("f.pdf", b"", "abîmé")
    assert joined([file("f.xml", xml()), refused])[1] is refused
