"""The client's first screen: the firm's questions, the bank to identify at, and nothing of what one may not see."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.acts import bring_statement
from tests.conftest import AT

from comptoir import pipeline
from comptoir.demo.statements import Move
from comptoir.domain.rights import Act, Role, may
from comptoir.records.banking.models import Transaction
from comptoir.records.connections.models import Connection

pytestmark = pytest.mark.django_db


def home(company, client):
    return client.get(reverse("client_home", args=[company.pk])).content.decode()


@pytest.fixture
def paid(account) -> Transaction:
    bring_statement(account, Move(date(2026, 11, 3), Decimal("-450.00"), "VIR ACOMPTE FOUR"))
    return Transaction.objects.get(amount=Decimal("-450.00"))


def ask(company, by, text, **thing):
    return pipeline.ask_client(company=company, text=text, by=by, at=AT, **thing)


def test_a_question_stands_there_whole_until_it_is_answered(bakery, alice, bob, paid, signed_in):
    client = signed_in(bob)
    question = ask(bakery, alice, "Est-ce un <b>acompte</b> ?", transaction=paid)
    text = home(bakery, client)
    assert "« Est-ce un &lt;b&gt;acompte&lt;/b&gt; ? »" in text
    assert "Alice demande" in text
    assert "450,00" in text.split("Alice demande")[1][:300]
    pipeline.answer_question(question=question, text="Oui", by=bob, at=AT)
    assert "Alice demande" not in home(bakery, client)


def test_its_link_opens_the_list_with_that_question_alone(bakery, alice, bob, paid, signed_in):
    ask(bakery, alice, "Est-ce un acompte ?", transaction=paid)
    shown = signed_in(bob).get(reverse("client_missing", args=[bakery.pk]) + "?questions=1").content.decode()
    assert "Est-ce un acompte ?" in shown


def test_two_are_shown_and_the_others_are_a_link(bakery, alice, bob, account, signed_in):
    bring_statement(account, *(Move(date(2026, 11, n), Decimal(-100 - n), f"VIR {n}") for n in (3, 4, 5)))
    for paid in Transaction.objects.all():
        ask(bakery, alice, f"Pour quoi, {paid.label} ?", transaction=paid)
    text = home(bakery, signed_in(bob))
    assert text.count("Alice demande") == 2
    assert "Toutes les questions" in text


def test_who_sees_no_missing_documents_sees_no_question(bakery, alice, dina, paid, signed_in):
    assert not may(Role.DEPOSANT, Act.SEE_MISSING)
    ask(bakery, alice, "Est-ce un acompte ?", transaction=paid)
    assert "acompte" not in home(bakery, signed_in(dina))


def test_a_bank_that_asks_who_one_is_is_said_to_the_dirigeant(bakery, alice, bob, account, signed_in):
    client, at = signed_in(bob), timezone.now()
    row = Connection.objects.create(
        firm=bakery.firm, company=bakery, item_id="1", status=0, status_since=at, connected_at=at
    )
    assert "À reconnecter" not in home(bakery, client)
    row.status = 1010
    row.save()
    assert "À reconnecter : votre banque." in home(bakery, client), "it has not been named yet"
    row.bank = "Crédit du Maine"
    row.save()
    assert "À reconnecter : Crédit du Maine." in home(bakery, client)
    row.ended_at = at
    row.save()
    assert "À reconnecter" not in home(bakery, client)
