"""What no piece can mean is left out, whoever read it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from comptoir.domain.entry import Line
from comptoir.domain.limits import plain, read_day
from comptoir.domain.reading import Kind, Reading, Source, Taking, Value, VatLine, meaning


def value(it):
    return Value(it, 1.0, Source.E_INVOICE)


SOUND = Reading(
    source=Source.E_INVOICE,
    kind=value(Kind.PURCHASE_INVOICE),
    number=value("MV-1"),
    issued_on=value(date(2026, 11, 4)),
    supplier=value("Moulins de la Vègre"),
    supplier_siren=value("402118939"),
    total=value(Decimal("237.38")),
    vat_lines=(VatLine(Decimal("5.5"), Decimal(225), Decimal("12.38")),),
    takings=(Taking("cash", Decimal("10.00")),),
    text="Facture",
)


def test_a_sound_reading_is_left_as_it_is():
    assert SOUND.plausible() == SOUND


@pytest.mark.parametrize(
    ("field", "absurd"),
    [
        ("total", Decimal("1e400")),
        ("total", Decimal("NaN")),
        ("total", Decimal("-5.00")),
        ("issued_on", date(1, 1, 1)),
        ("issued_on", date(9999, 12, 31)),
        ("supplier", "\x00 \x07"),
        ("supplier_siren", "402118939402118939"),
    ],
)
def test_what_means_nothing_is_not_known(field, absurd):
    assert getattr(replace(SOUND, **{field: value(absurd)}).plausible(), field) is None


def test_a_kind_means_itself_and_has_its_french():
    assert all(meaning("kind", kind) is kind for kind in Kind)
    assert len({kind.french for kind in Kind}) == len(Kind)


def test_names_are_cut_and_signs_that_do_not_print_are_left_out():
    read = replace(SOUND, supplier=value("A\x00B" + "x" * 500), text="a\x00b\nc").plausible()
    assert read.supplier.value.startswith("A Bxxx")
    assert len(read.supplier.value) == 200
    assert read.text == "a b\nc"
    assert plain("  x\t", 5) == "x"


def test_impossible_lines_are_left_out():
    huge = Decimal(10) ** 20
    read = replace(
        SOUND,
        vat_lines=(*SOUND.vat_lines, VatLine(Decimal(20), huge, huge)),
        takings=(*SOUND.takings, Taking("card", huge)),
    )
    assert read.plausible() == SOUND


def test_a_line_below_zero_stands_upright_on_its_other_side():
    assert Line("601000", "x", debit=Decimal(-5)).upright() == Line("601000", "x", credit=Decimal(5))
    assert Line("601000", "x", credit=Decimal(-5)).upright() == Line("601000", "x", debit=Decimal(5))


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026-11-04", date(2026, 11, 4)),
        (" 2026-11-04\n", date(2026, 11, 4)),
        ("9999-12-31", date(9999, 12, 31)),
        ("", None),
        ("2026-02-30", None),
        ("04/11/2026", None),
        ("20261104", None),
        ("2026-W45-3", None),
        ("2026-11-04T00:00", None),
        ("-026-11-04", None),
        ("２０２６-11-04", None),
        ("2026-11-04\x00", None),
        ("\ud8002026-1", None),
    ],
)
def test_a_day_is_read_as_a_browser_writes_it_and_nothing_else_is_one(written, day):
    assert read_day(written) == day
