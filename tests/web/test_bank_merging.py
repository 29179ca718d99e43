"""The merge assistant on screen: seen first, done in one act, refused with its reasons, undone."""

from datetime import date

import pytest
from django.urls import reverse
from tests.records.test_merging import FUEL, keep, kept_in_march, stands

from comptoir.records.ledger import merging
from comptoir.records.ledger.models import Merge

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept(bakery, account):
    return kept_in_march(bakery, account)


def address(account):
    return reverse("firm_bank_merging", args=[account.company_id, account.pk])


def test_the_bank_page_says_that_lines_may_count_twice_and_leads_to_the_assistant(kept, account, alice, signed_in):
    page = signed_in(alice).get(reverse("firm_bank", args=[account.company_id])).content.decode()
    assert "2 lignes du 512000 étaient déjà tenues" in page
    assert address(account) in page


def test_the_firm_sees_what_would_be_merged_and_merges_it(kept, account, alice, signed_in):
    client = signed_in(alice)
    page = client.get(address(account)).content.decode()
    assert "Les livres et la banque s’accordent au centime." in page
    assert FUEL.label in page
    answer = client.post(address(account), {"seen": merging.plan(account).key}, follow=True)
    assert "2 lignes gardées" in answer.content.decode()
    assert "Rien à fusionner" in answer.content.decode()
    assert str(stands(account)) == "488.80"


def test_what_does_not_reconcile_is_refused_with_the_page_and_what_was_ticked(
    kept, account, alice, bakery, signed_in
):
    wrong = keep(bakery, date(2026, 3, 12), "-61.00", "Total")
    line = str(wrong.lines.get(account="512000").pk)
    client = signed_in(alice)
    answer = client.post(address(account), {"seen": merging.plan(account).key})
    assert answer.status_code == 422
    assert "1 ligne des livres n’a pas de mouvement" in answer.content.decode()
    looked = client.post(address(account), {"look": "1", "underway": [line]})
    assert f'value="{line}" checked' in looked.content.decode()
    assert (
        client.post(address(account), {"seen": merging.plan(account).key, "underway": [line]}).status_code == 302
    )


@pytest.mark.parametrize("sent", [{}, {"seen": "x"}, {"seen": "", "apart": ["x", "1"]}])
def test_a_plan_that_nobody_saw_is_not_done(kept, account, alice, signed_in, sent):
    answer = signed_in(alice).post(address(account), sent)
    assert answer.status_code == 422
    assert "Le dossier a changé" in answer.content.decode()
    assert not Merge.objects.exists()


def test_a_merge_is_undone_from_the_page(kept, account, alice, bakery, signed_in):
    client = signed_in(alice)
    client.post(address(account), {"seen": merging.plan(account).key})
    made = Merge.objects.get()
    page = client.post(reverse("firm_undo_merge", args=[bakery.pk, made.pk]), follow=True).content.decode()
    assert "La fusion est défaite" in page
    assert "Défaite par" in page


def test_an_account_that_nothing_proves_says_what_is_wanted(account, alice, bakery, signed_in):
    keep(bakery, date(2026, 3, 1), "-900.00", "Loyer")
    assert (
        "importez un relevé qui porte ses deux soldes" in signed_in(alice).get(address(account)).content.decode()
    )


def test_charlie_and_the_client_merge_nothing(kept, account, charlie, bob, signed_in):
    for who in (charlie, bob):
        client = signed_in(who)
        assert client.get(address(account)).status_code == 404
        assert client.post(address(account), {"seen": merging.plan(account).key}).status_code == 404
    assert not Merge.objects.exists()
