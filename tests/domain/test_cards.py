"""Cards with deferred debit: a period's purchases and the debit that pays them, to the cent or not at all."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from comptoir.domain.card import Seen, is_deferred_debit, mirror, names, paid

DEBIT_ON = date(2026, 10, 31)


def bought(name, day, amount):
    return Seen(name, date(2026, *day), Decimal(amount))


def debit(amount, on=DEBIT_ON):
    return Seen("debit", on, Decimal(amount))


FUEL, HOTEL, TRAIN, NEXT = (
    bought("fuel", (9, 26), "-60.00"),
    bought("hotel", (10, 3), "-120.50"),
    bought("train", (10, 20), "-48.00"),
    bought("next", (10, 28), "-33.00"),
)


@pytest.mark.parametrize(
    "label",
    ["DEBIT DIFFERE", "Débit différé carte 4974", "RELEVE CARTE VISA", "ENCOURS CB", "CARTE X1234 DEPENSES DU MOIS",
     "RELEVE DES CARTES", "CB VISA DIFFEREE", "PRLV CARTE DIFFERE 31/10", "TOTAL ACHATS CARTE", "DEB DIFF CB 1234"],
)  # fmt: skip
def test_the_debit_of_a_period_is_known_by_its_words(label):
    assert is_deferred_debit(label)


@pytest.mark.parametrize(
    "label",
    ["CB GARAGE LEBRETON 12/11", "FACTURE CARTE DU 120326 AMAZON", "CARTE 4974 SNCF", "COTISATION CARTE", "VIR DIFFERE LOYER",
     "TOTAL ENERGIES", "ACHAT CB TOTAL", "REM CB 6124", "PRLV RELEVES COMPTEURS"],
)  # fmt: skip
def test_a_purchase_or_a_fee_is_no_debit_of_a_period(label):
    assert not is_deferred_debit(label)


def test_the_debit_pays_the_oldest_purchases_and_leaves_those_of_the_next_period():
    assert paid(debit("-228.50"), [NEXT, TRAIN, FUEL, HOTEL]) == (FUEL, HOTEL, TRAIN)


def test_one_missing_cent_pays_nothing():
    assert paid(debit("-228.51"), [FUEL, HOTEL, TRAIN, NEXT]) == ()
    assert paid(debit("-10.00"), []) == ()


def test_a_purchase_and_its_refund_within_the_period_are_in_it():
    shoes, back = bought("shoes", (10, 21), "-80.00"), bought("shoes back", (10, 24), "80.00")
    assert paid(debit("-228.50"), [FUEL, HOTEL, TRAIN, shoes, back, NEXT]) == (FUEL, HOTEL, TRAIN, shoes, back)


def test_purchases_from_before_the_card_was_followed_do_not_hinder_the_one_run_that_fits():
    assert paid(debit("-168.50"), [FUEL, HOTEL, TRAIN, NEXT]) == (HOTEL, TRAIN)


def test_where_two_runs_fit_nothing_is_sure():
    alike = [bought("a", (10, 1), "-5.00"), bought("b", (10, 2), "-9.00"), bought("c", (10, 3), "-7.00"),
             bought("d", (10, 4), "-9.00")]  # fmt: skip
    assert paid(debit("-9.00"), alike) == ()


def test_a_purchase_after_the_debit_or_long_before_it_is_not_paid_by_it():
    assert paid(debit("-33.00", on=date(2026, 10, 27)), [NEXT]) == ()
    assert paid(debit("-60.00", on=FUEL.booked_on + timedelta(days=76)), [FUEL]) == ()
    assert paid(debit("-60.00", on=FUEL.booked_on + timedelta(days=75)), [FUEL]) == (FUEL,)


def test_the_card_may_tell_its_debit_itself():
    told = bought("told", (11, 2), "228.50")
    assert mirror(debit("-228.50"), [FUEL, told]) == told
    assert mirror(debit("-228.50"), [FUEL]) is None
    assert mirror(debit("-228.50"), [bought("late", (11, 6), "228.50")]) is None
    assert mirror(debit("-228.50"), [told, bought("twin", (11, 1), "228.50")]) is None


def test_a_card_is_named_by_its_last_four_figures():
    assert names("RELEVE CARTE X1234", "4974XXXXXXXX1234")
    assert not names("RELEVE CARTE X9876", "4974XXXXXXXX1234")
    assert not names("RELEVE CARTE", "")
    assert not names("RELEVE 12 34", "1234")
