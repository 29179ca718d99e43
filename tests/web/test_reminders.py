"""The link of a reminder, wanting no more, and what the firm sets: hostile, twice, expired, and for Charlie."""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core import mail as outbox
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from tests.acts import bring_statement, how_many_missing
from tests.cast import Move, mill_pdf
from tests.conftest import AT, person

from comptoir import pipeline
from comptoir.domain.reminder import PARIS
from comptoir.domain.rights import Role, SecondFactor
from comptoir.pipeline import reminders as way
from comptoir.records.audit.models import Event
from comptoir.records.firms import actions as firms
from comptoir.records.firms.models import CompanyMembership
from comptoir.records.matching.models import Match
from comptoir.records.reminders.models import FirmPlan, OwnPlan, Pass, Reminder, Unsubscription

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=PARIS)
FORM = {
    "is_on": "on", "every": "week", "day": "1", "hour": "9", "roles": ["dirigeant"], "quiet_from": "20", "quiet_until": "8",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _carried(settings):
    settings.MAIL_TRANSPORT = {"backend": "django.core.mail.backends.locmem.EmailBackend"}


@pytest.fixture
def move(account, bob):
    return bring_statement(account, Move(date(2026, 11, 3), Decimal("-48.00"), "CB GARAGE LEBRETON 03/11"))[0]


@pytest.fixture
def links(bakery, alice, move):
    """The two addresses in the letter that Bob got."""
    pipeline.remind(company=bakery, lines=[], by=alice, at=NOON)
    way.send(bakery.firm_id, Reminder.objects.get().pk, at=NOON)
    Pass.objects.update(expires_at=timezone.now() + timedelta(days=7))
    found = re.findall(r"https?://[^/\s]+(/rappels/\S+)", outbox.outbox[0].body)
    return found[0], found[1]


def listed(bakery):
    return f"/c/{bakery.pk}/manquantes/"


def test_the_link_opens_the_list_after_one_tap_and_lets_give_a_piece(links, bakery, move, bob):
    phone = Client()
    assert "Voir ce qui manque" in phone.get(links[0]).content.decode()
    assert Pass.objects.get().used_at is None, "a program that looks through mail uses nothing up"
    assert phone.post(links[0]).url == listed(bakery)
    page = phone.get(listed(bakery)).content.decode()
    assert "GARAGE" in page
    sent = {"file": SimpleUploadedFile("f.pdf", mill_pdf("Z1", 1), content_type="application/pdf")}
    assert phone.post(f"{listed(bakery)}{move.pk}/piece", sent).status_code == 302
    assert (Match.objects.get().by, how_many_missing(bakery)) == (bob, 0)
    assert "par le lien d’un rappel" in Event.objects.filter(verb="attach").get().origin


def test_it_opens_that_list_and_nothing_else(links, bakery, move, bob):
    phone = Client()
    phone.post(links[0])
    elsewhere = (
        f"/c/{bakery.pk}/", f"/c/{bakery.pk}/pieces/", f"/c/{bakery.pk}/banque/", f"/c/{bakery.pk}/plus/", "/espaces/",
        f"{listed(bakery)}export/csv", f"{listed(bakery)}{move.pk}/choix", f"/c/{bakery.pk}/collaborateurs/", "/compte/",
    )  # fmt: skip
    for address in elsewhere:
        answer = phone.get(address)
        assert answer.status_code in (302, 404), address
        assert answer.status_code == 404 or "/compte/login/" in answer.url, address
    other = firms.open_dossier(firm=bakery.firm, by=bob, at=AT, name="Fleurs Hamon", siren="452133770")
    firms.join_company(company=other, person=bob, role=Role.DIRIGEANT, at=AT)
    assert phone.get(listed(other)).status_code == 302, "his other company neither"
    assert not phone.session.get("_auth_user_id")


def test_the_second_time_it_leads_to_the_sign_in_page_and_then_to_the_list(links, bakery):
    Client().post(links[0])
    for method in ("get", "post"):
        answer = getattr(Client(), method)(links[0])
        assert answer.status_code == 302
        assert answer.url == f"/compte/login/?next={listed(bakery)}"


def test_an_expired_link_is_as_a_used_one(links, bakery):
    Pass.objects.update(expires_at=timezone.now())
    assert Client().get(links[0]).url == f"/compte/login/?next={listed(bakery)}"


def test_who_is_signed_in_goes_straight_there_and_uses_nothing_up(links, bakery, bob, signed_in):
    assert signed_in(bob).get(links[0]).url == listed(bakery)
    assert Pass.objects.get().used_at is None


def test_charlie_with_the_link_while_signed_in_sees_nothing(links, bakery, charlie, signed_in):
    client = signed_in(charlie)
    assert client.get(links[0]).url == listed(bakery)
    assert client.get(listed(bakery)).status_code == 404


@pytest.mark.parametrize("token", ["x", "x" * 43, "%00", "../admin", "arret"])
def test_a_link_that_we_did_not_write_is_not_there(links, token):
    assert Client().get(f"/rappels/{token}/").status_code in (400, 404)
    assert Client().post(f"/rappels/arret/{token}/").status_code in (400, 404)


def test_the_opened_list_closes_with_the_hour_the_membership_and_the_account(links, bakery, bob):
    phone = Client()
    phone.post(links[0])
    assert phone.get(listed(bakery)).status_code == 200
    CompanyMembership.objects.filter(person=bob).update(ended_on=date(2026, 1, 1))
    assert phone.get(listed(bakery)).status_code == 404
    CompanyMembership.objects.filter(person=bob).update(ended_on=None)
    session = phone.session
    session["passed"] = {**session["passed"], "until": 0}
    session.save()
    assert phone.get(listed(bakery)).status_code == 302
    bob.is_active = False
    bob.save()
    assert Client().get(links[0]).status_code == 302


def test_where_a_second_factor_is_wanted_the_link_only_leads_to_sign_in(links, bakery):
    bakery.firm.second_factor = SecondFactor.EVERYBODY
    bakery.firm.save()
    answer = Client().post(links[0])
    assert answer.url == f"/compte/login/?next={listed(bakery)}"
    assert Pass.objects.get().used_at is None


def test_one_click_in_the_mail_program_stops_and_a_get_changes_nothing(links, bakery, bob, alice, signed_in):
    strict = Client(enforce_csrf_checks=True)
    assert strict.get(links[1]).status_code == 200
    assert Unsubscription.objects.count() == 0
    for _ in range(2):
        assert strict.post(links[1], {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert Unsubscription.objects.get().person == bob
    page = signed_in(alice).get(f"/cabinet/{bakery.firm_id}/relances/").content.decode()
    assert bob.full_name in page
    assert (
        "ne veut plus de rappels"
        in signed_in(alice).get(f"/dossiers/{bakery.pk}/manquantes/reglages/").content.decode()
    )
    strict.post(links[1], {"resume": "1"})
    assert Unsubscription.objects.filter(ended_at=None).count() == 0


def test_each_line_says_when_it_was_asked_for(links, bakery, bob, alice, signed_in):
    assert "demandée le 24 novembre" in signed_in(bob).get(listed(bakery)).content.decode()
    assert "demandée le 24 novembre" in signed_in(alice).get(f"/dossiers/{bakery.pk}/manquantes/").content.decode()
    assert (
        "demandée le 24 novembre"
        in signed_in(alice).get(f"/cabinet/{bakery.firm_id}/manquantes/").content.decode()
    )


def test_the_firm_writes_its_plan_or_reads_why_not(bakery, alice, signed_in):
    client, address = signed_in(alice), f"/cabinet/{bakery.firm_id}/relances/"
    for wrong in (
        {},
        FORM | {"day": "9"},
        FORM | {"hour": "22"},
        FORM | {"roles": ["lecteur"]},
        FORM | {"every": "x"},
    ):
        assert client.post(address, wrong).status_code == 422
    assert FirmPlan.objects.count() == 0
    assert [client.post(address, FORM).status_code for _ in range(2)] == [302, 302]
    assert (FirmPlan.objects.get().day, FirmPlan.objects.get().roles) == (1, ["dirigeant"])
    assert client.get(address).status_code == 200


def test_a_dossier_is_reminded_otherwise_never_or_as_the_others(bakery, alice, signed_in):
    client, address = signed_in(alice), f"/dossiers/{bakery.pk}/manquantes/relances/reglages"
    client.post(address, {"how": "never"})
    assert not OwnPlan.objects.get().is_on
    client.post(address, FORM | {"how": "own", "day": "3"})
    assert (OwnPlan.objects.get().is_on, OwnPlan.objects.get().day) == (True, 3)
    for wrong in ({}, {"how": "own"}, FORM | {"how": "own", "day": "8"}):
        assert client.post(address, wrong).status_code == 422
        assert OwnPlan.objects.get().day == 3
    client.post(address, {"how": "firm"})
    assert OwnPlan.objects.count() == 0


def test_one_click_reminds_of_a_line_of_a_dossier_and_of_several(bakery, alice, bob, move, signed_in):
    client = signed_in(alice)
    address = f"/dossiers/{bakery.pk}/manquantes/relances"
    assert client.post(address, {"line": [str(move.pk), "x"]}).status_code == 302
    assert Reminder.objects.get().lines == [move.pk]
    Reminder.objects.update(tried_at=AT)
    assert client.post(address).status_code == 422, "today's is gone"
    assert Reminder.objects.count() == 1


def test_several_dossiers_are_reminded_at_once_and_a_strangers_is_not_there(
    bakery, alice, bob, move, charlie, signed_in
):
    client, address = signed_in(alice), f"/cabinet/{bakery.firm_id}/manquantes/relances"
    assert client.post(address, {}).status_code == 422
    garage = charlie.assignments.get().company
    assert client.post(address, {"dossier": [str(bakery.pk), str(garage.pk)]}).status_code == 404
    assert client.post(address, {"line": ["x:y"]}).status_code in (404, 422)
    assert Reminder.objects.count() == 0
    assert client.post(address, {"line": [f"{bakery.pk}:{move.pk}"]}).status_code == 302
    assert Reminder.objects.get().lines == [move.pk]


def test_an_assistant_and_a_client_remind_nobody(bakery, alice, bob, move, signed_in):
    helper = person("Hugo")
    firms.join_firm(firm=bakery.firm, person=helper, role=Role.ASSISTANT, at=AT)
    firms.assign(company=bakery, person=helper, by=alice, at=AT)
    for who in (helper, bob):
        client = signed_in(who)
        assert client.post(f"/dossiers/{bakery.pk}/manquantes/relances").status_code == 404
        assert client.post(f"/cabinet/{bakery.firm_id}/relances/", FORM).status_code == 404
        assert (
            client.post(f"/cabinet/{bakery.firm_id}/manquantes/relances", {"dossier": bakery.pk}).status_code
            == 404
        )
