"""A phone is paired by a code that serves once; it is listed, signed out from afar, and the camera page is nobody's."""

import io
import json
from datetime import timedelta

import pytest
import segno
from django.test import Client, override_settings
from django.utils import timezone

from comptoir.readers import codes
from comptoir.records.accounts import phones
from comptoir.records.accounts.models import Pairing, Phone
from comptoir.records.audit.models import Event

pytestmark = pytest.mark.django_db
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1"


@pytest.fixture
def pocket():
    return Client(headers={"host": "localhost", "user-agent": PHONE})


@pytest.fixture
def code(bob):
    return phones.offer(person=bob, at=timezone.now())


def pair(pocket, code):
    return pocket.post("/telephone/appairage/", {"code": code})


def test_a_code_signs_one_phone_in_for_half_a_year(pocket, bob, code):
    answer = pair(pocket, code)
    assert (answer.status_code, answer.url) == (302, "/telephone/")
    assert pocket.get("/telephone/moi").json()["person"] == str(bob.pk)
    assert pocket.session.get_expiry_age() > timedelta(days=179).total_seconds()
    (phone,) = phones.of(bob)
    assert phone.name == "Safari sur iPhone"


def test_opening_the_link_does_nothing_before_the_button(pocket, bob, code):
    page = pocket.get(f"/telephone/appairage/?code={code}").content.decode()
    assert bob.full_name in page
    assert pocket.get("/telephone/moi").status_code == 401
    assert not Phone.objects.exists()


def test_a_code_serves_once(pocket, code):
    pair(pocket, code)
    other = Client(headers={"host": "localhost"})
    assert pair(other, code).status_code == 422
    assert other.get("/telephone/moi").status_code == 401


def test_a_code_holds_ten_minutes(pocket, bob):
    code = phones.offer(person=bob, at=timezone.now() - timedelta(minutes=10))
    answer = pair(pocket, code)
    assert answer.status_code == 422
    assert "Ce code n’est pas valable" in answer.content.decode()


def test_a_new_code_ends_the_one_before(pocket, bob, code):
    phones.offer(person=bob, at=timezone.now())
    assert pair(pocket, code).status_code == 422


def test_a_code_is_typed_as_one_likes(pocket, code):
    assert pair(pocket, f" {code[:4].lower()}-{code[4:].lower()} ").status_code == 302


def test_only_the_hash_of_a_code_is_kept(code):
    assert code not in Pairing.objects.get().digest


def test_who_guesses_waits(pocket, code):
    answers = [pair(pocket, f"AAAA{n:04}").status_code for n in range(8)]
    assert answers[:5] == [422] * 5
    assert answers[-1] == 429
    assert pair(pocket, code).status_code == 429


def test_one_network_that_guesses_locks_no_other_out(pocket, code):
    for n in range(8):
        pair(pocket, f"AAAA{n:04}")
    other = Client(headers={"host": "localhost"}, REMOTE_ADDR="192.0.2.7")
    assert pair(other, code).status_code == 302


def test_a_phone_signed_out_from_the_computer_is_out_at_once(pocket, bob, code, signed_in):
    pair(pocket, code)
    (phone,) = phones.of(bob)
    assert signed_in(bob).post(f"/compte/telephones/{phone.id}/retrait").status_code == 302
    assert pocket.get("/telephone/moi").status_code == 401
    assert phones.of(bob) == []


def test_nobody_signs_out_anothers_phone(pocket, bob, charlie, code, signed_in):
    pair(pocket, code)
    (phone,) = phones.of(bob)
    assert signed_in(charlie).post(f"/compte/telephones/{phone.id}/retrait").status_code == 404
    assert pocket.get("/telephone/moi").status_code == 200


def test_pairing_and_its_end_are_in_the_log(pocket, bob, code, signed_in):
    pair(pocket, code)
    (phone,) = phones.of(bob)
    signed_in(bob).post(f"/compte/telephones/{phone.id}/retrait")
    assert {"phone_paired", "phone_revoked"} <= set(Event.objects.values_list("verb", flat=True))


def test_showing_a_code_asks_again_who_one_is(bob, signed_in):
    answer = signed_in(bob).get("/compte/telephones/ajout/")
    assert answer.status_code == 302
    assert "reauthenticate" in answer.url


def test_a_person_who_left_pairs_nothing(pocket, bob, code):
    bob.is_active = False
    bob.save()
    assert pair(pocket, code).status_code == 422


def test_a_photo_of_the_screen_is_read(pocket, code):
    shown = io.BytesIO()
    segno.make(f"http://localhost/telephone/appairage/?code={code}", error="m").save(shown, kind="png", scale=8)
    shown.name = "écran.png"
    shown.seek(0)
    answer = pocket.post("/telephone/appairage/", {"picture": shown})
    assert answer.url == f"/telephone/appairage/?code={code}"


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n" + b"0" * 100, b"\0" * 4000])
def test_what_is_no_photo_shows_no_code(content):
    assert codes.read(content) == []


def test_a_photo_without_a_code_says_what_to_do(pocket):
    answer = pocket.post("/telephone/appairage/", {"picture": io.BytesIO(b"not a photo")})
    assert answer.status_code == 422
    assert "tapez le code" in answer.content.decode()


# ── The application ───────────────────────────────────────────────────────────────────────────────


def test_the_camera_page_is_the_same_for_everybody(pocket, bob, signed_in):
    assert pocket.get("/telephone/").content == signed_in(bob).get("/telephone/").content


def test_the_phone_learns_where_its_owner_may_hand_in(bakery, dina, signed_in):
    said = signed_in(dina).get("/telephone/moi").json()
    assert said["companies"] == [{"id": str(bakery.pk), "name": bakery.name}]


def test_somebody_of_the_firm_hands_in_nowhere_by_this_page(bakery, alice, signed_in):
    assert signed_in(alice).get("/telephone/moi").json()["companies"] == []


def test_the_manifest_can_be_installed(pocket):
    answer = pocket.get("/manifest.webmanifest")
    said = json.loads(answer.content)
    assert answer["Content-Type"] == "application/manifest+json"
    assert {icon["sizes"] for icon in said["icons"]} == {"192x192", "512x512"}
    assert said["share_target"]["action"] == "/telephone/partage"


def test_the_worker_changes_with_what_it_keeps(pocket):
    answer = pocket.get("/sw.js")
    text = answer.content.decode()
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Cache-Control"] == "no-cache"
    assert "capture-desk" in text
    assert "phone.css" in text


def test_a_share_before_the_application_is_ready_says_so(pocket):
    answer = pocket.post("/telephone/partage", {"files": io.BytesIO(b"x")})
    assert answer.url == "/telephone/?partage=rate"


@override_settings(PUBLIC_URL="")
def test_the_code_says_when_no_phone_can_reach_it(bob, reauthenticated):
    page = (
        reauthenticated(bob).get("/compte/telephones/ajout/", headers={"host": "127.0.0.1:8000"}).content.decode()
    )
    assert "Un téléphone ne peut pas ouvrir cette adresse" in page


@override_settings(PUBLIC_URL="http://comptoir.example")
def test_the_code_says_when_the_camera_would_not_open(bob, reauthenticated):
    page = reauthenticated(bob).get("/compte/telephones/ajout/").content.decode()
    assert "demandent HTTPS" in page


@override_settings(PUBLIC_URL="https://comptoir.example")
def test_the_code_says_nothing_where_all_is_well(bob, reauthenticated):
    page = reauthenticated(bob).get("/compte/telephones/ajout/").content.decode()
    assert "notice warning" not in page
    assert Pairing.objects.filter(person=bob).count() == 1


@pytest.fixture
def reauthenticated(signed_in):
    def as_just_now(person):
        client = signed_in(person)
        client.post("/compte/reauthenticate/", {"password": "a-good-password"})
        return client

    return as_just_now


def test_the_screen_says_when_the_phone_has_come(pocket, bob, code, signed_in):
    computer = signed_in(bob)
    assert "En attente du téléphone" in computer.get("/compte/telephones/arrivee?avant=0").content.decode()
    pair(pocket, code)
    assert "Safari sur iPhone" in computer.get("/compte/telephones/arrivee?avant=0").content.decode()
