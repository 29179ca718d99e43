"""A bank's table that nobody knows: its columns are said once, on a page that shows what they give, and remembered by the firm."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from comptoir import pipeline
from comptoir.records.audit.models import Event
from comptoir.records.banking import actions as banking
from comptoir.records.banking.models import ExplainedColumns, Transaction, UnreadStatement
from comptoir.records.firms import actions as firms
from comptoir.records.ledger.models import Entry

pytestmark = pytest.mark.django_db

TABLE = "Jour;Quoi;Combien;Reste\n03/14/2026;CAFE DU MAIL;10.50;89.50\n03/15/2026;DUPONT;-1,200.00;1289.50\n"
SAID = {
    "booked_on": "0", "label": "1", "amount": "2", "balance": "3", "days": "mois", "decimal": ".", "reversed": "1",
}  # fmt: skip


@pytest.fixture
def firm(alice, signed_in):
    return signed_in(alice)


def bring(client, account, content=TABLE, name="neobanque.csv"):
    file = SimpleUploadedFile(name, content.encode())
    return client.post(f"/dossiers/{account.company_id}/banque/{account.pk}/releves", {"file": file})


def test_an_unknown_table_asks_for_its_columns_and_imports_nothing_yet(firm, account):
    answer = bring(firm, account)
    unread = UnreadStatement.objects.get(account=account)
    assert answer.url == f"/dossiers/{account.company_id}/banque/releves/{unread.pk}/"
    page = firm.get(answer.url).content.decode()
    assert "Combien (10.50)" in page
    assert not Transaction.objects.filter(account=account).exists()
    assert "neobanque.csv" in firm.get(f"/dossiers/{account.company_id}/banque/").content.decode()


def test_the_page_shows_what_the_chosen_columns_give(firm, account):
    address = bring(firm, account).url
    page = firm.get(address, SAID).content.decode()
    assert "Prouvés ligne à ligne" in page
    assert "1\u202f189,50" in page
    assert "Importer 2 opérations" in page
    wrong = firm.get(address, SAID | {"amount": "1"}).content.decode()
    assert "Ligne 2" in wrong
    assert "Choisissez la colonne de la date" in firm.get(address, SAID | {"label": ""}).content.decode()


def test_once_explained_the_same_headings_are_read_by_themselves_in_every_dossier(firm, bakery, account, alice):
    address = bring(firm, account).url
    answer = firm.post(address, SAID)
    assert answer.url == f"/dossiers/{bakery.pk}/banque/"
    amounts = Transaction.objects.filter(account=account).order_by("booked_on").values_list("amount", flat=True)
    assert [str(amount) for amount in amounts] == ["-10.50", "1200.00"]
    assert not UnreadStatement.objects.exists()
    assert Event.objects.filter(verb="explain_columns", person_id=alice.pk).count() == 1
    later = TABLE + "03/16/2026;GARAGE;89.50;1200.00\n"
    assert bring(firm, account, later).url == f"/dossiers/{bakery.pk}/banque/"
    assert Transaction.objects.filter(account=account).count() == 3


def test_another_firm_does_not_know_what_this_one_explained(firm, account, charlie, signed_in):
    firm.post(bring(firm, account).url, SAID)
    theirs = firms.set_up_firm(name="Cabinet Charlie", by=charlie)
    company = firms.open_dossier(firm=theirs, by=charlie, at=_at(), name="Ailleurs", siren="452133770")
    elsewhere = banking.open_account(company=company, name="Compte")
    answer = bring(signed_in(charlie), elsewhere)
    assert "/banque/releves/" in answer.url


def test_columns_that_do_not_add_up_are_refused_and_not_remembered(firm, account):
    address = bring(firm, account).url
    answer = firm.post(address, SAID | {"reversed": ""})
    assert answer.status_code == 422
    assert "ne suit pas du précédent" in answer.content.decode()
    assert firm.post(address, {}).status_code == 422
    assert firm.post(address, SAID | {"amount": "99"}).status_code == 422
    assert not ExplainedColumns.objects.exists()
    assert UnreadStatement.objects.filter(account=account).exists()


def test_a_file_that_waits_is_thrown_away_or_gives_way_to_the_next(firm, account):
    address = bring(firm, account).url
    assert bring(firm, account, name="autre.csv").url == address
    assert UnreadStatement.objects.get().filename == "autre.csv"
    assert firm.post(f"{address}abandon").status_code == 302
    assert not UnreadStatement.objects.exists()


def test_charlie_finds_no_file_of_ours(firm, account, charlie, signed_in):
    address = bring(firm, account).url
    assert signed_in(charlie).get(address).status_code == 404
    assert signed_in(charlie).post(address, SAID).status_code == 404


def _at():
    from tests.conftest import AT

    return AT


def test_a_reject_is_seen_as_one_among_the_movements(firm, account):
    content = "Date;Libellé;Montant\n20/11/2026;REJET PRLV SEPA CLIENT DURAND;-120,00\n20/11/2026;CB CAFE;-3,00\n"
    assert bring(firm, account, content).status_code == 302
    page = firm.get(f"/dossiers/{account.company_id}/banque/?voir=tous").content.decode()
    assert page.count("Rejet</span>") == 1
    assert "CLIENT DURAND" in page


KNOWN = "Date;Libellé;Montant\n02/11/2026;CARTE CAFE DU MAIL;-3,00\n05/11/2026;PRLV ORANGE;-50,00\n20/11/2026;VIR MAIRIE;400,00\n"
AGAIN = (
    KNOWN.replace("CARTE CAFE DU MAIL", "CAFE DU MAIL LE MANS")
    .replace("PRLV ORANGE", "ORANGE SA")
    .replace("VIR ", "")
)
MORE = AGAIN + "09/11/2026;PAIN;-7,00\n"


def test_the_same_period_under_other_words_counts_once(firm, account):
    bring(firm, account, KNOWN)
    answer = firm.get(bring(firm, account, AGAIN).url).content.decode()
    assert Transaction.objects.filter(account=account).count() == 3
    assert "3 redites" in answer
    bring(firm, account, AGAIN)
    assert Transaction.objects.filter(account=account).count() == 3


def test_where_it_is_not_sure_a_person_is_asked_and_nothing_is_imported_before(firm, account):
    bring(firm, account, KNOWN)
    address = bring(firm, account, MORE).url
    assert address.endswith("/doublons")
    assert Transaction.objects.filter(account=account).count() == 3
    page = firm.get(address).content.decode()
    assert "3 mouvements déjà connus sous un autre libellé, 1 que ce fichier est seul à dire" in page
    assert "CAFE DU MAIL LE MANS" in page
    assert "CARTE CAFE DU MAIL" in page
    assert "redit peut-être" in firm.get(f"/dossiers/{account.company_id}/banque/").content.decode()
    assert firm.post(address, {"twice": "ask"}).status_code == 422
    assert firm.post(address, {"twice": "same"}).status_code == 302
    assert Transaction.objects.filter(account=account).count() == 4
    assert not UnreadStatement.objects.exists()
    assert firm.get(address).status_code == 404


def test_who_says_that_they_are_others_has_them_all(firm, account):
    bring(firm, account, KNOWN)
    address = bring(firm, account, MORE).url
    firm.post(address, {"twice": "new"})
    assert Transaction.objects.filter(account=account).count() == 7


def test_a_doubt_that_has_gone_meanwhile_is_said(firm, account):
    bring(firm, account, KNOWN)
    address = bring(firm, account, MORE).url
    Transaction.objects.filter(account=account).update(booked_on="2025-01-01")
    assert "ne laisse plus de doute" in firm.get(address).content.decode()


def test_what_a_client_sends_in_doubt_waits_for_the_firm(firm, account, bakery, bob, alice, signed_in):
    bring(firm, account, KNOWN)
    file = SimpleUploadedFile("banque.csv", MORE.encode())
    answer = signed_in(bob).post(f"/c/{bakery.pk}/banque/{account.pk}/releves", {"file": file}, follow=True)
    assert "votre cabinet dira si ses opérations sont déjà connues" in answer.content.decode()
    assert UnreadStatement.objects.get().waits == "twice"


def test_a_table_that_is_recognised_is_read_otherwise_by_who_asks_to_choose_its_columns(firm, account):
    two = "Date;Date de valeur;Libellé;Montant\n02/11/2026;03/11/2026;CAFE;-3,00\n"
    file = SimpleUploadedFile("b.csv", two.encode())
    answer = firm.post(
        f"/dossiers/{account.company_id}/banque/{account.pk}/releves", {"file": file, "columns": "1"}
    )
    assert not Transaction.objects.filter(account=account).exists()
    firm.post(answer.url, {"booked_on": "1", "label": "2", "amount": "3"})
    assert str(Transaction.objects.get(account=account).booked_on) == "2026-11-03"
    later = two.replace("02/11", "10/11").replace("03/11", "12/11")
    bring(firm, account, later)
    days = Transaction.objects.filter(account=account).values_list("booked_on", flat=True).order_by("booked_on")
    assert [str(day) for day in days] == ["2026-11-03", "2026-11-12"]
    file = SimpleUploadedFile("b.csv", two.encode())
    again = firm.post(
        f"/dossiers/{account.company_id}/banque/{account.pk}/releves", {"file": file, "columns": "1"}
    )
    page = firm.get(again.url)
    assert page.context["said"]["booked_on"] == "1"


def test_columns_explained_of_a_file_in_doubt_lead_to_the_question(firm, account):
    bring(firm, account, KNOWN)
    odd = MORE.replace("Date;Libellé;Montant", "Jour;Quoi;Combien")
    address = bring(firm, account, odd).url
    answer = firm.post(address, {"booked_on": "0", "label": "1", "amount": "2"})
    assert answer.url.endswith("/doublons")
    assert firm.get(address).url == answer.url
    firm.post(answer.url, {"twice": "same"})
    assert Transaction.objects.filter(account=account).count() == 4


def test_charlie_answers_no_doubt_of_ours(firm, account, charlie, signed_in):
    bring(firm, account, KNOWN)
    address = bring(firm, account, MORE).url
    assert signed_in(charlie).get(address).status_code == 404
    assert signed_in(charlie).post(address, {"twice": "new"}).status_code == 404


def test_movements_of_a_year_that_is_not_open_are_said_to_wait_and_booked_when_it_opens(firm, bakery, account):
    content = (
        "Date;Libellé;Montant\n30/12/2025;CB CAFE;-3,00\n31/12/2025;CB PAIN;-4,00\n02/11/2026;CB CAFE;-5,00\n"
    )
    bring(firm, account, content)
    address = f"/dossiers/{bakery.pk}/banque/"
    said = "2 mouvements de la banque du 30/12/2025 au 31/12/2025 : aucun exercice ouvert à ces dates. Ils attendent hors des livres."
    assert said in firm.get(address).content.decode()
    pipeline.open_year(company=bakery, opens_on=date(2025, 1, 1), closes_on=date(2025, 12, 31), at=_at())
    assert "aucun exercice ouvert" not in firm.get(address).content.decode()
    assert Entry.objects.filter(transaction__account=account).count() == 3
