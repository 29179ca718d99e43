"""The same paper handed in twice is a question, asked once, decided by a person."""

from datetime import timedelta

import pytest
from tests.acts import hand_in
from tests.cast import mill_invoice, mill_pdf
from tests.conftest import AT

from comptoir import pipeline
from comptoir.demo.papers import receipt_photo
from comptoir.records.deposits import actions as deposits
from comptoir.records.deposits.models import Dismissal
from comptoir.records.firms.models import Company
from comptoir.records.ledger.actions import AlreadyPosted
from comptoir.records.ledger.models import Entry
from comptoir.records.readings import duplicates
from comptoir.records.readings.models import Reading, Resemblance

pytestmark = pytest.mark.django_db


@pytest.fixture
def twice(bakery, bob):
    """The mill's invoice, and the same printed another way."""
    return hand_in(bakery, bob), hand_in(bakery, bob, mill_pdf() + b"\n% printed again", name="encore.pdf")


def question(document):
    (asked,) = duplicates.undecided(document)
    return asked


def decide(asked, by, *, is_same):
    pipeline.decide_duplicate(resemblance=asked, is_same=is_same, by=by, at=AT)


def test_the_newer_of_two_is_asked_about(twice):
    first, second = twice
    assert duplicates.undecided(first) == []
    assert question(second).other == first
    assert "Déjà reçue ? Même fournisseur, même numéro, même total." in Entry.objects.get(document=second).doubts


def test_it_is_asked_whichever_is_read_first(bakery, bob):
    first = pipeline.hand_in(company=bakery, content=mill_pdf(), filename="1.pdf", by=bob, at=AT)
    again = mill_pdf() + b"\n% again"
    second = pipeline.hand_in(company=bakery, content=again, filename="2.pdf", by=bob, at=AT + timedelta(hours=1))
    pipeline.read_now(second, at=AT)
    pipeline.read_now(first, at=AT)
    assert question(second).other == first
    assert Entry.objects.get(document=second).doubts


def test_a_copy_is_set_aside_with_a_reason_that_names_no_other_piece(twice, alice):
    first, second = twice
    decide(question(second), alice, is_same=True)
    assert Dismissal.objects.get(document=second).reason == "Déjà reçue : c’est un doublon."
    assert not deposits.is_dismissed(first)


def test_two_papers_are_never_asked_about_again(twice, alice):
    _, second = twice
    decide(question(second), alice, is_same=False)
    assert Entry.objects.get(document=second).doubts == []
    pipeline.read_now(second, at=AT)
    assert duplicates.undecided(second) == []
    assert Resemblance.objects.count() == 1


def test_a_correction_that_tells_them_apart_answers_the_question(twice, alice):
    _, second = twice
    pipeline.correct(document=second, values={"number": "MV-9999"}, by=alice, at=AT)
    assert not Resemblance.objects.exists()


def test_a_piece_in_the_books_is_no_copy_until_it_is_taken_back(twice, alice):
    _, second = twice
    pipeline.post(entry=Entry.objects.get(document=second), by=alice, at=AT)
    with pytest.raises(AlreadyPosted):
        decide(question(second), alice, is_same=True)
    assert question(second).decided_at is None


def test_two_people_who_decide_at_once_decide_once(twice, alice):
    asked = question(twice[1])
    decide(asked, alice, is_same=False)
    decide(asked, alice, is_same=True)
    assert not Dismissal.objects.exists()


def test_nothing_is_asked_about_a_piece_that_was_set_aside(twice, alice):
    first, second = twice
    pipeline.dismiss(document=first, reason="Illisible", by=alice, at=AT)
    assert duplicates.undecided(second) == []


def test_the_same_bytes_of_a_deposant_are_hers_and_the_firm_is_asked(bakery, bob, dina):
    hand_in(bakery, bob)
    hers = hand_in(bakery, dina, sees_all=False)
    assert question(hers).reason == "Même fichier, déposé par deux personnes."


def test_another_company_is_never_looked_at(bakery, bob, charlie):
    hand_in(bakery, bob)
    theirs = hand_in(Company.objects.get(name="Garage Lebreton"), charlie)
    assert duplicates.undecided(theirs) == []


def test_one_slip_photographed_twice_is_asked_about_though_nothing_can_be_read(bakery, bob):
    slip = mill_invoice("T-77")
    first, second = (hand_in(bakery, bob, receipt_photo(slip, seed), name=f"{seed}.jpg") for seed in (1, 2))
    Resemblance.objects.all().delete()
    Reading.objects.update(supplier="", number="", total=None, issued_on=None)
    asked = duplicates.compare(document=second, at=AT)
    assert asked == [second]
    assert question(second).reason == "Les deux photos montrent le même papier."
    assert first != second
