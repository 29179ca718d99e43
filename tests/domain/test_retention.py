"""Ten years from the closing of the year, whatever the year is; what is too short is refused."""

from datetime import date

import pytest

from comptoir.domain.folder import Folder
from comptoir.domain.retention import Retention, binds, closing, fault

KNOWN = (date(2025, 6, 30), date(2026, 6, 30))


@pytest.mark.parametrize(
    ("on", "known", "closes"),
    [
        (date(2026, 3, 1), KNOWN, date(2026, 6, 30)),
        (date(2025, 6, 30), KNOWN, date(2025, 6, 30)),
        (date(2019, 1, 1), KNOWN, date(2025, 6, 30)),
        (date(2026, 7, 1), KNOWN, date(2027, 6, 30)),
        (date(2028, 2, 1), KNOWN, date(2028, 6, 30)),
        (date(2026, 7, 1), (), date(2026, 12, 31)),
        (date(2025, 3, 1), (date(2024, 2, 29),), date(2026, 2, 28)),
    ],
)
def test_the_closing_is_that_of_the_year_in_which_it_came(on, known, closes):
    assert closing(on, known) == closes


def test_things_are_kept_so_many_years_after_the_closing():
    assert Retention(10, KNOWN).until(date(2026, 3, 1)) == date(2036, 6, 30)
    assert Retention(12).until(date(2026, 3, 1)) == date(2038, 12, 31)


def test_less_than_the_law_asks_is_refused():
    assert [bool(fault(years)) for years in (0, 9, 10, 30, 31)] == [True, True, False, False, True]


def test_the_firms_own_notes_are_not_bound():
    assert [folder for folder in Folder if not binds(folder)] == [Folder.CABINET]
