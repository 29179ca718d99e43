"""Books kept before the bank came: paired with its movements, and merged only where both agree to the cent."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from comptoir.domain.merging import Merger, Pair, Proved, Side, faults, merge


def side(name, day, amount, label="", month=3):
    return Side(name, date(2026, month, day), Decimal(amount), label or name)


RENT = side("rent", 2, "-900.00", "Loyer SCI du Four")
RENT_MOVED = side("rent moved", 4, "-900.00", "VIR SCI DU FOUR")
PROVED = Proved(date(2026, 3, 1), Decimal("1000.00"), date(2026, 3, 31), Decimal("100.00"))


def named(merger):
    return [(pair.line.id, pair.movement.id) for pair in merger.pairs]


def test_a_line_and_the_movement_of_its_amount_nearby_are_one():
    merger = merge([RENT], [RENT_MOVED])
    assert merger == Merger((Pair(RENT, RENT_MOVED, is_sure=True),), (), ())


@pytest.mark.parametrize(
    ("day", "is_one"),
    [
        (RENT.on + timedelta(days=45), True),
        (RENT.on + timedelta(days=46), False),
        (RENT.on - timedelta(days=10), True),
        (RENT.on - timedelta(days=11), False),
    ],
)
def test_a_cheque_is_cashed_weeks_after_and_no_movement_long_before(day, is_one):
    assert bool(merge([RENT], [replace(RENT_MOVED, on=day)]).pairs) is is_one


def test_another_amount_is_another_thing():
    moved = replace(RENT_MOVED, amount=Decimal("-900.01"))
    assert merge([RENT], [moved]) == Merger((), (RENT,), (moved,))


def test_each_is_taken_once_those_whose_words_agree_first():
    a, b = side("a", 5, "-50.00", "EDF facture"), side("b", 5, "-50.00", "Orange mars")
    orange, edf = side("m1", 5, "-50.00", "PRLV ORANGE"), side("m2", 6, "-50.00", "PRLV EDF FACTURE 12")
    assert sorted(named(merge([a, b], [orange, edf]))) == [("a", "m2"), ("b", "m1")]


def test_two_alike_are_paired_by_their_days_and_one_is_left():
    lines = [side("l1", 5, "-10.00", "x"), side("l2", 20, "-10.00", "x")]
    movements = [side("m1", 6, "-10.00", "y"), side("m2", 19, "-10.00", "y"), side("m3", 28, "-10.00", "y")]
    merger = merge(lines, movements)
    assert named(merger) == [("l1", "m1"), ("l2", "m2")]
    assert [moved.id for moved in merger.unbooked] == ["m3"]


def test_a_pair_far_apart_without_a_word_in_common_is_not_sure():
    assert not merge([side("l", 1, "-10.00", "cheque")], [side("m", 25, "-10.00", "autre")]).pairs[0].is_sure
    cheque = merge([side("l", 1, "-10.00", "Chèque 12 semences")], [side("m", 25, "-10.00", "CHEQUE 9999")])
    assert not cheque.pairs[0].is_sure, "every cheque is called a cheque"
    assert merge([side("l", 1, "-10.00", "cheque")], [side("m", 9, "-10.00", "autre")]).pairs[0].is_sure
    several = [side("m", 9, "-10.00", "autre"), side("n", 12, "-10.00", "tiers")]
    assert not merge([side("l", 1, "-10.00", "cheque")], several).pairs[0].is_sure


def test_what_a_person_keeps_apart_stays_apart():
    assert merge([RENT], [RENT_MOVED], apart={"rent"}) == Merger((), (RENT,), (RENT_MOVED,))


def test_books_that_agree_with_the_bank_are_merged():
    assert faults(PROVED, merge([RENT], [RENT_MOVED]), before=Decimal("1000.00"), underway=()) == []
    assert faults(PROVED, merge([], [RENT_MOVED]), before=Decimal("1000.00"), underway=()) == []


def test_books_that_began_elsewhere_than_the_bank_are_refused_with_the_difference():
    (fault,) = faults(PROVED, merge([RENT], [RENT_MOVED]), before=Decimal("990.00"), underway=())
    assert (fault.code, "écart de 10,00" in fault.message) == ("start", True)


def test_a_line_that_the_bank_never_saw_is_refused_unless_it_is_new_or_said_to_be_underway():
    cheque = side("cheque", 10, "-75.00", "Cheque 12")
    merger = merge([RENT, cheque], [RENT_MOVED])
    (fault,) = faults(PROVED, merger, before=Decimal("1000.00"), underway=())
    assert (fault.code, "1 ligne des livres n’a pas" in fault.message) == ("alone", True)
    assert faults(PROVED, merger, before=Decimal("1000.00"), underway={"cheque"}) == []
    recent = merge([RENT, replace(cheque, on=date(2026, 3, 21))], [RENT_MOVED])
    assert faults(PROVED, recent, before=Decimal("1000.00"), underway=()) == []
    two = merge([RENT, cheque, replace(cheque, id="other")], [RENT_MOVED])
    assert (
        "2 lignes des livres n’ont pas" in faults(PROVED, two, before=Decimal("1000.00"), underway=())[0].message
    )


def test_a_statement_that_is_missing_within_the_period_is_refused():
    proved = replace(PROVED, closing=Decimal("60.00"))
    (fault,) = faults(proved, merge([RENT], [RENT_MOVED]), before=Decimal("1000.00"), underway=())
    assert (fault.code, "écart de -40,00" in fault.message.replace("−", "-")) == ("end", True)
