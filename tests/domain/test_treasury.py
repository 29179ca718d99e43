"""The treasury's curve: right at the day that is known, and by the movements before and after it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comptoir.domain import treasury

TODAY = date(2026, 11, 24)
WEEK = treasury.days(TODAY, 7)


def test_the_last_days_end_today():
    assert (WEEK[0], WEEK[-1], len(WEEK)) == (date(2026, 11, 18), TODAY, 7)


@pytest.mark.parametrize(
    "known_on", [date(2026, 11, 1), date(2026, 11, 18), date(2026, 11, 20), TODAY, date(2026, 12, 1)]
)
def test_wherever_the_known_day_stands_the_curve_is_the_same(known_on):
    moved = {
        date(2026, 11, 10): Decimal(7),
        date(2026, 11, 20): Decimal("-30.50"),
        date(2026, 11, 22): Decimal(100),
    }
    moved[date(2026, 11, 28)] = Decimal(5)
    start = Decimal(1000)
    known = start + sum(amount for day, amount in moved.items() if day <= known_on)
    found = treasury.curve(WEEK, known_on=known_on, known=known, moved=moved)
    assert found == (
        1007,
        1007,
        Decimal("976.50"),
        Decimal("976.50"),
        Decimal("1076.50"),
        Decimal("1076.50"),
        Decimal("1076.50"),
    )


@given(st.lists(st.tuples(st.integers(-20, 20), st.integers(-10_000, 10_000)), max_size=30), st.integers(-20, 20))
def test_a_days_change_is_what_moved_that_day(moves, known):
    moved: dict[date, Decimal] = {}
    for shift, cents in moves:
        day = TODAY + timedelta(days=shift)
        moved[day] = moved.get(day, Decimal(0)) + Decimal(cents) / 100
    found = treasury.curve(WEEK, known_on=TODAY + timedelta(days=known), known=Decimal("12.34"), moved=moved)
    for day, before, after in zip(WEEK[1:], found, found[1:], strict=False):
        assert after - before == moved.get(day, Decimal(0))


def test_accounts_together_are_their_sum():
    assert treasury.together([(Decimal(1), Decimal(2)), (Decimal(10), Decimal(-2))]) == (11, 0)
    assert treasury.together([]) == ()
