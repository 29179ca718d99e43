"""Years stand side by side, and a lock shuts days that have passed."""

from datetime import date

import pytest

from comptoir.domain import period
from comptoir.domain.company import twelve_months

Y2025, Y2026 = (date(2025, 1, 1), date(2025, 12, 31)), (date(2026, 1, 1), date(2026, 12, 31))
TODAY = date(2026, 11, 29)


@pytest.mark.parametrize(
    ("opens_on", "closes_on"),
    [
        (date(2026, 1, 1), date(2026, 12, 31)),
        (date(2026, 7, 1), date(2027, 6, 30)),
        (date(2027, 3, 1), date(2028, 2, 29)),
        (date(2028, 3, 1), date(2029, 2, 28)),
        (date(2028, 2, 29), date(2029, 2, 27)),
    ],
)
def test_twelve_months_end_on_the_day_before_they_began(opens_on, closes_on):
    assert twelve_months(opens_on) == closes_on


def test_the_next_year_follows_the_last_and_the_first_is_the_calendars():
    assert period.next_year([Y2026, Y2025], TODAY) == (date(2027, 1, 1), date(2027, 12, 31))
    assert period.next_year([], TODAY) == Y2026


@pytest.mark.parametrize(
    ("years", "until", "on", "opened"),
    [
        ([Y2026], date(2026, 12, 31), date(2027, 1, 5), []),
        ([Y2026], date(2027, 1, 4), date(2027, 1, 5), [(date(2027, 1, 1), date(2027, 12, 31))]),
        ([Y2026], date(2027, 1, 4), TODAY, []),
        ([Y2026], date(2028, 2, 1), date(2028, 2, 2), [(date(2027, 1, 1), date(2027, 12, 31)), (date(2028, 1, 1), date(2028, 12, 31))]),
        ([Y2026], date(2025, 5, 1), TODAY, []),
        ([], date(2026, 5, 1), TODAY, []),
    ],
)  # fmt: skip
def test_a_year_that_has_begun_opens_when_a_day_of_it_comes(years, until, on, opened):
    assert period.begun(years, until, on) == opened


@pytest.mark.parametrize(
    ("years", "opens_on", "closes_on", "said"),
    [
        ([], date(2024, 4, 1), date(2025, 9, 30), None),
        ([Y2026], date(2027, 1, 1), date(2027, 6, 30), None),
        ([Y2026], date(2025, 7, 1), date(2025, 12, 31), None),
        ([Y2026], date(2026, 12, 31), date(2027, 12, 30), "sont déjà dans l’exercice du 01/01/2026"),
        ([Y2026], date(2025, 6, 1), date(2027, 1, 31), "sont déjà dans l’exercice"),
        ([Y2025, Y2026], date(2027, 2, 1), date(2027, 12, 31), "ouvrez-le le 01/01/2027, ou faites-le finir le 31/12/2024"),
        ([Y2026], date(2024, 1, 1), date(2024, 12, 31), "sans trou"),
        ([Y2026], date(2027, 1, 1), date(2026, 12, 31), "après son ouverture"),
        ([Y2026], date(2027, 1, 1), date(2029, 12, 31), "24 mois"),
    ],
)  # fmt: skip
def test_years_follow_each_other_without_a_gap_and_share_no_day(years, opens_on, closes_on, said):
    fault = period.new_year_fault(years, opens_on, closes_on)
    assert fault is None if said is None else said in fault


@pytest.mark.parametrize(
    ("until", "standing", "said"),
    [
        (date(2026, 10, 31), None, None),
        (date(2026, 10, 31), date(2026, 9, 30), None),
        (date(2026, 11, 28), None, None),
        (TODAY, None, "jours passés"),
        (date(2027, 1, 31), None, "jours passés"),
        (date(2026, 9, 30), date(2026, 9, 30), "déjà verrouillés jusqu’au 30/09/2026"),
        (date(2025, 12, 31), None, "Aucun exercice"),
    ],
)
def test_a_lock_goes_further_over_days_that_have_passed(until, standing, said):
    fault = period.lock_fault(until, standing=standing, years=[Y2026], on=TODAY)
    assert fault is None if said is None else said in fault


def test_nothing_is_locked_where_there_is_no_year():
    assert (
        period.lock_fault(date(2026, 1, 31), standing=None, years=[], on=TODAY)
        == "Aucun exercice ne contient ce jour."
    )


@pytest.mark.parametrize(
    ("kept", "standing", "said"),
    [
        (None, date(2026, 9, 30), None),
        (date(2026, 6, 30), date(2026, 9, 30), None),
        (date(2026, 9, 30), date(2026, 9, 30), "d’avant le 30/09/2026"),
        (date(2025, 12, 31), date(2026, 9, 30), "Aucun exercice"),
        (None, None, "ne sont pas verrouillés"),
    ],
)
def test_a_lock_is_lifted_wholly_or_down_to_an_earlier_day(kept, standing, said):
    fault = period.reopen_fault(kept, standing=standing, years=[Y2026])
    assert fault is None if said is None else said in fault


def test_the_day_of_the_lock_is_behind_it():
    assert period.is_locked(date(2026, 9, 30), date(2026, 9, 30))
    assert not period.is_locked(date(2026, 10, 1), date(2026, 9, 30))
    assert not period.is_locked(date(2026, 9, 30), None)
    assert "verrouillés jusqu’au 30/09/2026" in str(period.locked(date(2026, 9, 30)))


@pytest.mark.parametrize(
    ("year", "years", "said"),
    [
        (Y2026, [Y2025, Y2026], None),
        (Y2025, [Y2025, Y2026], "Un exercice suit celui-ci, ouvert le 01/01/2026"),
        (Y2026, [Y2026], "garde au moins un exercice"),
    ],
)
def test_only_the_last_of_several_years_is_taken_away(year, years, said):
    fault = period.removal_fault(year, years)
    assert fault == said if said is None else said in (fault or "")
