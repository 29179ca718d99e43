"""The firm's acts over HTTP: a dossier opened, a rule written, an entry refused with its gap."""

from datetime import UTC, datetime

import pytest
from tests.acts import hand_in
from tests.cast import mill_debit, mill_pdf, statement
from tests.conftest import AT

from comptoir import pipeline
from comptoir.domain.rights import Role
from comptoir.records.banking.models import Transaction
from comptoir.records.firms import actions as firms
from comptoir.records.firms.models import Company
from comptoir.records.ledger.models import Entry, FiscalYear
from comptoir.records.ledger.queries import content, draft_of, year_states

pytestmark = pytest.mark.django_db
LATER = datetime(2027, 2, 10, 9, 0, tzinfo=UTC)
YEAR = {"opens_on": "2026-01-01", "closes_on": "2026-12-31"}


def test_a_dossier_is_opened_ready_to_work_in(bakery, alice, signed_in):
    client = signed_in(alice)
    form = {"name": "Garage Hamon", "siren": "452 133 770", "legal_form": "SARL", **YEAR}
    answer = client.post(f"/cabinet/{bakery.firm_id}/dossiers/", form)
    company = Company.objects.get(siren="452133770")
    assert answer.url == f"/dossiers/{company.pk}/production/"
    assert b"Compte courant" in client.get(f"/dossiers/{company.pk}/banque/").content


def test_a_false_siren_is_refused(bakery, alice, signed_in):
    form = {"name": "Garage Hamon", "siren": "452133771", **YEAR}
    answer = signed_in(alice).post(f"/cabinet/{bakery.firm_id}/dossiers/", form)
    assert "n’existe pas" in answer.content.decode()


def test_a_company_has_one_dossier(bakery, alice, signed_in):
    form = {"name": "Dupont bis", "siren": bakery.siren, **YEAR}
    answer = signed_in(alice).post(f"/cabinet/{bakery.firm_id}/dossiers/", form)
    assert (answer.status_code, "a déjà son dossier" in answer.content.decode()) == (422, True)
    assert Company.objects.filter(siren=bakery.siren).count() == 1


def test_a_new_rule_books_what_waited_in_suspense(bakery, alice, account, signed_in):
    imported = pipeline.import_statement(
        account=account, content=statement(mill_debit()), filename="r", by=alice, at=AT
    )
    (move,) = imported.transactions
    signed_in(alice).post(f"/dossiers/{bakery.pk}/banque/regles", {"words": "moulins", "account": "601000"})
    assert move.entry.lines.filter(account="601000").exists()


def test_a_form_that_does_not_balance_says_what_is_missing(bakery, alice, bob, signed_in):
    document = pipeline.hand_in(company=bakery, content=mill_pdf(), filename="f.pdf", by=bob, at=AT)
    pipeline.read_now(document, at=AT)
    entry = draft_of(document.pk)
    lines = content(entry).lines
    form = {
        "piece_ref": "X",
        "account": [line.account for line in lines],
        "auxiliary": [line.auxiliary for line in lines],
        "label": [line.label for line in lines],
        "debit": ["225,00", "", ""],
        "credit": ["", "", "237,38"],
    }
    address = f"/dossiers/{bakery.pk}/production/{document.pk}/comptabilisation"
    answer = signed_in(alice).post(address, form, follow=True)
    assert "sans montant" in answer.content.decode() or "équilibrée" in answer.content.decode()
    entry.refresh_from_db()
    assert entry.posted_at is None


def test_a_statement_that_is_none_is_refused_in_french(bakery, alice, account, signed_in):
    from django.core.files.uploadedfile import SimpleUploadedFile

    address = f"/dossiers/{bakery.pk}/banque/{account.pk}/releves"
    answer = signed_in(alice).post(address, {"file": SimpleUploadedFile("x.txt", b"bonjour")}, follow=True)
    assert "n’est pas un relevé" in answer.content.decode()


def test_an_assistant_posts_nothing(bakery, bob, signed_in):
    from tests.conftest import person

    from comptoir.domain.rights import Role
    from comptoir.records.firms import actions as firms

    nora = person("Nora")
    firms.join_firm(firm=bakery.firm, person=nora, role=Role.ASSISTANT, at=AT)
    firms.assign(company=bakery, person=nora, by=nora, at=AT)
    document = pipeline.hand_in(company=bakery, content=mill_pdf(), filename="f.pdf", by=bob, at=AT)
    pipeline.read_now(document, at=AT)
    client = signed_in(nora)
    assert client.get(f"/dossiers/{bakery.pk}/production/{document.pk}/").status_code == 200
    assert client.post(f"/dossiers/{bakery.pk}/production/{document.pk}/comptabilisation").status_code == 404


def test_entries_are_validated_up_to_a_day_of_the_year_only(bakery, alice, account, signed_in):
    pipeline.import_statement(account=account, content=statement(mill_debit()), filename="r", by=alice, at=AT)
    year = FiscalYear.objects.get()
    address = f"/dossiers/{bakery.pk}/exercices/{year.pk}/validation"

    def answer(until: str) -> str:
        return signed_in(alice).post(address, {"until": until}, follow=True).content.decode()

    for wrong in ("", "2027-01-01", "31/12/2026", "2026-02-30"):
        assert "rien n’a été validé" in answer(wrong)
    assert "rien à valider" in answer("2026-11-17")
    assert "1 écriture validée, numérotée et scellée" in answer("2026-11-18")
    (state,) = year_states(bakery)
    assert [(j.code, j.validated, j.last_number) for j in state.journals] == [("BQ", 1, "BQ-00001")]


def test_a_bank_entry_that_is_reversed_comes_back_to_be_placed(bakery, alice, account, signed_in):
    pipeline.import_statement(account=account, content=statement(mill_debit()), filename="r", by=alice, at=AT)
    year, client = FiscalYear.objects.get(), signed_in(alice)
    pipeline.validate(company=bakery, year=year, until=year.closes_on, by=alice, at=AT)
    bank = f"/dossiers/{bakery.pk}/banque/?voir=suspens"
    undone = Entry.objects.get()
    page = client.get(bank).content.decode()
    assert "/affectation" not in page, "final"
    assert f"/ecritures/{undone.pk}/extourne" in page, "the way out stands on its line"
    answer = client.post(f"/dossiers/{bakery.pk}/ecritures/{undone.pk}/extourne", follow=True)
    assert "son mouvement est repassé ce jour-là" in answer.content.decode()
    anew = Entry.objects.get(transaction__isnull=False)
    assert f"/banque/ecritures/{anew.pk}/affectation" in answer.content.decode(), "on the bank page"
    assert "extournée" in client.get(f"/dossiers/{bakery.pk}/ecritures/?etape=validees").content.decode()


def test_the_bank_says_that_a_link_changed_behind_the_lock(bakery, bob, alice, account, signed_in):
    pipeline.import_statement(account=account, content=statement(mill_debit()), filename="r", by=alice, at=AT)
    document, row = hand_in(bakery, bob), Transaction.objects.get()
    client, bank = signed_in(alice), f"/dossiers/{bakery.pk}/banque/?voir=tous"
    said = "Sa pièce a changé derrière le verrou"
    pipeline.lock_books(company=bakery, until=row.booked_on, by=alice, at=LATER)
    assert said not in client.get(bank).content.decode()
    pipeline.detach(document=document, transaction=row, by=alice, at=AT)
    assert said in client.get(bank).content.decode()
    pipeline.reopen_books(company=bakery, kept=None, why="Contrôle", by=alice, at=AT)
    assert said not in client.get(bank).content.decode()


def test_who_keeps_a_dossier_and_hands_in_there_too_sees_the_pages_of_every_piece(bakery, alice, bob, signed_in):
    firms.join_company(company=bakery, person=alice, role=Role.DEPOSANT, at=AT)
    piece = hand_in(bakery, bob)
    client = signed_in(alice)
    assert client.get(f"/dossiers/{bakery.pk}/production/{piece.pk}/").status_code == 200
    assert client.get(f"/c/{bakery.pk}/pieces/{piece.pk}/pages/1").status_code == 200
