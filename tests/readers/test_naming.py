"""Names of files that are taken away."""

from datetime import date
from decimal import Decimal

from comptoir.readers.naming import named, told_apart

DAY = date(2026, 11, 4)


def test_a_name_says_the_day_the_supplier_the_number_and_the_amount():
    name = named("Moulins de la Vègre", "MV-1197", DAY, Decimal("1237.38"), "scan.PDF", "application/pdf")
    assert name == "2026-11-04 Moulins de la Vègre MV-1197 1 237,38 €.pdf"


def test_what_is_not_known_is_left_out():
    assert named("ticket.jpg", "", None, None, "ticket.jpg", "image/jpeg") == "ticket.jpg"
    assert named("", "", None, None, "", "application/pdf") == "piece.pdf"


def test_no_name_leads_out_of_the_archive():
    name = named("../../etc/passwd", "a\\b:c", None, None, "x.pdf", "application/pdf")
    assert "/" not in name
    assert "\\" not in name
    assert not name.startswith(".")


def test_a_very_long_name_is_cut_before_its_ending():
    assert len(named("x" * 500, "", None, None, "x.pdf", "application/pdf")) < 130


def test_the_same_name_twice_is_told_apart():
    assert list(told_apart(["a.pdf", "A.pdf", "a.pdf", "b"])) == ["a.pdf", "A (2).pdf", "a (3).pdf", "b"]
