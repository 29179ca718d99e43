"""Every act can be undone, by whom it may, until it is final."""

from datetime import date

import pytest
from tests.acts import how_many_missing
from tests.cast import mill_debit, mill_pdf, statement
from tests.conftest import AT

from comptoir import pipeline
from comptoir.records.ledger.models import FiscalYear, Lettrage, Line
from comptoir.records.ledger.queries import draft_of
from comptoir.records.matching.models import Match

pytestmark = pytest.mark.django_db


@pytest.fixture
def piece(bakery, account, alice, bob):
    """A bill with its payment: read, matched, posted, lettered."""
    document = pipeline.hand_in(company=bakery, content=mill_pdf(), filename="f.pdf", by=bob, at=AT)
    pipeline.read_now(document, at=AT)
    pipeline.import_statement(account=account, content=statement(mill_debit()), filename="r", by=alice, at=AT)
    pipeline.post(entry=draft_of(document.pk), by=alice, at=AT)
    assert Lettrage.objects.count() == 1
    return document


@pytest.fixture
def address(bakery, piece) -> str:
    return f"/dossiers/{bakery.pk}/production/{piece.pk}/"


def test_a_posted_piece_is_a_draft_again_and_posted_again(address, piece, alice, signed_in):
    client = signed_in(alice)
    assert "Remettre en brouillon" in client.get(address).content.decode()
    client.post(f"{address}brouillon")
    assert draft_of(piece.pk).posted_at is None
    assert not Lettrage.objects.exists()
    client.post(f"{address}comptabilisation")
    assert Lettrage.objects.count() == 1


def test_what_is_validated_is_never_a_draft_again(address, bakery, piece, alice, signed_in):
    year = FiscalYear.objects.get()
    pipeline.validate(company=bakery, year=year, until=date(2026, 12, 31), by=alice, at=AT)
    answer = signed_in(alice).post(f"{address}brouillon")
    assert answer.status_code == 422
    assert draft_of(piece.pk).validated_at is not None
    assert Lettrage.objects.count() == 1


def test_what_a_person_lettered_is_unlettered_by_a_person(address, piece, alice, signed_in):
    pipeline.unletter(made=Lettrage.objects.get(), by=alice, at=AT)
    pipeline.letter(lines=list(Line.objects.to_letter()), by=alice, at=AT)
    answer = signed_in(alice).post(f"{address}brouillon")
    assert (answer.status_code, "Délettrez-la d’abord" in answer.content.decode()) == (422, True)
    assert draft_of(piece.pk).posted_at is not None


def test_a_posted_piece_is_not_set_aside(address, piece, alice, signed_in):
    answer = signed_in(alice).post(f"{address}mise-a-l-ecart", {"reason": "Floue"})
    assert (answer.status_code, "en brouillon" in answer.content.decode()) == (422, True)
    assert Match.objects.exists()


def test_a_piece_set_aside_is_taken_back_and_matched_again(address, bakery, piece, alice, signed_in):
    client = signed_in(alice)
    client.post(f"{address}brouillon")
    answer = client.post(f"{address}mise-a-l-ecart", {"reason": "Floue"}, follow=True)
    assert address in answer.content.decode(), "the way back is told"
    assert (how_many_missing(bakery), draft_of(piece.pk)) == (1, None)
    assert "Reprendre la pièce" in client.get(address).content.decode()
    client.post(f"{address}reprise")
    assert (how_many_missing(bakery), draft_of(piece.pk) is not None) == (0, True)


def test_a_client_does_not_undo_what_the_firm_lettered(bakery, piece, bob, signed_in):
    match = Match.objects.get()
    address = f"/c/{bakery.pk}/manquantes/{match.transaction_id}/piece/{piece.pk}/retrait"
    answer = signed_in(bob).post(address)
    assert (answer.status_code, "écrivez à votre cabinet" in answer.content.decode()) == (422, True)
    assert Match.objects.exists()
    assert Lettrage.objects.exists()


def test_a_validated_entry_is_undone_by_its_mirror_once(bakery, piece, alice, signed_in):
    year = FiscalYear.objects.get()
    pipeline.validate(company=bakery, year=year, until=date(2026, 12, 31), by=alice, at=AT)
    entry, client = draft_of(piece.pk), signed_in(alice)
    address = f"/dossiers/{bakery.pk}/ecritures/{entry.pk}/extourne"
    assert "Extourner" in client.get(f"/dossiers/{bakery.pk}/ecritures/?etape=validees").content.decode()
    assert client.post(address).status_code == 302
    mirror = entry.reversed_by
    assert [(line.account, line.debit) for line in mirror.lines.all()] == [
        (line.account, line.credit) for line in entry.lines.all()
    ]
    answer = client.post(address)
    assert (answer.status_code, "déjà extournée" in answer.content.decode()) == (422, True)
    review = client.get(f"/dossiers/{bakery.pk}/production/{piece.pk}/").content.decode()
    assert "mise-a-l-ecart" in review, "an undone piece may be set aside"
    assert "extournée" in client.get(f"/dossiers/{bakery.pk}/ecritures/?etape=validees").content.decode()


def test_the_form_says_beforehand_how_much_it_makes_final(bakery, piece, alice, signed_in):
    address = f"/dossiers/{bakery.pk}/exercices/{FiscalYear.objects.get().pk}/a-valider"
    client = signed_in(alice)
    assert "2 écritures" in client.get(address, {"until": "2026-12-31"}).content.decode()
    assert "1 écriture<" in client.get(address, {"until": "2026-11-10"}).content.decode()
    assert "Aucune" in client.get(address, {"until": "x"}).content.decode()
