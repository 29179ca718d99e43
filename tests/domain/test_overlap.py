"""Two files of one period under other words: the same movements, others, or a doubt."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from comptoir.domain.movement import Movement
from comptoir.domain.overlap import NOTHING, compare

MARCH = (date(2026, 3, 1), date(2026, 3, 31))


def moved(day, amount, label):
    return Movement(date(2026, 3, day), Decimal(amount), label)


CSV = [
    moved(2, "-3.00", "CARTE CAFE DU MAIL"),
    moved(5, "-50.00", "PRLV ORANGE 123"),
    moved(20, "400.00", "VIR MAIRIE"),
]
OFX = [moved(2, "-3.00", "CAFE DU MAIL"), moved(5, "-50.00", "ORANGE"), moved(20, "400.00", "MAIRIE DU MANS")]


def over(told, kept, period=MARCH, known=MARCH):
    return compare(told, kept, period=period, known=known)


def test_the_same_list_under_other_words_is_known_for_sure():
    overlap = over(OFX, CSV)
    assert (overlap.pairs, overlap.is_sure) == ({0: 0, 1: 1, 2: 2}, True)


def test_lists_that_have_nothing_in_common_are_two():
    assert over(OFX, [replace(one, amount=one.amount * 2) for one in CSV]) == NOTHING
    assert over(OFX, []) == NOTHING


def test_a_movement_that_only_one_of_both_tells_within_the_period_is_a_doubt():
    assert not over([*OFX, moved(9, "-7.00", "PAIN")], CSV).is_sure
    assert not over(OFX, [*CSV, moved(9, "-7.00", "PAIN")]).is_sure


def test_what_lies_outside_both_periods_or_on_a_cut_day_is_no_doubt():
    assert over([*OFX, moved(31, "-7.00", "PAIN")], CSV).is_sure
    assert over([*OFX, moved(25, "-7.00", "PAIN")], CSV, known=(date(2026, 3, 1), date(2026, 3, 20))).is_sure


def test_the_same_days_and_amounts_without_a_word_in_common_are_a_doubt():
    assert not over([replace(one, label=f"XYZ{n}") for n, one in enumerate(OFX)], CSV).is_sure


def test_two_alike_on_one_day_are_two():
    twice = [moved(2, "-3.00", "CAFE DU MAIL")] * 2
    assert over(twice, CSV[:1]).pairs == {0: 0}
