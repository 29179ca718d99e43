"""How far a movement's document is, one piece for many debits, and gaps in the numbering of sales."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from comptoir.domain import missing
from comptoir.domain.missing import Need, Reason, Series, Status

MOVE = missing.BookedMovement(date(2026, 3, 1), Decimal("-50.00"), ("401000",))
ON = missing.Policy(is_on=True, since=date(2026, 1, 1), floor=Decimal("10.00"), optional=("455",))
LINKED = replace(MOVE, is_matched=True)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, Status.TO_JUSTIFY),
        ({"is_answered": True}, Status.IN_VALIDATION),
        ({"is_answered": True, "is_accepted": True}, Status.JUSTIFIED),
        ({"is_accepted": True, "counterparts": ("627000",)}, Status.JUSTIFIED),
        ({"is_lettered": True}, Status.JUSTIFIED),
        ({"is_covered": True}, Status.JUSTIFIED),
        ({"is_waived": True}, None),
        ({"is_waived": True, "is_answered": True}, None),
        ({"amount": Decimal("-9.99")}, None),
    ],
)
def test_a_movement_without_a_piece_is_as_far_as_its_facts_say(changes, expected):
    assert missing.status(replace(MOVE, **changes), ON) is expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"is_read": False}, Status.IN_PROGRESS),
        ({"is_read": False, "has_gap": True}, Status.IN_PROGRESS),
        ({}, Status.IN_PROGRESS),
        ({"is_entered": False}, Status.IN_VALIDATION),
        ({"has_gap": True}, Status.IN_VALIDATION),
        ({"has_gap": True, "is_part": True}, Status.IN_PROGRESS),
        ({"has_gap": True, "is_part": True, "is_posted": True}, Status.JUSTIFIED),
        ({"is_posted": True}, Status.IN_VALIDATION),
        ({"is_posted": True, "is_lettered": True}, Status.JUSTIFIED),
        ({"is_posted": True, "is_accepted": True}, Status.JUSTIFIED),
    ],
)
def test_a_movement_with_a_piece_waits_for_its_reading_then_its_letter_then_the_firm(changes, expected):
    assert missing.status(replace(LINKED, **changes), ON) is expected


def test_a_piece_given_keeps_the_line_off_the_clients_list_however_long_the_firm_waits():
    for is_read in (True, False):
        for is_posted in (True, False):
            for has_gap in (True, False):
                move = replace(LINKED, is_read=is_read, is_posted=is_posted, has_gap=has_gap)
                assert not missing.needs_document(move, ON)


@pytest.mark.parametrize(
    ("account", "in_cash", "expected"),
    [
        ("401000", False, Need.REQUIRED),
        ("455000", False, Need.OPTIONAL),
        ("606300", False, None),
        ("606300", True, Need.REQUIRED),
        ("627000", True, None),
        ("641000", True, None),
        ("218300", True, Need.REQUIRED),
        ("455000", True, Need.OPTIONAL),
    ],
)
def test_what_is_asked_follows_the_account_and_how_the_year_is_kept(account, in_cash, expected):
    assert missing.need(replace(MOVE, counterparts=(account,), in_cash=in_cash), ON) is expected


def test_by_cash_a_piece_that_agrees_is_enough():
    by_cash = replace(LINKED, counterparts=("606300",), in_cash=True)
    assert missing.status(by_cash, ON) is Status.JUSTIFIED
    assert missing.status(replace(by_cash, has_gap=True), ON) is Status.IN_VALIDATION


@pytest.mark.parametrize(
    ("found", "is_open", "is_answered", "expected"),
    [
        (None, True, False, Status.TO_JUSTIFY),
        (None, False, True, Status.IN_VALIDATION),
        (Status.JUSTIFIED, False, True, Status.IN_VALIDATION),
        (Status.JUSTIFIED, True, True, Status.TO_JUSTIFY),
        (Status.TO_JUSTIFY, False, True, Status.TO_JUSTIFY),
        (None, False, False, None),
    ],
)
def test_a_question_puts_anything_on_the_list_and_its_answer_waits(found, is_open, is_answered, expected):
    assert missing.with_questions(found, is_open=is_open, is_answered=is_answered) is expected


def test_a_series_covers_what_follows_of_its_label_way_and_amount():
    lease = Series(
        "PRLV LOUEUR", is_out=True, amount=Decimal("-120.00"), since=date(2026, 2, 5), until=date(2026, 6, 30)
    )

    def covers(**changes):
        move = {"label_key": "PRLV LOUEUR", "amount": Decimal("-120.00"), "booked_on": date(2026, 3, 5)}
        return lease.covers(**(move | changes))

    assert covers()
    assert not covers(booked_on=date(2026, 2, 4))
    assert not covers(booked_on=date(2026, 7, 1))
    assert not covers(label_key="PRLV AUTRE")
    assert not covers(amount=Decimal("-121.00"))
    varying = replace(lease, amount=None, until=None)
    assert varying.covers(label_key="PRLV LOUEUR", amount=Decimal("-87.00"), booked_on=date(2030, 1, 1))
    assert not varying.covers(label_key="PRLV LOUEUR", amount=Decimal("87.00"), booked_on=date(2026, 3, 5))


def test_missing_numbers_of_sales_are_told_with_their_width():
    (gap,) = missing.number_gaps(["V-2026-004", "V-2026-001", "V-2026-002", "A-7"])
    assert (gap.after, gap.before, gap.numbers, gap.count) == ("V-2026-002", "V-2026-004", ("V-2026-003",), 1)


def test_two_sequences_have_each_their_own_gaps():
    found = missing.number_gaps(["FA10", "FA12", "FB7", "FB9", "2026-1/A", "2026-3/A"])
    assert [gap.numbers for gap in found] == [("2026-2/A",), ("FA11",), ("FB8",)]


def test_what_is_no_sequence_leaves_no_gap():
    assert missing.number_gaps([]) == []
    assert missing.number_gaps(["sans numéro", "", "12345678901234", "7"]) == []
    assert missing.number_gaps(["F1", "F900"]) == [], "two sequences rather than 898 lost invoices"


def test_a_long_gap_is_counted_and_begun():
    (gap,) = missing.number_gaps(["F1", "F101"])
    assert (gap.count, len(gap.numbers), gap.numbers[0]) == (99, missing.MOST_NUMBERS, "F2")


def test_each_status_and_reason_has_its_words():
    assert len({status.french for status in Status}) == len(Status)
    assert len({reason.french for reason in Reason}) == len(Reason)
    assert (Reason.FEES.account, Reason.LOST.account) == ("627000", "")
