"""Files that overlap or repeat each other add nothing twice and lose nothing, identical movements included."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as some

from comptoir.domain.movement import Movement, fingerprints

FIRST = date(2026, 1, 1)


def movements(days):
    """A year in the bank's order, with few labels and amounts, so that many movements are identical."""
    made = [(FIRST + timedelta(days=day), Decimal(amount), label) for day, amount, label in days]
    return [Movement(*said) for said in sorted(made, key=lambda said: said[0])]


YEARS = some.lists(
    some.tuples(some.integers(0, 364), some.sampled_from(["-1.20", "-1.30"]), some.sampled_from(["CAFE", "PAIN"])),
    min_size=1,
    max_size=60,
).map(movements)


@given(YEARS, some.data())
def test_cuts_that_overlap_give_each_movement_once(year, data):
    kept = set()
    for end in [*sorted(data.draw(some.lists(some.integers(0, len(year)), max_size=6))), len(year)]:
        # Banks export from the start of a day; only the end of a file may fall in the middle of one.
        start = data.draw(some.integers(0, len(kept)))
        while 0 < start < len(year) and year[start - 1].booked_on == year[start].booked_on:
            start -= 1
        kept |= set(fingerprints(year[min(start, end) : end]))
    assert kept == set(fingerprints(year))
    assert len(kept) == len(year)


@given(YEARS)
def test_the_same_file_twice_adds_nothing(year):
    assert fingerprints(year) == fingerprints(list(year))
    assert len(set(fingerprints(year))) == len(year)
