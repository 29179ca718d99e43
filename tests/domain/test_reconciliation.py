"""The state of reconciliation: every cent between the bank and the books has its line."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from comptoir.domain.reconciliation import Gap, Proof, gaps, reconcile


def proof(first: int, opening: int, last: int, closing: int) -> Proof:
    return Proof(date(2026, 11, first), Decimal(opening), date(2026, 11, last), Decimal(closing))


def test_statements_that_follow_each_other_leave_no_gap():
    assert gaps([proof(11, 150, 20, 90), proof(1, 100, 10, 150)]) == []


def test_a_statement_that_is_missing_is_named_with_what_moved_in_it():
    found = gaps([proof(1, 100, 10, 150), proof(21, 90, 30, 70)])
    assert found == [Gap(date(2026, 11, 10), date(2026, 11, 21), Decimal(-60))]


def test_a_statement_that_repeats_or_lies_within_another_is_no_gap():
    month = proof(1, 100, 30, 70)
    assert gaps([month, month, proof(11, 150, 20, 90)]) == []
    assert (
        gaps(
            [month, proof(11, 150, 20, 90), Proof(date(2026, 12, 1), Decimal(70), date(2026, 12, 9), Decimal(80))]
        )
        == []
    )


def test_a_statement_without_a_first_day_counts_by_its_last():
    late = Proof(None, Decimal(10), date(2026, 11, 20), Decimal(20))
    assert gaps([proof(1, 100, 10, 150), late]) == [Gap(date(2026, 11, 10), date(2026, 11, 20), Decimal(-140))]


@given(
    st.lists(st.integers(-10_000, 10_000)),
    st.lists(st.integers(-10_000, 10_000)),
    st.integers(-(10**9), 10**9),
    st.integers(-(10**9), 10**9),
)
def test_what_is_not_booked_and_what_the_bank_never_saw_explain_the_difference(unbooked, alone, booked, start):
    cents = [[Decimal(value) / 100 for value in side] for side in (unbooked, alone)]
    books = Decimal(booked) + sum(cents[1])
    bank = Decimal(booked) + Decimal(start) + sum(cents[0])
    found = reconcile(bank=bank, books=books, start=Decimal(start), unbooked=cents[0], alone=cents[1])
    assert found.unexplained == 0
    assert found.difference == bank - books
