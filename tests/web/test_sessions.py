"""Open sessions are listed to their owner, and ended by them alone."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.utils import timezone
from tests.acts import hand_in

from comptoir.records.accounts.models import KnownDevice
from comptoir.records.audit.models import Event

pytestmark = pytest.mark.django_db

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Version/18.1 Mobile/15E148 Safari/604.1"
DESK = "Mozilla/5.0 (Windows NT 10.0; rv:128.0) Gecko/20100101 Firefox/128.0"


def enter(address: str, agent: str, ip: str) -> Client:
    client = Client(headers={"user-agent": agent}, REMOTE_ADDR=ip)
    client.post("/compte/login/", {"login": address, "password": "a-good-password"})
    return client


def page(client) -> str:
    return client.get("/compte/profil/").content.decode()


def session_of(client) -> UserSession:
    return UserSession.objects.get(session_key=client.session.session_key)


def test_each_device_is_listed_with_its_place_and_this_one_is_said(bob):
    phone, desk = enter(bob.email, IPHONE, "192.0.2.1"), enter(bob.email, DESK, "192.0.2.2")
    shown = page(phone)
    assert shown.count("Cet appareil") == 1
    assert shown.index("Safari sur iPhone") < shown.index("Firefox sur Windows"), "this one comes first"
    assert "192.0.2.1" in shown
    assert "192.0.2.2" in shown
    assert page(desk).index("Firefox sur Windows") < page(desk).index("Safari sur iPhone")


def test_a_session_is_ended_from_another_device(bob):
    phone, desk = enter(bob.email, IPHONE, "192.0.2.1"), enter(bob.email, DESK, "192.0.2.2")
    assert desk.post(f"/compte/sessions/{session_of(phone).pk}/fin").url == "/compte/profil/"
    assert phone.get("/compte/profil/").status_code == 302
    assert "Safari sur iPhone" not in page(desk)
    assert Event.objects.get(verb="session_revoked").detail["ip"] == "192.0.2.1"


def test_all_others_are_ended_at_once_and_their_devices_forgotten(bob, mailoutbox):
    phone, desk, tablet = (enter(bob.email, IPHONE, f"192.0.2.{n}") for n in (1, 2, 3))
    desk.post("/compte/sessions/autres")
    assert [c.get("/compte/profil/").status_code for c in (phone, desk, tablet)] == [302, 200, 302]
    assert KnownDevice.objects.filter(person=bob).count() == 1
    told = len(mailoutbox)
    phone.post("/compte/login/", {"login": bob.email, "password": "a-good-password"})
    assert len(mailoutbox) == told + 1, "a device that was sent away is news when it comes back"


def test_nobody_ends_the_session_of_another_nor_by_mistake_their_own(bob, charlie):
    mine, theirs = enter(bob.email, DESK, "192.0.2.1"), enter(charlie.email, DESK, "192.0.2.2")
    assert mine.post(f"/compte/sessions/{session_of(theirs).pk}/fin").status_code == 404
    assert mine.post(f"/compte/sessions/{session_of(mine).pk}/fin").status_code == 404
    assert mine.get(f"/compte/sessions/{session_of(theirs).pk}/fin").status_code == 405
    assert theirs.get("/compte/profil/").status_code == 200
    assert "192.0.2.2" not in page(mine)
    assert Client().post("/compte/sessions/autres").status_code == 302


def test_when_and_where_a_session_was_last_seen_follows_it(bob):
    phone = enter(bob.email, IPHONE, "192.0.2.1")
    kept = session_of(phone)
    UserSession.objects.update(last_seen_at=timezone.now() - timedelta(hours=3), ip="203.0.113.9")
    phone.get("/espaces/")
    kept.refresh_from_db()
    assert kept.ip == "203.0.113.9", "within five minutes nothing is written"
    del phone.cookies["comptoir_seen"]
    phone.get("/espaces/")
    kept.refresh_from_db()
    assert kept.ip == "192.0.2.1"
    assert timezone.now() - kept.last_seen_at < timedelta(minutes=1)


def test_a_session_that_ended_by_itself_is_not_listed(bob):
    phone, desk = enter(bob.email, IPHONE, "192.0.2.1"), enter(bob.email, DESK, "192.0.2.2")
    phone.session.delete()
    assert "Safari sur iPhone" not in page(desk)


def test_no_page_of_somebodys_is_kept_for_the_back_button_of_a_shared_screen(bakery, alice, bob, signed_in):
    of_the_firm = (f"/cabinet/{bakery.firm_id}/", f"/dossiers/{bakery.pk}/production/", "/compte/profil/")
    for who, addresses in ((alice, of_the_firm), (bob, (f"/c/{bakery.pk}/", f"/c/{bakery.pk}/banque/"))):
        for address in addresses:
            answer = signed_in(who).get(address)
            assert answer.status_code == 200
            assert "no-store" in answer["Cache-Control"], address


def test_a_picture_is_asked_for_again_and_a_page_for_everybody_kept_as_the_browser_likes(
    bakery, bob, client, signed_in
):
    address = f"/c/{bakery.pk}/pieces/{hand_in(bakery, bob).pk}/vignette"
    browser = signed_in(bob)
    picture = browser.get(address)
    assert picture["Cache-Control"] == "private, no-cache"
    assert browser.get(address, headers={"if-none-match": picture["ETag"]}).status_code == 304
    assert client.get(address, headers={"if-none-match": picture["ETag"]}).status_code == 302
    assert not client.get("/aide/bien-demarrer/").has_header("Cache-Control")
