"""What an entry must hold before it may be posted, and what letters, numbers and seals say of it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comptoir.domain import chart, document, entry, lettrage, missing, money, numbering, vat
from comptoir.domain.document import Facts, Status
from comptoir.domain.entry import Entry, Line
from comptoir.domain.fault import Fault

YEAR = {"opens_on": date(2026, 1, 1), "closes_on": date(2026, 12, 31)}


def purchase(*lines: Line, **changes: object) -> Entry:
    kept = lines or (
        Line("601000", "Farine", debit=Decimal("100.00")),
        Line("445660", "TVA", debit=Decimal("5.50")),
        Line("401000", "Moulin", credit=Decimal("105.50"), auxiliary="MOULIN"),
    )
    made = Entry("AC", date(2026, 3, 14), "Moulin", "MV-1", date(2026, 3, 14), kept)
    return replace(made, **changes)  # type: ignore[arg-type]


def codes(made: Entry) -> list[str]:
    return [fault.code for fault in entry.check(made, **YEAR)]


def test_a_sound_entry_has_no_fault():
    assert codes(purchase()) == []


def test_a_missing_cent_is_named():
    (fault,) = entry.check(
        purchase(*purchase().lines[:2], Line("401000", "M", credit=Decimal("105.49"), auxiliary="M")), **YEAR
    )
    assert fault.code == "unbalanced"
    assert "0,01 € au crédit" in fault.remedy


def test_too_much_credit_asks_for_a_debit():
    (fault,) = entry.check(
        purchase(*purchase().lines[:2], Line("401000", "M", credit=Decimal("106.00"), auxiliary="M")), **YEAR
    )
    assert "au débit" in fault.remedy


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (Line("6A1000", "x", debit=Decimal(1)), "account"),
        (Line("60", "x", debit=Decimal(1)), "account"),
        (Line("999", "x", debit=Decimal(1)), "account"),
        (Line("401000", "x", debit=Decimal(1)), "third_party"),
        (Line("601000", "x", debit=Decimal(1), auxiliary="M" * 21), "auxiliary"),
        (Line("601000", "x", debit=Decimal(-1)), "negative"),
        (Line("601000", "x", debit=Decimal(1), credit=Decimal(1)), "both_sides"),
        (Line("601000", "x"), "zero"),
        (Line("601000", "x", debit=Decimal("1.001")), "cents"),
        (Line("601000", "x", debit=Decimal("1000000000000000")), "amount"),
    ],
)
def test_a_bad_line_is_named_with_its_rank(line, code):
    faults = entry.check(purchase(line, *purchase().lines), **YEAR)
    assert (code, 1) in [(fault.code, fault.line) for fault in faults]


def test_one_line_is_no_entry():
    assert "too_few_lines" in codes(purchase(Line("601000", "x", debit=Decimal(1))))


def test_a_day_outside_the_year_is_refused():
    assert codes(purchase(dated_on=date(2027, 1, 1))) == ["outside_year"]


def test_an_empty_reference_is_refused():
    assert codes(purchase(piece_ref="  ")) == ["piece_ref"]


def test_a_fault_tells_its_line_its_sentence_and_its_remedy():
    assert str(Fault("c", "Faux.", "Corrigez.", 3)) == "Ligne 3 : Faux. Corrigez."
    assert str(Fault("c", "Faux.")) == "Faux."


def test_letters_follow_each_other_without_a_gap():
    assert [lettrage.letter(n) for n in (0, 1, 25, 26, 675, 676, 677)] == [
        "AA",
        "AB",
        "AZ",
        "BA",
        "ZZ",
        "AAA",
        "AAB",
    ]


@given(st.integers(0, 20_000), st.integers(0, 20_000))
def test_two_ranks_never_share_a_letter(one, other):
    assert (lettrage.letter(one) == lettrage.letter(other)) == (one == other)


def test_lines_that_pay_each_other_off_may_be_lettered():
    owed, paid = (
        Line("401000", "F", credit=Decimal(10), auxiliary="M"),
        Line("401000", "P", debit=Decimal(10), auxiliary="M"),
    )
    assert lettrage.check([owed, paid]) == []
    assert [f.code for f in lettrage.check([owed])] == ["alone", "gap"]
    assert [f.code for f in lettrage.check([owed, replace(paid, auxiliary="X")])] == ["mixed"]


def test_one_changed_cent_changes_the_seal():
    at = datetime(2026, 3, 15, tzinfo=UTC)
    sealed = numbering.seal(purchase(), number="AC-00001", validated_at=at, previous=numbering.GENESIS)
    other = purchase(*purchase().lines[:2], Line("401000", "Moulin", credit=Decimal("105.51"), auxiliary="MOULIN"))
    assert sealed != numbering.seal(other, number="AC-00001", validated_at=at, previous=numbering.GENESIS)
    assert numbering.entry_number("AC", 42) == "AC-00042"


def test_the_chart_is_dated_by_fiscal_year():
    assert chart.label("401000", 2026) == "Fournisseurs"
    assert chart.label("606100", 2025) == "Fournitures non stockables (eau, énergie, etc.)"
    assert chart.published(2025)["1045"] != chart.published(2026)["1045"]
    assert chart.published(2019)["1045"] == chart.published(2025)["1045"]
    assert chart.label("000000", 2026) == "000000"
    assert chart.padded("6061") == "606100"
    assert (chart.is_charge("606100"), chart.is_charge("401000")) == (True, False)
    assert (chart.is_collective("404000"), chart.is_collective("512000")) == (True, False)


def test_a_vat_rate_is_legal_only_in_its_time():
    assert vat.is_legal(Decimal("20"), date(2026, 1, 1))
    assert not vat.is_legal(Decimal("20"), date(2013, 12, 31))
    assert vat.is_legal(Decimal("19.6"), date(2013, 12, 31))
    assert vat.is_legal(Decimal(0), date(2026, 1, 1))
    assert vat.written(Decimal("5.50")) == "5,5\u00a0%"


def test_amounts_are_rounded_and_written_as_in_france():
    assert money.cents("0.005") == Decimal("0.01")
    assert money.french(Decimal("-1234567.8")) == "−1\u202f234\u202f567,80"
    assert money.total([]) == Decimal("0.00")


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (Facts(), Status.RECEIVED),
        (Facts(is_being_read=True), Status.READING),
        (Facts(is_read=True), Status.PROPOSED),
        (Facts(is_read=True, has_doubt=True), Status.TO_REVIEW),
        (Facts(is_read=True, has_fault=True), Status.TO_REVIEW),
        (Facts(is_read=True, is_posted=True, has_doubt=True), Status.POSTED),
        (Facts(is_admin=True), Status.KEPT),
        (Facts(is_posted=True, is_dismissed=True), Status.DISMISSED),
    ],
)
def test_a_status_follows_from_facts_a_persons_first(facts, expected):
    assert document.status(facts) == expected


MOVE = missing.BookedMovement(date(2026, 3, 1), Decimal("-50.00"), ("401000",))
ON = missing.Policy(is_on=True, since=date(2026, 1, 1), floor=Decimal("10.00"))


@pytest.mark.parametrize(
    ("changes", "policy", "wanted"),
    [
        ({}, ON, True),
        ({}, replace(ON, is_on=False), False),
        ({"is_matched": True}, ON, False),
        ({"is_lettered": True}, ON, False),
        ({"is_waived": True}, ON, False),
        ({"in_closed_year": True}, ON, False),
        ({"booked_on": date(2025, 12, 31)}, ON, False),
        ({"booked_on": date(2025, 12, 31)}, replace(ON, since=None), True),
        ({"amount": Decimal("-9.99")}, ON, False),
        ({"counterparts": ("627000",)}, ON, False),
        ({"counterparts": ("471000",)}, ON, False),
        ({"counterparts": ("471000",)}, replace(ON, justifiable=(*missing.JUSTIFIABLE, "471")), True),
        ({"counterparts": ("411000",), "amount": Decimal(50)}, ON, True),
    ],
)
def test_a_document_is_missing_only_by_the_rule(changes, policy, wanted):
    assert missing.needs_document(replace(MOVE, **changes), policy) is wanted


@pytest.mark.parametrize("blank", ["", "  ", "\u200b", "\t"])
def test_no_zone_of_the_fec_that_must_be_filled_may_be_blank(blank):
    lines = purchase().lines
    assert "label" in codes(purchase(replace(lines[0], label=blank), *lines[1:]))
    assert "piece_ref" in codes(purchase(piece_ref=blank))


def test_every_state_of_a_piece_has_its_french():
    assert all(status.french for status in Status)
