"""A Z de caisse as a file: typed or exported, one day or many; what is no Z is none."""

from datetime import date
from decimal import Decimal

import pytest

from comptoir import readers
from comptoir.domain.reading import Kind, Taking
from comptoir.domain.till import Till
from comptoir.readers import till

DAY = date(2026, 11, 24)
Z = Till(
    DAY,
    "1328",
    ((Decimal(20), Decimal("120.00")), (Decimal("5.5"), Decimal("890.50"))),
    (Taking("cash", Decimal("300.00")), Taking("card", Decimal("710.50"))),
)
EXPORT = (
    "Date;N° Z;Ventes 20 %;Ventes 5,5 %;Espèces;CB;Titres restaurant\n"
    "24/11/2026;1328;120,00;890,50;300,00;700,50;10,00\n"
    "25/11/2026;1329;1 100,00;;1 100,00;;\n"
    "Total;;1 220,00;890,50;1 400,00;700,50;10,00\n"
).encode("cp1252")


def test_what_is_written_is_read_back():
    assert till.reports(till.written(Z)) == [Z]


def test_an_export_holds_a_z_for_each_day_and_its_total_line_is_none():
    first, second = till.reports(EXPORT)
    assert (first.number, first.gross, first.gap) == ("1328", Decimal("1010.50"), 0)
    assert (second.day, second.sales) == (date(2026, 11, 25), ((Decimal(20), Decimal("1100.00")),))


def test_the_reading_of_a_z_is_sure_where_it_agrees():
    reading = readers.read(till.written(Z), filename="z.csv")
    assert reading.kind.value == Kind.Z_DE_CAISSE
    assert (reading.total.value, reading.total.confidence) == (Decimal("1010.50"), 1.0)
    assert reading.takings == Z.takings


def test_a_gap_makes_the_total_unsure():
    short = Till(DAY, "1", Z.sales, (Taking("cash", Decimal("300.00")),))
    assert readers.read(till.written(short), filename="z.csv").total.confidence < 0.9


@pytest.mark.parametrize(
    "content",
    [
        b"", b"Date;Libelle;Montant\n24/11/2026;CB;10,00\n", b"bonjour", b"Date;24/11/2026\nVentes 20 %;0\n",
        b"Date;hier\nVentes 20 %;12\n", b"%PDF-1.4 Date;24/11/2026\nVentes 20 %;12", b"\0" * 50,
        b"Date;24/11/2026\nVentes 20 %;1e400\n", b'"' * 100_000, b"Ventes 20 %;12\nCB;12\n",
    ],
)  # fmt: skip
def test_what_is_no_z_is_none(content):
    assert till.reports(content) == []


def test_a_table_longer_than_a_year_is_something_else():
    lines = "24/11/2026;12,00\n" * 500
    assert till.reports(f"Date;Ventes 20 %\n{lines}".encode()) == []


def test_it_is_admitted_shown_and_counted_as_one_page():
    content = till.written(Z)
    assert readers.admit(content) == "text/csv"
    assert readers.page_count(content) == 1
    assert readers.thumbnail(content)[:4] == b"RIFF"


def test_several_days_are_not_read_as_one():
    with pytest.raises(readers.NotReadable):
        till.read(EXPORT)
