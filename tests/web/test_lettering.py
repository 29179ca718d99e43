"""The lettrage screen over HTTP: what it shows, proposes, letters and takes back."""

import pytest
from tests.cast import mill_debit, mill_pdf, statement
from tests.conftest import AT

from comptoir import pipeline
from comptoir.records.ledger.models import Lettrage, Line
from comptoir.records.ledger.queries import draft_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(bakery, account, alice, bob) -> str:
    """A bill and its payment, both posted, their letter taken back: both wait."""
    document = pipeline.hand_in(company=bakery, content=mill_pdf(), filename="f.pdf", by=bob, at=AT)
    pipeline.read_now(document, at=AT)
    pipeline.import_statement(account=account, content=statement(mill_debit()), filename="r", by=alice, at=AT)
    pipeline.post(entry=draft_of(document.pk), by=alice, at=AT)
    pipeline.unletter(made=Lettrage.objects.get(), by=alice, at=AT)
    return f"/dossiers/{bakery.pk}/lettrage/"


def test_payment_and_bill_stand_on_their_sides_with_a_proposal(desk, alice, signed_in):
    context = signed_in(alice).get(desk).context
    (_, payments), (_, papers) = context["sides"]
    assert ([line.journal for line in payments], [line.journal for line in papers]) == (["BQ"], ["AC"])
    assert [proposal.reason for proposal in context["proposals"]] == ["même montant, 14 jours après la pièce"]


def test_a_proposal_is_taken_and_taken_back(desk, alice, signed_in):
    client = signed_in(alice)
    group = ",".join(str(line.pk) for line in Line.objects.to_letter())
    answer = client.post(f"{desk}lettres", {"group": [group], "compte": "401000"})
    assert answer.url.endswith("?compte=401000")
    assert not Line.objects.to_letter().exists()
    client.post(f"{desk}lettres/{Lettrage.objects.get().pk}/retrait")
    assert Line.objects.to_letter().count() == 2


def test_all_of_the_groups_or_none(desk, alice, signed_in):
    first, second = Line.objects.to_letter()
    answer = signed_in(alice).post(
        f"{desk}lettres", {"group": [f"{first.pk},{second.pk}", str(first.pk)]}, follow=True
    )
    assert "ne se lettre pas seule" in answer.content.decode()
    assert not Lettrage.objects.exists()


@pytest.mark.parametrize("lines", [[], ["nothing"], ["01a20000-0000-7000-8000-000000000000"]])
def test_lines_that_are_none_are_refused(desk, alice, signed_in, lines):
    answer = signed_in(alice).post(f"{desk}lettres", {"line": lines}, follow=True)
    assert "Cochez les lignes" in answer.content.decode()


def test_an_account_or_a_name_narrows_the_desk(desk, alice, signed_in):
    client = signed_in(alice)
    assert not client.get(f"{desk}?compte=411000").context["proposals"]
    assert not client.get(f"{desk}?cherche=laiterie").context["proposals"]
    assert client.get(f"{desk}?cherche=moulins").context["proposals"]
