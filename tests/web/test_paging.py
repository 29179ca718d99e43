"""Long lists are paged by keyset: every row once, in order, whatever the page."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.cast import mill_pdf, statement
from tests.conftest import AT

from comptoir import pipeline
from comptoir.demo.statements import Move
from comptoir.lib import keyset, tenancy
from comptoir.records.ledger import pieces, queries
from comptoir.records.ledger.models import Entry

pytestmark = pytest.mark.django_db


def pages(ask, key):
    """The rows of every page, one after the other."""
    found, after = [], None
    while True:
        page = ask(after)
        found += page.rows if hasattr(page, "rows") else page.pieces
        if not page.next_after:
            return found
        after = key(page.next_after)


@pytest.fixture
def movements(account, alice):
    moves = [Move(date(2026, 11, 1 + n % 20), Decimal(-n - 1), f"CB BOUTIQUE {n}") for n in range(23)]
    pipeline.import_statement(account=account, content=statement(*moves), filename="r", by=alice, at=AT)


def test_every_entry_is_on_one_page_only(bakery, movements, monkeypatch):
    monkeypatch.setattr(queries, "PAGE", 5)
    found = pages(lambda after: queries.entries(bakery, "brouillard", after=after), keyset.day_key)
    assert len(found) == len({entry.pk for entry in found}) == Entry.objects.count() == 23
    days = [entry.dated_on for entry in found]
    assert days == sorted(days, reverse=True)


def test_the_bank_shows_what_waits_first_then_all(bakery, movements, alice, signed_in):
    client = signed_in(alice)
    assert client.get(f"/dossiers/{bakery.pk}/banque/").context["only_waiting"]
    client.post(f"/dossiers/{bakery.pk}/banque/regles", {"words": "boutique", "account": "606300"})
    context = client.get(f"/dossiers/{bakery.pk}/banque/").context
    assert (context["only_waiting"], context["waiting"], len(context["page"].rows)) == (False, 0, 23)


def test_the_queue_pages_the_oldest_first_and_knows_its_neighbours(bakery, bob, monkeypatch):
    monkeypatch.setattr(pieces, "PAGE", 2)
    documents = []
    for n in range(5):
        at = AT + timedelta(minutes=n)
        document = pipeline.hand_in(company=bakery, content=mill_pdf(f"MV-{n}"), filename="f.pdf", by=bob, at=at)
        pipeline.read_now(document, at=at)
        documents.append(document)
    found = pages(lambda after: pieces.queue(bakery, after=after), keyset.moment_key)
    assert [piece.id for piece in found] == [document.pk for document in documents]
    around = pieces.neighbours(bakery, documents[2])
    assert (around.rank, around.previous.id, around.next.id) == (3, documents[1].pk, documents[3].pk)
    assert pieces.next_to_review(bakery, documents[4]).id == documents[0].pk
    assert pieces.neighbours(bakery, documents[0]).previous is None


@pytest.mark.parametrize("text", ["", "x", "2026-11-14", "2026-11-14_x", "_"])
def test_an_address_that_is_no_key_is_the_first_page(text):
    assert keyset.day_key(text) is None
    assert keyset.moment_key(text) is None


@pytest.mark.parametrize(
    ("words", "times"),
    [
        ("237,38", 1), ("237", 1), ("moulins vegre", 1), ("VÈGRE", 1), ("achat", 1), ("mv-1197 237,38\u00a0€", 1),
        ("2\u202f237,38", 0), ("238", 0), ("ticket", 0), ("dupont", 1), ("f.pdf", 1),
        ("farines", 1), ("FARINE tradition", 1), ("farine poisson", 0), ("' & | !", 0), ("%", 0),
    ],
)  # fmt: skip
def test_a_piece_is_found_by_anything_that_is_shown_of_it(bakery, bob, words, times):
    document = pipeline.hand_in(company=bakery, content=mill_pdf(), filename="f.pdf", by=bob, at=AT)
    pipeline.read_now(document, at=AT)
    with tenancy.within(bakery.firm_id, bakery.pk):
        assert len(pieces.screen(bakery, pieces.Filter(words=words)).pieces) == times
