"""Notes de frais: who paid is said by who hands in, the entry is owed to them, and a month makes one total."""

import base64
from decimal import Decimal

import pytest
from tests.acts import bring_statement, hand_in
from tests.cast import mill_pdf
from tests.conftest import AT, person

from comptoir import pipeline
from comptoir.demo.statements import Move
from comptoir.domain.rights import Role
from comptoir.records.deposits.models import Document
from comptoir.records.firms import actions as firms
from comptoir.records.firms.models import CompanyMembership
from comptoir.records.ledger.models import Entry, Line
from comptoir.records.matching import queries as matches

pytestmark = pytest.mark.django_db


@pytest.fixture
def paul(bakery):
    """An employee who pays for petrol himself."""
    paul = person("Paul")
    firms.join_company(company=bakery, person=paul, role=Role.DEPOSANT, at=AT)
    return paul


def owed(document):
    return Line.objects.get(entry__document=document, credit__gt=0).account


def expense(bakery, by, paid_by=None, content=None):
    return hand_in(bakery, by, content, purpose="ndf", paid_by=paid_by)


def test_a_note_de_frais_is_owed_to_who_paid_and_not_to_who_handed_it_in(bakery, bob, paul):
    CompanyMembership.objects.filter(person=paul).update(claimant_account="421000")
    document = expense(bakery, bob, paul)
    assert document.claimant == paul
    assert owed(document) == "421000"
    assert "Paul" in Entry.objects.get(document=document).label


def test_without_a_word_it_is_owed_to_who_handed_it_in(bakery, bob):
    assert expense(bakery, bob).claimant == bob


def test_who_paid_says_nothing_of_an_invoice(bakery, bob, paul):
    assert hand_in(bakery, bob, paid_by=paul).paid_by is None


def test_the_firm_says_who_paid_and_the_entry_follows(bakery, bob, paul, alice, signed_in):
    document = expense(bakery, bob)
    answer = signed_in(alice).post(
        f"/dossiers/{bakery.pk}/production/{document.pk}/payeur", {"paid_by": str(paul.pk)}
    )
    assert answer.status_code == 302
    assert "Paul" in Entry.objects.get(document=document).label


@pytest.mark.parametrize("named", ["", "x", "alice"])
def test_only_somebody_of_the_company_may_be_named(bakery, bob, alice, signed_in, named):
    document = expense(bakery, bob)
    said = str(alice.pk) if named == "alice" else named
    answer = signed_in(alice).post(f"/dossiers/{bakery.pk}/production/{document.pk}/payeur", {"paid_by": said})
    assert answer.status_code == 422
    assert Document.objects.get().claimant == bob


def test_the_firm_sets_the_account_of_a_person_and_what_waits_is_proposed_again(
    bakery, bob, alice, signed_in, django_capture_on_commit_callbacks
):
    document = expense(bakery, bob)
    row = CompanyMembership.objects.get(person=bob)
    answer = signed_in(alice).post(f"/dossiers/{bakery.pk}/acces/{row.pk}/compte", {"account": "455000"})
    assert answer.status_code == 302
    pipeline.propose_again(str(bakery.firm_id), str(bakery.pk))
    assert owed(document) == "455000"


def test_no_other_account_and_nobody_of_the_client(bakery, bob, alice, signed_in):
    row = CompanyMembership.objects.get(person=bob)
    assert (
        signed_in(alice).post(f"/dossiers/{bakery.pk}/acces/{row.pk}/compte", {"account": "512000"}).status_code
        == 422
    )
    assert (
        signed_in(bob).post(f"/c/{bakery.pk}/collaborateurs/{row.pk}/compte", {"account": "455000"}).status_code
        == 404
    )
    row.refresh_from_db()
    assert row.claimant_account == "467000"


def upload(client, bakery, **said):
    metadata = ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in said.items())
    content = mill_pdf()
    headers = {"upload-length": str(len(content)), "upload-metadata": metadata, "tus-resumable": "1.0.0"}
    return client.post(
        f"/c/{bakery.pk}/envois/", content, content_type="application/offset+octet-stream", headers=headers
    )


def test_who_paid_travels_with_an_upload(bakery, bob, paul, signed_in):
    upload(signed_in(bob), bakery, filename="t.pdf", purpose="ndf", paid_by=str(paul.pk))
    assert Document.objects.get().claimant == paul


def test_a_deposant_names_nobody_but_themselves(bakery, bob, paul, signed_in):
    upload(signed_in(paul), bakery, filename="t.pdf", purpose="ndf", paid_by=str(bob.pk))
    assert Document.objects.get().claimant == paul


def test_a_month_of_one_person_is_one_report_with_one_total(bakery, bob, paul):
    expense(bakery, bob, paul)
    expense(bakery, bob, paul, mill_pdf("MV-2", 3))
    expense(bakery, bob, None, mill_pdf("MV-3", 4))
    reports = {report.person: report for report in matches.expense_reports(bakery)}
    assert (reports[paul].receipts, reports[paul].total) == (2, Decimal("237.38") + Decimal("71.21"))
    assert reports[bob].receipts == 1
    assert not reports[paul].is_repaid


def test_a_report_is_repaid_by_the_bank(bakery, bob, account):
    document = expense(bakery, bob)
    (paid,) = bring_statement(account, Move(AT.date(), Decimal("-237.38"), "VIR REMBOURSEMENT FRAIS BOB ESSAI"))
    pipeline.attach(document=document, transaction=paid, by=bob, at=AT)
    (report,) = matches.expense_reports(bakery)
    assert report.is_repaid


def test_a_deposant_sees_the_reports_that_concern_them(bakery, bob, paul, signed_in):
    expense(bakery, bob)
    assert (
        "Bob"
        not in signed_in(paul).get(f"/c/{bakery.pk}/notes-de-frais/").content.decode().split('id="reports"')[1]
    )
    assert "Bob" in signed_in(bob).get(f"/c/{bakery.pk}/notes-de-frais/").content.decode().split('id="reports"')[1]


def test_charlie_has_none(bakery, charlie, signed_in):
    assert signed_in(charlie).get(f"/c/{bakery.pk}/notes-de-frais/").status_code == 404
