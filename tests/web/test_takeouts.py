"""A whole dossier asked for on the screen: made once, told of, downloaded for a week by who may, then removed."""

import io
import zipfile
from datetime import timedelta

import pytest
from django.core.files.storage import storages
from django.utils import timezone
from tests.acts import hand_in
from tests.conftest import as_web, person

from comptoir import pipeline
from comptoir.domain.notice import Kind
from comptoir.domain.rights import Role
from comptoir.records.audit.models import Event
from comptoir.records.exports import takeout, takeouts
from comptoir.records.exports.models import KEPT, Takeout
from comptoir.records.firms import actions as firms
from comptoir.records.firms.models import CompanyMembership
from comptoir.records.notices.models import Notice

pytestmark = pytest.mark.django_db


def page(company, side="c"):
    return f"/{side}/{company.pk}/export/"


def make(row, at=None):
    with as_web():
        return pipeline.takeouts.make_now(row.firm_id, row.company_id, row.pk, at=at or timezone.now())


@pytest.fixture
def asked(bakery, bob, signed_in):
    hand_in(bakery, bob)
    assert signed_in(bob).post(page(bakery)).status_code == 302
    return Takeout.objects.get()


def body(answer):
    async def whole():
        return b"".join([part async for part in answer.streaming_content])

    from asgiref.sync import async_to_sync

    return async_to_sync(whole)()


def test_the_dirigeant_asks_is_told_and_downloads_all_of_it(bakery, bob, asked, signed_in):
    client = signed_in(bob)
    assert "En préparation" in client.get(page(bakery)).content.decode()
    assert make(asked)
    assert Notice.objects.get(person=bob, kind=Kind.EXPORT).path == page(bakery)
    said = client.get(page(bakery)).content.decode()
    address = f"{page(bakery)}{asked.pk}.zip"
    assert address in said
    answer = client.get(address)
    assert answer["Content-Disposition"].startswith("attachment")
    names = zipfile.ZipFile(io.BytesIO(body(answer))).namelist()
    assert {"LISEZMOI.txt", "pieces.csv", "preuve/registre.jsonl"} <= set(names)
    assert len([name for name in names if name.startswith("pieces/")]) == 1
    verbs = Event.objects.filter(company_id=bakery.pk, person_id=bob.pk).values_list("verb", flat=True)
    assert {"ask_takeout", "export_dossier", "take_dossier_home"} <= set(verbs)


def test_a_second_is_refused_while_one_is_made_and_a_job_that_runs_twice_makes_one(bakery, bob, asked, signed_in):
    answer = signed_in(bob).post(page(bakery), follow=True)
    assert "déjà en préparation" in answer.content.decode()
    assert Takeout.objects.count() == 1
    assert (make(asked), make(asked)) == (True, False)
    assert Notice.objects.filter(kind=Kind.EXPORT).count() == 1
    signed_in(bob).post(page(bakery))
    assert Takeout.objects.count() == 2


def test_it_is_there_for_a_week_then_its_bytes_are_gone(bakery, bob, asked, signed_in):
    long_ago = timezone.now() - KEPT - timedelta(seconds=1)
    make(asked, at=long_ago)
    asked.refresh_from_db()
    address = f"{page(bakery)}{asked.pk}.zip"
    assert signed_in(bob).get(address).status_code == 404, "its time is over before anybody removed it"
    assert storages["default"].exists(asked.stored)
    with as_web():
        pipeline.takeouts.clear(bakery.firm_id, at=timezone.now())
    assert not storages["default"].exists(asked.stored)
    said = signed_in(bob).get(page(bakery)).content.decode()
    assert "Supprimée" in said
    assert address not in said


def test_one_that_nobody_makes_is_given_up_said_and_may_be_asked_again(bakery, bob, asked, signed_in):
    with as_web():
        pipeline.takeouts.clear(bakery.firm_id, at=timezone.now() + takeouts.PATIENCE + timedelta(minutes=1))
    assert "demandez-le de nouveau" in Notice.objects.get(kind=Kind.EXPORT).sentence
    assert not make(asked), "what was given up is not made afterwards"
    signed_in(bob).post(page(bakery))
    assert Takeout.objects.filter(failed_at=None).count() == 1


def test_a_try_that_fell_leaves_it_to_be_made_again(asked, monkeypatch):
    whole = takeout.write

    def falls(company, keep):
        keep("LISEZMOI.txt", b"")
        raise OSError("disk full")

    monkeypatch.setattr(takeout, "write", falls)
    with pytest.raises(OSError, match="disk full"):
        make(asked)
    monkeypatch.setattr(takeout, "write", whole)
    assert make(asked)


def test_no_other_role_dossier_or_firm_reads_it(bakery, alice, bob, asked, charlie, signed_in):
    make(asked)
    address = f"{asked.pk}.zip"
    for role in (Role.GESTIONNAIRE, Role.DEPOSANT, Role.LECTEUR):
        who = person(role.value.title())
        firms.join_company(company=bakery, person=who, role=role, at=timezone.now())
        assert signed_in(who).get(page(bakery)).status_code == 404
        assert signed_in(who).post(page(bakery)).status_code == 404
        assert signed_in(who).get(page(bakery) + address).status_code == 404
    for role in (Role.COLLABORATEUR, Role.ASSISTANT):
        who = person(role.value.title())
        firms.join_firm(firm=bakery.firm, person=who, role=role, at=timezone.now())
        firms.assign(company=bakery, person=who, by=alice, at=timezone.now())
        assert signed_in(who).get(page(bakery, "dossiers") + address).status_code == 404
    other = firms.open_dossier(
        firm=bakery.firm, by=alice, at=timezone.now(), name="Autre", siren="", asks_missing=False, justifiable=[]
    )
    assert signed_in(alice).get(page(other, "dossiers") + address).status_code == 404
    assert signed_in(charlie).get(page(bakery) + address).status_code == 404


def test_what_each_side_asks_for_is_its_own(bakery, alice, bob, asked, signed_in):
    """The dossier is the same, who took it away is not the other's business; the journal tells the firm."""
    client, firm = signed_in(bob), signed_in(alice)
    said = firm.get(page(bakery, "dossiers")).content.decode()
    assert "En préparation" not in said
    assert "Demandée par" not in said
    firm.post(page(bakery, "dossiers"))
    ours = Takeout.objects.get(is_firm=True)
    for row in (asked, ours):
        assert make(row)
    theirs = f"{page(bakery)}{asked.pk}.zip"
    assert theirs in client.get(page(bakery)).content.decode()
    assert str(ours.pk) not in client.get(page(bakery)).content.decode()
    assert client.get(theirs).status_code == 200
    assert client.get(f"{page(bakery)}{ours.pk}.zip").status_code == 404
    assert firm.get(f"{page(bakery, 'dossiers')}{ours.pk}.zip").status_code == 200
    assert firm.get(f"{page(bakery, 'dossiers')}{asked.pk}.zip").status_code == 404
    assert str(asked.pk) not in firm.get(page(bakery, "dossiers")).content.decode()


def test_who_looks_with_the_clients_eyes_takes_nothing_away(bakery, alice, bob, asked, signed_in):
    make(asked)
    client = signed_in(alice)
    client.post(
        f"/dossiers/{bakery.pk}/vue-client/", {"member": str(CompanyMembership.objects.get(person=bob).pk)}
    )
    assert client.get(f"/c/{bakery.pk}/").status_code == 200
    assert client.get(page(bakery)).status_code == 404
    assert client.get(f"{page(bakery)}{asked.pk}.zip").status_code == 404


def test_a_name_of_five_hundred_signs_is_a_file_all_the_same(bakery, bob, asked, signed_in):
    type(bakery).objects.filter(pk=bakery.pk).update(name="\u202e<script>é" * 20)
    make(asked)
    answer = signed_in(bob).get(f"{page(bakery)}{asked.pk}.zip")
    assert (answer.status_code, "<script>" in signed_in(bob).get(page(bakery)).content.decode()) == (200, False)
