"""Ten years, and a hold: nothing under them is deleted by hand or by itself; both sides read until when."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import IntegrityError, ProgrammingError, connection, models, transaction
from django.utils import timezone
from tests.conftest import AT, as_web, person

from comptoir import pipeline
from comptoir.domain.folder import Folder
from comptoir.domain.rights import Role
from comptoir.domain.shelving import Place
from comptoir.lib import roles
from comptoir.pipeline import upkeep
from comptoir.records.audit.models import Event
from comptoir.records.banking import columns
from comptoir.records.banking.models import UnreadStatement
from comptoir.records.deposits import uploads
from comptoir.records.deposits.models import Original, Upload
from comptoir.records.firms import actions as firms
from comptoir.records.firms import retention
from comptoir.records.firms.models import LegalHold
from comptoir.records.folders.models import SharedFile

pytestmark = pytest.mark.django_db
REASON = "Contrôle fiscal <b>2026</b>"


def put(bakery, alice, name="bilan.pdf", folder=Folder.FISCAL):
    return pipeline.put_file(
        company=bakery,
        place=Place(folder),
        content=name.encode(),
        filename=name.replace("pdf", "txt"),
        by=alice,
        at=AT,
    )


def file_page(bakery, part=""):
    return f"/dossiers/{bakery.pk}/dossier-permanent/{part}"


def test_the_bin_is_not_emptied_of_the_clients_before_ten_years_after_the_closing(bakery, alice, signed_in):
    file = put(bakery, alice)
    pipeline.withdraw_file(file=file, by=alice, at=AT)
    page = signed_in(alice).get(f"/dossiers/{bakery.pk}/dossiers-partages/corbeille/").content.decode()
    assert "01/01/2037" in page
    last = AT.replace(year=2036, month=12, day=31)
    assert pipeline.folders.empty_bin(company=bakery, by=alice, at=last) == 0
    assert pipeline.folders.empty_bin(company=bakery, by=alice, at=last + timedelta(days=1)) == 1


def test_a_dossier_may_be_kept_longer_than_its_firm_keeps(bakery, alice, signed_in):
    client = signed_in(alice)
    client.post(file_page(bakery, "conservation"), {"retention_years": "15"})
    bakery.refresh_from_db()
    assert bakery.retention_years == 15
    assert "31/12/2041" in client.get(file_page(bakery)).content.decode()
    for refused in ("9", "31", "-1", "1e9", "٣٠", "9" * 500):
        answer = client.post(file_page(bakery, "conservation"), {"retention_years": refused}, follow=True)
        assert "Rien n’a été changé" in answer.content.decode(), refused
    client.post(file_page(bakery, "conservation"), {"retention_years": ""})
    bakery.refresh_from_db()
    assert bakery.retention_years is None


def test_the_firm_cannot_keep_shorter_than_the_law_asks(bakery, alice, signed_in):
    client, address = signed_in(alice), f"/cabinet/{bakery.firm_id}/conservation/"
    answer = client.post(address, {"retention_years": "9"})
    assert (answer.status_code, "dix ans au moins" in answer.content.decode()) == (422, True)
    assert client.post(address, {"retention_years": "12"}).status_code == 302
    bakery.firm.refresh_from_db()
    assert bakery.firm.retention_years == 12
    assert Event.objects.filter(verb="set_retention").count() == 1


def test_a_hold_stops_every_deletion_until_it_is_lifted(bakery, alice, bob, signed_in):
    client = signed_in(alice)
    file, folder = put(bakery, alice), Place(Folder.FISCAL)
    made = pipeline.folders.make_folder(company=bakery, place=folder, name="TVA", by=alice, at=AT)
    gone = put(bakery, alice, "note.txt", Folder.CABINET)
    pipeline.withdraw_file(file=gone, by=alice, at=AT)
    client.post(file_page(bakery, "suspension"), {"reason": REASON})
    for refused in (
        lambda: pipeline.withdraw_file(file=file, by=alice, at=AT),
        lambda: pipeline.folders.withdraw_folder(subfolder=made, by=alice, at=AT),
        lambda: pipeline.folders.empty_bin(company=bakery, by=alice, at=AT + timedelta(days=9999)),
    ):
        with pytest.raises(retention.Held, match="suspendues depuis"):
            refused()
    answer = client.post(f"/dossiers/{bakery.pk}/dossiers-partages/fiscal/{file.pk}/retrait", follow=True)
    assert "rien n’a été retiré" in answer.content.decode()
    said = signed_in(bob).get(f"/c/{bakery.pk}/parametres/").content.decode()
    assert "Contrôle fiscal &lt;b&gt;2026&lt;/b&gt;" in said
    client.post(file_page(bakery, "suspension/levee"))
    pipeline.withdraw_file(file=file, by=alice, at=AT)
    assert {"hold", "lift_hold"} <= set(Event.objects.values_list("verb", flat=True))


def test_the_database_refuses_it_too(bakery, alice):
    file = put(bakery, alice)
    retention.hold(company=bakery, reason="Litige", by=alice, at=AT)
    with pytest.raises(IntegrityError, match="held"), transaction.atomic():
        SharedFile.objects.filter(pk=file.pk).update(withdrawn_at=AT, withdrawn_by=alice)


def test_what_comes_round_at_night_passes_a_dossier_that_is_held(bakery, alice, bob):
    announced = uploads.Announced(key="k", length=10, filename="f.pdf")
    uploads.begin(company=bakery, announced=announced, by=bob, at=AT - uploads.KEPT - timedelta(days=400))
    retention.hold(company=bakery, reason="Litige", by=alice, at=AT)
    with as_web():
        upkeep.sweep(0)
    assert Upload.objects.count() == 1
    retention.lift(company=bakery, by=alice, at=AT)
    with as_web():
        upkeep.sweep(0)
    assert Upload.objects.count() == 0


GOES = {
    "firms_firmlogo": "the firm's own picture",
    "ebics_contract": "keys of the firm's own contract with its bank",
    "deposits_leaf": "how pages are arranged: their originals stay",
    "banking_unreadstatement": "goes once its lines are imported; thrown away, never while a hold stands",
    "banking_sentstatement": "a long statement on its way: its file goes once it is told, its lines are the bank's",
    "conversations_attachment": "only what nobody sent goes, at night, never while a hold stands",
}
"""Tables that hold bytes, name a file of the store, or rest on an original, and of which rows may go: why."""


def test_whatever_holds_a_paper_is_kept_or_says_why_it_goes():
    """A new table of papers is of one kind or the other."""
    holding = {
        model._meta.db_table
        for model in apps.get_models()
        if model.__module__.startswith("comptoir")
        for field in model._meta.get_fields()
        if isinstance(field, models.BinaryField | models.FileField)
        or field.name == "stored"
        or getattr(field, "related_model", None) is Original
        if field.concrete
    }
    assert "deposits_document" in holding
    assert holding - set(roles.KEPT) == set(GOES)


@pytest.mark.parametrize("table", roles.KEPT)
def test_the_working_role_deletes_nothing_of_what_was_handed_in(table, bakery):
    with as_web(), pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(f"DELETE FROM {table}")


def test_a_statement_that_waits_is_not_thrown_away_while_a_hold_stands(bakery, account, alice, charlie, signed_in):
    client = signed_in(alice)
    row = columns.keep_unread(account=account, content=b"a;b\n", filename="<b>été</b>.csv", by=alice, at=AT)
    address = f"/dossiers/{bakery.pk}/banque/releves/{row.pk}/abandon"
    assert signed_in(charlie).post(address).status_code == 404
    retention.hold(company=bakery, reason="Litige", by=alice, at=AT)
    assert "rien n’a été retiré" in client.post(address, follow=True).content.decode()
    assert UnreadStatement.objects.count() == 1
    retention.lift(company=bakery, by=alice, at=AT)
    assert "est jeté" in client.post(address, follow=True).content.decode()
    assert UnreadStatement.objects.count() == 0
    assert client.post(address).status_code == 404
    assert Event.objects.filter(verb="throw_away_statement").count() == 1


@pytest.mark.parametrize("reason", ["", "   ", "\u200b\u202e"])
def test_a_hold_says_why(reason, bakery, alice, signed_in):
    answer = signed_in(alice).post(file_page(bakery, "suspension"), {"reason": reason}, follow=True)
    assert "Écrivez pourquoi" in answer.content.decode()
    assert not LegalHold.objects.exists()


def test_twice_is_said_and_a_long_reason_is_cut(bakery, alice, signed_in):
    client = signed_in(alice)
    client.post(file_page(bakery, "suspension"), {"reason": "é" * 500})
    assert len(LegalHold.objects.get().reason) == 300
    assert (
        "déjà suspendues"
        in client.post(file_page(bakery, "suspension"), {"reason": "encore"}, follow=True).content.decode()
    )
    client.post(file_page(bakery, "suspension/levee"))
    again = client.post(file_page(bakery, "suspension/levee"), follow=True)
    assert "ne sont plus suspendues" in again.content.decode()


def test_only_who_closes_sets_it_and_only_the_dirigeant_reads_why(bakery, alice, signed_in, charlie):
    retention.hold(company=bakery, reason="Litige", by=alice, at=AT)
    for role in (Role.COLLABORATEUR, Role.ASSISTANT):
        who = person(role.value.title())
        firms.join_firm(firm=bakery.firm, person=who, role=role, at=AT)
        firms.assign(company=bakery, person=who, by=alice, at=AT)
        assert signed_in(who).post(file_page(bakery, "suspension/levee")).status_code == 404
    clerk = person("Clerk")
    firms.join_company(company=bakery, person=clerk, role=Role.GESTIONNAIRE, at=AT)
    page = signed_in(clerk).get(f"/c/{bakery.pk}/parametres/").content.decode()
    assert ("31/12/2036" in page, "Litige" in page) == (timezone.localdate().year == 2026, False)
    assert signed_in(charlie).post(file_page(bakery, "suspension/levee")).status_code == 404
    assert LegalHold.objects.get().lifted_at is None
