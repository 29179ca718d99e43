"""When a client may be reminded: the firm's day and hour, never in quiet hours, a Sunday, a public holiday."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from comptoir.domain import reminder
from comptoir.domain.reminder import PARIS, Every, Plan

MONTHLY = Plan(is_on=True, every=Every.MONTH, day=5, hour=9)
WEEKLY = Plan(is_on=True, every=Every.WEEK, day=1, hour=9)


def paris(*parts):
    return datetime(*parts, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("year", "sunday"),
    [(1961, (4, 2)), (2000, (4, 23)), (2024, (3, 31)), (2025, (4, 20)), (2026, (4, 5)), (2027, (3, 28)), (2038, (4, 25)), (2285, (3, 22))],
)  # fmt: skip
def test_easter_falls_where_the_church_says(year, sunday):
    assert reminder.easter(year) == date(year, *sunday)


def test_the_eleven_public_holidays_of_2026():
    assert sorted(reminder.holidays(2026)) == [
        date(2026, 1, 1), date(2026, 4, 6), date(2026, 5, 1), date(2026, 5, 8), date(2026, 5, 14), date(2026, 5, 25),
        date(2026, 7, 14), date(2026, 8, 15), date(2026, 11, 1), date(2026, 11, 11), date(2026, 12, 25),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("moment", "quiet"),
    [
        (paris(2026, 11, 24, 9), False),
        (paris(2026, 11, 24, 7, 59), True),
        (paris(2026, 11, 24, 8), False),
        (paris(2026, 11, 24, 19, 59), False),
        (paris(2026, 11, 24, 20), True),
        (paris(2026, 11, 22, 12), True),
        (paris(2026, 11, 11, 12), True),
        (datetime(2026, 11, 24, 6, 30, tzinfo=UTC), True),
        (datetime(2026, 7, 1, 6, 30, tzinfo=UTC), False),
    ],
)
def test_nobody_is_disturbed_at_night_on_sundays_and_holidays_of_paris(moment, quiet):
    assert reminder.is_quiet(moment, MONTHLY) is quiet


def test_quiet_hours_may_lie_within_the_day():
    at_noon = replace(MONTHLY, quiet_from=12, quiet_until=14)
    assert reminder.is_quiet(paris(2026, 11, 24, 13), at_noon)
    assert not reminder.is_quiet(paris(2026, 11, 24, 22), at_noon)


def test_a_click_at_night_waits_for_the_morning_and_over_a_long_weekend():
    assert reminder.next_allowed(paris(2026, 11, 24, 10, 7), MONTHLY) == paris(2026, 11, 24, 10, 7)
    assert reminder.next_allowed(paris(2026, 11, 24, 22, 30), MONTHLY) == paris(2026, 11, 25, 8)
    assert reminder.next_allowed(paris(2026, 4, 4, 21), MONTHLY) == paris(2026, 4, 7, 8), "Easter"
    assert reminder.next_allowed(paris(2026, 3, 28, 23), MONTHLY) == paris(2026, 3, 30, 8), "the clocks change"


@pytest.mark.parametrize(
    ("plan", "now", "due"),
    [
        (MONTHLY, paris(2026, 11, 5, 8, 50), None),
        (MONTHLY, paris(2026, 11, 5, 9), paris(2026, 11, 5, 9)),
        (MONTHLY, paris(2026, 11, 6, 12), paris(2026, 11, 5, 9)),
        (MONTHLY, paris(2026, 11, 20, 12), None),
        (replace(MONTHLY, is_on=False), paris(2026, 11, 5, 9), None),
        (replace(MONTHLY, day=31), paris(2026, 2, 28, 9), paris(2026, 2, 28, 9)),
        (replace(MONTHLY, day=1), paris(2026, 11, 1, 9), None),
        (replace(MONTHLY, day=1), paris(2026, 11, 2, 8), paris(2026, 11, 1, 9)),
        (replace(MONTHLY, day=31), paris(2026, 3, 2, 9), paris(2026, 2, 28, 9)),
        (WEEKLY, paris(2026, 11, 23, 9), paris(2026, 11, 23, 9)),
        (WEEKLY, paris(2026, 11, 25, 9), paris(2026, 11, 23, 9)),
        (WEEKLY, paris(2026, 11, 23, 8), None),
    ],
)
def test_a_round_is_due_from_its_moment_until_it_is_stale(plan, now, due):
    assert reminder.round_due(plan, now) == due


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, ""),
        ({"day": 32}, "1 à 31"),
        ({"every": Every.WEEK, "day": 8}, "1 à 7"),
        ({"hour": 24}, "0 à 23"),
        ({"hour": 21}, "heures calmes"),
        ({"hour": 3}, "heures calmes"),
    ],
)
def test_a_plan_that_cannot_be_kept_says_why(changes, words):
    assert words in " ".join(replace(MONTHLY, **changes).faults())
    assert {every.french for every in Every} == {"Chaque mois", "Chaque semaine"}
