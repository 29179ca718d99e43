"""Cards with deferred debit on the firm's bank page, and on the client's."""

from uuid import uuid4

import pytest
from django.urls import reverse
from tests.cast import Move
from tests.conftest import AT
from tests.records.test_deferred_cards import DEBIT, NEXT, PURCHASES, bring

from comptoir import pipeline
from comptoir.records.audit.models import Event
from comptoir.records.banking import cards
from comptoir.records.banking.models import BankAccount

pytestmark = pytest.mark.django_db


def say(client, account, **sent):
    wanted = {"card": "nouveau", "name": "Visa", "digits": "4974 1234", "pays": str(account.pk)} | sent
    return client.post(reverse("firm_say_card", args=[account.company_id]), wanted)


def bank_page(client, account):
    return client.get(reverse("firm_bank", args=[account.company_id])).content.decode()


def test_the_firm_declares_a_card_and_reads_what_each_debit_paid(account, alice, signed_in):
    client = signed_in(alice)
    assert say(client, account).status_code == 302
    card = BankAccount.objects.exclude(pk=account.pk).get()
    assert (card.name, card.number, card.ledger_account) == ("Visa", "1234", "512100")
    bring(card, *PURCHASES, NEXT)
    bring(account, DEBIT)
    page = bank_page(client, account)
    assert "3 achats, du 26/09/2026 au 20/10/2026" in page
    assert "Carte à débit différé, débitée sur 512000" in page
    assert "1 mouvement" in page
    assert Event.objects.filter(verb="say_card").count() == 1


def test_a_debit_that_its_purchases_do_not_make_is_named(account, alice, bakery, signed_in):
    pipeline.say_card(company=bakery, card=None, name="Visa", digits="", pays=account, by=alice, at=AT)
    bring(account, DEBIT)
    assert "Ses achats ne font pas ce montant" in bank_page(signed_in(alice), account)


@pytest.mark.parametrize("sent", [{"pays": "x"}, {"pays": str(uuid4())}, {"card": "x"}, {"pays": ""}])
def test_what_is_no_account_of_the_dossier_is_refused_with_the_page(account, alice, signed_in, sent):
    answer = say(signed_in(alice), account, **sent)
    assert answer.status_code == 422
    assert "Choisissez la carte et le compte courant qui la paie." in answer.content.decode()
    assert BankAccount.objects.count() == 1


def test_a_card_is_not_paid_by_itself(account, alice, signed_in):
    answer = say(signed_in(alice), account, card=str(account.pk))
    assert answer.status_code == 422
    assert "Une carte ne se débite pas sur elle-même" in answer.content.decode()


def test_a_card_declared_by_mistake_is_taken_back_twice_without_harm(account, alice, bakery, signed_in):
    client = signed_in(alice)
    card = pipeline.say_card(company=bakery, card=None, name="Visa", digits="", pays=account, by=alice, at=AT)
    for _ in range(2):
        assert client.post(reverse("firm_end_card", args=[bakery.pk, card.pk])).status_code == 302
    assert cards.of(bakery) == []


def test_the_client_reads_what_the_card_will_take(account, alice, bob, bakery, signed_in):
    card = pipeline.say_card(company=bakery, card=None, name="Visa", digits="", pays=account, by=alice, at=AT)
    card.refresh_from_db()
    bring(card, NEXT)
    bring(account, Move(DEBIT.day, -DEBIT.amount, "VIR CLIENT"))
    page = signed_in(bob).get(reverse("client_bank", args=[bakery.pk])).content.decode()
    assert "Achats à débiter sur Compte courant" in page
    assert "Solde non prouvé" not in page


def test_charlie_declares_nothing_here(account, charlie, signed_in):
    assert say(signed_in(charlie), account).status_code == 404
    assert BankAccount.objects.count() == 1
