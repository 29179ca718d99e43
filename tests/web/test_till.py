"""The Z de caisse typed on the phone, and what becomes of it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from tests.acts import hand_in
from tests.conftest import AT

from comptoir import pipeline
from comptoir.domain.document import Status
from comptoir.domain.reading import Taking
from comptoir.domain.till import Till
from comptoir.readers import till as till_file
from comptoir.records.deposits.models import Document
from comptoir.records.ledger import pieces
from comptoir.records.ledger.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def form(bakery, bob, signed_in):
    client, address = signed_in(bob), f"/c/{bakery.pk}/z-de-caisse/"

    def send(**typed):
        said = {
            "day": timezone.localdate().isoformat(),
            "number": "7",
            "rate-5.5": "105,50",
            "means-card": "105,50",
        }
        return client.post(address, said | typed)

    send.page = lambda query="": client.get(address + query).content.decode()
    return send


def read(document):
    pipeline.read_now(document, at=AT)
    return pieces.one(document)


def test_a_z_is_typed_and_becomes_an_entry(form, bakery):
    assert form().status_code == 302
    piece = read(Document.objects.get())
    assert (piece.kind.french, piece.total, piece.status) == ("Z de caisse", Decimal("105.50"), Status.PROPOSED)
    lines = Entry.objects.get().lines.values_list("account", "debit", "credit")
    assert sum(debit for _, debit, _ in lines) == sum(credit for *_, credit in lines) == Decimal("105.50")


def test_a_typed_z_is_read_at_once_and_the_next_begins_where_it_ends(form):
    day = timezone.localdate() - timedelta(days=2)
    form(day=day.isoformat())
    assert Entry.objects.count() == 1, "no worker has run"
    page = form.page()
    assert f'value="{(day + timedelta(days=1)).isoformat()}"' in page
    assert 'name="number" value="8"' in page
    pipeline.read_now(Document.objects.get(), at=AT)
    assert Entry.objects.count() == 1, "the job that was queued finds it read"


def test_takings_that_do_not_make_the_sales_are_for_the_firm_to_look_at(form):
    form(**{"means-card": "100"})
    assert read(Document.objects.get()).status is Status.TO_REVIEW


def test_the_form_knows_the_next_day_the_next_number_and_the_rates_of_the_last(form, bakery, bob):
    day = timezone.localdate() - timedelta(days=3)
    last = Till(day, "41", ((Decimal(10), Decimal(11)),), (Taking("other", Decimal(11)),))
    hand_in(bakery, bob, till_file.written(last), name="z.csv")
    page = form.page()
    assert f'value="{(day + timedelta(days=1)).isoformat()}"' in page
    assert 'name="number" value="42"' in page
    assert 'name="rate-10"' in page
    assert page.index('name="rate-10"') < page.index("Autre taux") < page.index('name="rate-5.5"')
    assert 'name="means-other"' in page
    assert "Autre moyen" not in page, "the last Z had them all"


def test_every_means_may_be_typed_and_what_was_typed_under_others_stays_in_sight(form):
    page = form.page()
    assert page.index('name="means-meal_voucher"') < page.index("Autre moyen") < page.index('name="means-other"')
    answer = form(**{"rate-5.5": "abc", "means-card": "", "means-other": "12,00"}).content.decode()
    assert 'name="means-other" value="12,00"' in answer
    assert answer.count("<details open>") == 1
    form(**{"means-card": "100,00", "means-other": "5,50"})
    assert read(Document.objects.get()).status is Status.PROPOSED


def test_a_deposantes_form_tells_nothing_of_anothers_z(form, bakery, bob, dina, signed_in):
    today = timezone.localdate()
    for days, number in ((9, "40"), (3, "41")):
        till = Till(
            today - timedelta(days=days), number, ((Decimal(10), Decimal(11)),), (Taking("other", Decimal(11)),)
        )
        hand_in(bakery, bob, till_file.written(till), name=f"z{number}.csv")
    assert ("Jours sans Z" in form.page(), 'value="42"' in form.page()) == (True, True)
    client, address = signed_in(dina), f"/c/{bakery.pk}/z-de-caisse/"
    hers = client.get(address).content.decode()
    assert "Jours sans Z" not in hers
    assert 'name="number" value=""' in hers
    usual, _, others = hers.partition("Encaissements")[2].partition("<details")
    assert ('name="means-other"' in usual, 'name="means-other"' in others) == (False, True)
    own = Till(today - timedelta(days=1), "7", ((Decimal(10), Decimal(11)),), (Taking("card", Decimal(11)),))
    hand_in(bakery, dina, till_file.written(own), name="z7.csv")
    assert 'name="number" value="8"' in client.get(address).content.decode(), "her own goes on"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"rate-5.5": ""}, "au moins une ligne de ventes"),
        ({"rate-5.5": "abc"}, "n’est pas un montant"),
        ({"rate-5.5": "-5"}, "n’est pas un montant possible"),
        ({"rate-5.5": "1e400"}, "n’est pas un montant possible"),
        ({"rate-5.5": "NaN"}, "n’est pas un montant possible"),
        ({"day": "hier"}, "La date n’est pas lisible"),
        ({"day": "2999-01-01"}, "d’un jour à venir"),
        ({"day": "1999-01-01"}, "trop ancienne"),
        ({"rate-5.5": "", "rate-99": "10"}, "au moins une ligne de ventes"),
    ],
)
def test_what_cannot_be_taken_is_said_and_what_was_typed_is_still_there(form, typed, sentence):
    answer = form(**typed)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert sentence in page
    assert 'value="105,50"' in page
    assert not Document.objects.exists()


def test_the_same_z_twice_is_there_once(form):
    form()
    answer = form()
    assert answer.status_code == 422
    assert "Voir le Z déjà là" in answer.content.decode()
    assert Document.objects.count() == 1


def test_an_export_of_many_days_becomes_a_piece_a_day(bakery, bob):
    content = b"Date;Ventes 20 %;CB\n23/11/2026;12,00;12,00\n24/11/2026;13,00;13,00\n"
    answers = pipeline.hand_in_all(company=bakery, content=content, filename="caisse.csv", by=bob, at=AT)
    assert [answer.kind for answer in answers] == ["received", "received"]
    assert set(Document.objects.values_list("filename", flat=True)) == {
        "Z du 23.11.2026.csv",
        "Z du 24.11.2026.csv",
    }


def test_charlie_types_no_z_here(bakery, charlie, signed_in):
    assert signed_in(charlie).get(f"/c/{bakery.pk}/z-de-caisse/").status_code == 404
