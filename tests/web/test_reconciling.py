"""The state of reconciliation on screen: right to the cent, and each line that lies between."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from tests.cast import Move
from tests.conftest import AT

from comptoir import pipeline
from comptoir.demo.statements import cfonb120
from comptoir.records.ledger import reconciling
from comptoir.records.ledger.models import Entry

pytestmark = pytest.mark.django_db
DAY = AT.date()


def shown(client, account, **asked):
    return client.get(reverse("firm_reconciling", args=[account.company_id, account.pk]), asked).content.decode()


def bring(account, opening, opened_on, closed_on, *moves):
    content = cfonb120(moves, opening=Decimal(opening), opened_on=opened_on, closed_on=closed_on)
    return pipeline.import_statement(account=account, content=content, filename="r.txt", by=None, at=AT)


def test_an_account_without_a_proved_balance_says_what_proves_one(account, alice, signed_in):
    assert "Aucun solde prouvé" in shown(signed_in(alice), account)


def test_an_account_whose_movements_are_all_booked_differs_by_its_opening_alone(account, alice, signed_in):
    bring(account, "1000.00", DAY - timedelta(days=9), DAY, Move(DAY, Decimal("-61.00"), "CB CAFE"))
    state = reconciling.state(account, DAY)
    assert (state.figures.bank, state.figures.books) == (Decimal("939.00"), Decimal("-61.00"))
    assert (state.figures.start, state.figures.unexplained, state.is_right) == (Decimal("1000.00"), 0, False)
    page = shown(signed_in(alice), account)
    assert "À éclaircir" in page
    assert "à-nouveaux" in page


def test_an_account_whose_every_cent_has_its_line_is_reconciled(account, alice, signed_in):
    bring(account, "0.00", DAY - timedelta(days=9), DAY, Move(DAY, Decimal("-61.00"), "CB CAFE"))
    assert "Rapproché au centime" in shown(signed_in(alice), account)


def test_a_movement_that_is_not_booked_is_a_line(account, alice, signed_in):
    bring(
        account,
        "0.00",
        DAY - timedelta(days=9),
        DAY,
        Move(DAY, Decimal("-61.00"), "CB CAFE"),
        Move(DAY, Decimal("-5.00"), "CB PAIN"),
    )
    Entry.objects.filter(transaction__amount="-5.00").delete()
    state = reconciling.state(account, DAY)
    assert ([t.label for t in state.unbooked], state.figures.unexplained) == (["CB PAIN"], 0)
    assert "Pas encore en comptabilité" in shown(signed_in(alice), account)


def test_a_statement_that_is_missing_is_named(account, alice, signed_in):
    bring(
        account,
        "100.00",
        DAY - timedelta(days=20),
        DAY - timedelta(days=15),
        Move(DAY - timedelta(days=16), Decimal("10.00"), "VIR A"),
    )
    bring(account, "80.00", DAY - timedelta(days=9), DAY, Move(DAY, Decimal("-5.00"), "CB PAIN"))
    state = reconciling.state(account, DAY)
    assert [gap.moved for gap in state.gaps] == [Decimal("-30.00")]
    assert state.figures.unexplained == Decimal("-30.00")
    assert "Il manque un relevé" in shown(signed_in(alice), account)
    before = shown(signed_in(alice), account, au=(DAY - timedelta(days=15)).isoformat())
    assert "110,00" in before


def test_an_entry_that_the_bank_never_saw_is_a_line(account, alice, bakery, signed_in):
    bring(account, "0.00", DAY - timedelta(days=9), DAY, Move(DAY, Decimal("-61.00"), "CB CAFE"))
    Entry.objects.filter(company=bakery).update(transaction=None)
    state = reconciling.state(account, DAY)
    assert [line.label for line in state.alone] == ["CB CAFE"]
    assert [moved.label for moved in state.unbooked] == ["CB CAFE"]
    assert state.figures.unexplained == 0
    assert "Inconnu de la banque" in shown(signed_in(alice), account)


def test_a_day_that_no_statement_proves_shows_the_last_that_one_does(account, alice, signed_in):
    bring(account, "0.00", DAY - timedelta(days=9), DAY, Move(DAY, Decimal("-61.00"), "CB CAFE"))
    for asked in ("", "x", "2999-01-01", "2026-13-40"):
        assert f"au {DAY:%d/%m/%Y}" in shown(signed_in(alice), account, au=asked)
