"""Codes by an application, recovery codes, trusted devices, and what hostile devices answer."""

import html
import json
import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.test import Client

from comptoir.records.accounts import queries
from comptoir.records.audit.models import Event

pytestmark = pytest.mark.django_db

PASSWORD = "a-good-password"
AUTHENTICATE = "/compte/2fa/authenticate/"


@pytest.fixture(autouse=True)
def _only_our_own_limits(settings):
    settings.ACCOUNT_RATE_LIMITS = {
        "login": "1000/m/ip",
        "login_failed": "1000/m/ip",
        "reauthenticate": "1000/m/user",
    }


def code(secret: str, step: int = 0) -> str:
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30 + step))


def text(answer) -> str:
    return answer.content.decode()


def again(client) -> None:
    client.post("/compte/reauthenticate/", {"password": PASSWORD})


def with_password(client=None, address="bob@example.org"):
    client = client or Client()
    answer = client.post("/compte/login/", {"login": address, "password": PASSWORD})
    return client, answer


def is_in(client) -> bool:
    return "_auth_user_id" in client.session


@pytest.fixture
def secret(bob) -> str:
    """Bob has a code by application, and recovery codes."""
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(bob, secret)
    RecoveryCodes.activate(bob)
    return secret


def test_a_code_by_application_is_set_up_from_the_square_or_the_key(
    bob, signed_in, mailoutbox, django_capture_on_commit_callbacks
):
    client = signed_in(bob)
    assert client.get("/compte/2fa/totp/activate/").url.startswith("/compte/reauthenticate/")
    again(client)
    page = text(client.get("/compte/2fa/totp/activate/"))
    secret = re.search(r'class="secret">([A-Z2-7]+)<', page)[1]
    assert 'src="data:image/svg+xml;base64,' in page
    assert f"secret={secret}" in html.unescape(page)
    wrong = client.post("/compte/2fa/totp/activate/", {"code": "000000"})
    assert (wrong.status_code, secret in text(wrong)) == (422, True), "the key is the same after a slip"
    with django_capture_on_commit_callbacks(execute=True):
        done = client.post("/compte/2fa/totp/activate/", {"code": code(secret)})
    assert done.url == "/compte/2fa/codes/"
    assert queries.is_second_factor_set(bob)
    assert [mail.subject for mail in mailoutbox] == ["Code par application activé"]
    assert Event.objects.get(verb="second_factor_added").detail["what"] == "totp"


def test_secrets_are_sealed_in_the_database(bob, secret):
    kept = json.dumps([a.data for a in Authenticator.objects.all()])
    assert secret not in kept
    assert not any(c in kept for c in Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes())


def test_sealed_with_a_key_that_is_gone_no_code_fits_and_no_page_breaks(bob, secret, signed_in, settings):
    ours, codes = settings.SECRET_KEY, Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    settings.SECRET_KEY = "another key altogether"
    assert signed_in(bob).get("/compte/profil/").status_code == 200
    client, _ = with_password()
    for typed in (code(secret), codes[0], code("")):
        answer = client.post(AUTHENTICATE, {"code": typed})
        assert (answer.status_code, is_in(client)) == (422, False)
    settings.SECRET_KEY = ours
    client, _ = with_password()
    answer = client.post(AUTHENTICATE, {"code": code(secret)})
    assert answer.url == "/compte/2fa/trust/", "with the key, everything is back"


def test_after_the_password_comes_the_code(bob, secret):
    client, answer = with_password()
    assert answer.url == AUTHENTICATE
    assert not is_in(client)
    assert client.get("/espaces/").status_code == 302
    refused = client.post(AUTHENTICATE, {"code": "000000"})
    assert (refused.status_code, "n’est pas le bon" in text(refused)) == (422, True)
    assert client.post(AUTHENTICATE, {"code": code(secret)}).url == "/compte/2fa/trust/"
    assert not is_in(client)
    assert client.post("/compte/2fa/trust/", {"action": "skip"}).url == "/"
    assert is_in(client)
    assert "mfa_trusted" not in client.cookies


def test_one_may_give_up_between_the_password_and_the_code(bob, secret):
    client, _ = with_password()
    assert client.get("/compte/login/").url == AUTHENTICATE, "the step that waits is gone back to"
    assert client.post("/compte/logout/", {"next": "/compte/login/"}).url == "/compte/login/"
    assert client.get("/compte/login/").status_code == 200
    assert client.get(AUTHENTICATE).url == "/compte/login/"


def test_the_second_step_is_nobodys_without_the_first(bob, secret):
    assert Client().get(AUTHENTICATE).url == "/compte/login/"
    assert Client().post(AUTHENTICATE, {"code": code(secret)}).url == "/compte/login/"
    assert Client().post("/compte/2fa/trust/", {"action": "trust"}).url == "/compte/login/"
    client, _ = with_password()
    assert client.post("/compte/2fa/trust/", {"action": "skip"}).url == "/compte/login/"
    assert not is_in(client)


def test_a_code_serves_once_as_long_as_it_could_be_read_over_a_shoulder(bob, secret):
    late = code(secret, -1)
    first, _ = with_password()
    assert first.post(AUTHENTICATE, {"code": late}).status_code == 302
    second, _ = with_password()
    assert second.post(AUTHENTICATE, {"code": late}).status_code == 422
    assert second.post(AUTHENTICATE, {"code": code(secret, -3)}).status_code == 422, "nor an old one"


def test_wrong_codes_wait_like_wrong_passwords(bob, secret):
    client, _ = with_password()
    for _ in range(5):
        assert "n’est pas le bon" in text(client.post(AUTHENTICATE, {"code": "000000"}))
    locked = client.post(AUTHENTICATE, {"code": code(secret)})
    assert (locked.status_code, "réessayez dans 30 secondes" in text(locked)) == (422, True)
    fresh, answer = with_password()
    assert answer.status_code == 422, "one cannot start over with the password to go on guessing"
    assert not is_in(fresh)


def test_the_right_password_does_not_wash_wrong_codes_away(bob, secret):
    for _ in range(3):
        client, answer = with_password()
        for _ in range(2):
            answer = client.post(AUTHENTICATE, {"code": "000000"})
    assert "réessayez dans" in text(answer)


def test_a_trusted_device_is_asked_for_the_password_alone_until_the_password_changes(bob, secret):
    client, _ = with_password()
    client.post(AUTHENTICATE, {"code": code(secret)})
    client.post("/compte/2fa/trust/", {"action": "trust"})
    cookie = client.cookies["mfa_trusted"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 30 * 86400)
    client.post("/compte/logout/")
    assert with_password(client)[1].url == "/"
    assert is_in(client)
    client.post("/compte/logout/")
    bob.set_password("another-good-one")
    bob.save()
    answer = client.post("/compte/login/", {"login": bob.email, "password": "another-good-one"})
    assert answer.url == AUTHENTICATE
    forged = Client()
    forged.cookies["mfa_trusted"] = cookie.value[:-1]
    assert forged.post("/compte/login/", {"login": bob.email, "password": "another-good-one"}).url == AUTHENTICATE


def test_recovery_codes_are_shown_once_and_serve_once(bob, secret, signed_in):
    client = signed_in(bob)
    again(client)
    page = client.get("/compte/2fa/codes/")
    codes = re.findall(r"<code>(\d{8})</code>", text(page))
    assert len(codes) == 10
    assert "no-store" in page["Cache-Control"]
    (file,) = re.findall(r'href="data:text/plain;charset=utf-8,([^"]+)"', text(page))
    assert all(c in file for c in codes)
    later = text(client.get("/compte/2fa/codes/"))
    assert not any(c in later for c in codes)
    for expected in (302, 422):
        lost, _ = with_password()
        assert lost.post(AUTHENTICATE, {"code": f" {codes[0][:4]}-{codes[0][4:]} "}).status_code == expected
    assert "9 codes restants" in text(client.get("/compte/profil/"))


def test_new_recovery_codes_replace_the_old(
    bob, secret, signed_in, mailoutbox, django_capture_on_commit_callbacks
):
    (old, *_) = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    client = signed_in(bob)
    again(client)
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post("/compte/2fa/codes/generate/").url == "/compte/2fa/codes/"
    assert len(re.findall(r"<code>\d{8}</code>", text(client.get("/compte/2fa/codes/")))) == 10
    assert mailoutbox[0].subject == "Nouveaux codes de secours"
    lost, _ = with_password()
    assert lost.post(AUTHENTICATE, {"code": old}).status_code == 422


def test_codes_cannot_be_made_without_a_second_factor(bob, signed_in):
    client = signed_in(bob)
    again(client)
    answer = client.post("/compte/2fa/codes/generate/")
    assert (answer.status_code, "Activez d’abord" in text(answer)) == (422, True)


def test_a_second_factor_is_taken_away_by_who_says_again_who_they_are(bob, secret, signed_in, mailoutbox):
    client = signed_in(bob)
    assert client.post("/compte/2fa/totp/deactivate/").url.startswith("/compte/reauthenticate/")
    assert queries.is_second_factor_set(bob)
    again(client)
    client.post("/compte/2fa/totp/deactivate/")
    assert not queries.is_second_factor_set(bob)
    assert not Authenticator.objects.exists(), "recovery codes go with what they recover"
    assert mailoutbox[0].subject == "Code par application retiré"
    assert Event.objects.filter(verb="second_factor_removed").exists()


def test_recovery_codes_alone_are_no_second_factor(bob):
    RecoveryCodes.activate(bob)
    assert not queries.is_second_factor_set(bob)


def test_one_may_say_again_who_one_is_by_a_code(bob, secret, signed_in):
    client = signed_in(bob)
    assert "/compte/2fa/reauthenticate/" in text(client.get("/compte/reauthenticate/?next=/compte/adresse/"))
    wrong = client.post("/compte/2fa/reauthenticate/?next=/compte/adresse/", {"code": "1"})
    assert wrong.status_code == 422
    right = client.post("/compte/2fa/reauthenticate/?next=/compte/adresse/", {"code": code(secret)})
    assert right.url == "/compte/adresse/"
    assert client.get("/compte/adresse/").status_code == 200


@pytest.mark.parametrize(
    "sent",
    [
        "", "x", "null", "[]", "1", '"a"', "{}", '{"id": 1}', '{"response": null}', '{"response": {"userHandle": "AAAA"}}',
        '{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"AA","attestationObject":"AA"}}',
        '{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"e30","authenticatorData":"AA","signature":"AA","userHandle":"' + "MA" * 20 + '"}}',
    ],
)  # fmt: skip
def test_whatever_a_device_answers_is_refused_without_falling(bob, secret, signed_in, sent):
    assert Client().post("/compte/2fa/passkeys/login/", {"credential": sent}).url == "/compte/login/"
    client, _ = with_password()
    assert client.post(AUTHENTICATE, {"credential": sent}).status_code == 422
    owner = signed_in(bob)
    again(owner)
    owner.get("/compte/2fa/passkeys/add/")
    answer = owner.post("/compte/2fa/passkeys/add/", {"credential": sent, "name": "x", "passwordless": "on"})
    assert answer.status_code == 422
    assert 'role="alert"' in text(answer)
    owner.post("/compte/2fa/passkeys/reauthenticate/", {"credential": sent})
    assert not Authenticator.objects.filter(type="webauthn").exists()


def test_the_passkeys_of_others_do_not_exist(bob, charlie, signed_in):
    key = Authenticator.objects.create(user=charlie, type="webauthn", data={"name": "Sienne", "credential": {}})
    client = signed_in(bob)
    again(client)
    for act in ("edit", "remove"):
        path = f"/compte/2fa/passkeys/{key.pk}/{act}/"
        assert client.get(path).status_code == client.post(path, {"name": "x"}).status_code == 404
    assert "Sienne" not in text(client.get("/compte/profil/"))
