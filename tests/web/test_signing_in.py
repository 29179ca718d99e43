"""Signing in, out, and back in after a forgotten password; what no answer may tell."""

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone
from tests.conftest import person

from comptoir.records.accounts.models import AddressChange, KnownDevice
from comptoir.records.audit.models import Event
from comptoir.records.firms.models import Person
from comptoir.web.account import even

pytestmark = pytest.mark.django_db

PASSWORD = "a-good-password"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Version/18.1 Mobile/15E148 Safari/604.1"


def sign_in(client, address="bob@example.org", password=PASSWORD, **form):
    return client.post("/compte/login/", {"login": address, "password": password, **form})


def text(answer) -> str:
    return answer.content.decode()


def again(client) -> None:
    """Say again who one is, as before every change to how one signs in."""
    assert client.post("/compte/reauthenticate/", {"password": PASSWORD}).status_code == 302


def link_in(mail) -> str:
    return re.search(r"http://testserver(/\S+)", mail.body)[1]


@pytest.fixture
def hashed(monkeypatch):
    """How many times a password was hashed."""
    calls = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda self, p, s: calls.append(p) or encode(self, p, s))
    return calls


# ── In and out ────────────────────────────────────────────────────────────────────────────────────


def test_argon2_keeps_passwords_where_tests_do_not_ask_for_speed():
    from django.contrib.auth.hashers import Argon2PasswordHasher, get_hasher
    from django.test import override_settings

    from comptoir.config import settings

    with override_settings(PASSWORD_HASHERS=settings.PASSWORD_HASHERS):
        assert isinstance(get_hasher(), Argon2PasswordHasher)
        kept = get_hasher().encode(PASSWORD, "some-salt")
        assert kept.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
        assert get_hasher().verify(PASSWORD, kept)


def test_bob_signs_in_by_any_spelling_of_his_address_and_leaves(bob, client):
    assert sign_in(client, " Bob@Example.ORG ").url == "/"
    assert "_auth_user_id" in client.session
    assert client.post("/compte/logout/").url == "/compte/login/"
    assert "_auth_user_id" not in client.session
    verbs = list(Event.objects.filter(person_id=bob.pk).order_by("at").values_list("verb", flat=True))
    assert verbs[-2:] == ["sign_in", "sign_out"]


def test_a_wrong_password_is_refused_with_what_was_typed(bob, client):
    answer = sign_in(client, password="wrong")
    assert (answer.status_code, "Adresse ou mot de passe incorrect." in text(answer)) == (422, True)
    assert 'value="bob@example.org"' in text(answer)
    assert Event.objects.get(verb="sign_in_refused").person_id == bob.pk


def test_the_session_key_is_new_after_sign_in(bob, client):
    client.get("/compte/login/?next=/espaces/")
    session = client.session
    session["mark"] = 1
    session.save()
    planted = session.session_key
    client.cookies["sessionid"] = planted
    sign_in(client)
    assert client.session.session_key != planted
    assert "_auth_user_id" in client.session
    assert Client(cookies={}).get("/espaces/").status_code == 302
    thief = Client()
    thief.cookies["sessionid"] = planted
    assert thief.get("/espaces/").status_code == 302


@pytest.mark.parametrize(
    "evil",
    [
        "//evil.example", "///evil.example", "\\\\evil.example", "/\\evil.example", "https:evil.example",
        "https://evil.example/", "http:///evil.example", "javascript:alert(1)", "http://localhost:9/", "http://testserver@evil/",
    ],
)  # fmt: skip
def test_next_leads_to_this_site_only(bob, client, evil):
    assert sign_in(client, next=evil).url == "/"
    client.post("/compte/logout/")
    assert client.post("/compte/logout/", {"next": evil}).url == "/compte/login/"


def test_next_leads_where_one_wanted_to_go(bob, client):
    assert client.get("/espaces/").url == "/compte/login/?next=/espaces/"
    assert 'name="next" value="/espaces/"' in text(client.get("/compte/login/?next=/espaces/"))
    assert sign_in(client, next="/espaces/").url == "/espaces/"


def test_forms_of_other_sites_are_refused(bob):
    client = Client(enforce_csrf_checks=True)
    for path in ("/compte/login/", "/compte/password/reset/", "/compte/2fa/passkeys/login/", "/compte/logout/"):
        answer = client.post(path, {"login": bob.email, "password": PASSWORD, "email": bob.email})
        assert answer.status_code == 403, path


def test_cookies_are_kept_from_scripts_and_other_sites(bob, client):
    sign_in(client)
    for name in ("sessionid", "comptoir_device", "comptoir_seen", "csrftoken"):
        cookie = client.cookies[name]
        assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax"), name
    assert not client.cookies["sessionid"]["max-age"], "without « Rester connecté » it ends with the browser"


def test_behind_https_cookies_stay_on_https(bob, client, settings):
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    sign_in(client)
    assert client.cookies["sessionid"]["secure"]
    assert client.cookies["comptoir_device"]["secure"]


def test_staying_signed_in_is_asked_for(bob, client):
    sign_in(client, remember="on")
    assert client.cookies["sessionid"]["max-age"] > 86400


def test_a_closed_account_is_told_only_to_who_knows_its_password(bob, client):
    Person.objects.filter(pk=bob.pk).update(is_active=False)
    assert "incorrect" in text(sign_in(client, password="wrong"))
    answer = sign_in(client)
    assert answer.url == "/compte/inactive/"
    assert "plus actif" in text(client.get(answer.url))
    assert "_auth_user_id" not in client.session


# ── What no answer tells ──────────────────────────────────────────────────────────────────────────


def _without_tokens(answer) -> str:
    return re.sub(
        r'(csrfmiddlewaretoken" value|X-CSRFToken": )="?[^">}]+"|X-CSRFToken": "[^"]+"', "", text(answer)
    )


def test_sign_in_answers_the_same_to_an_address_without_account(bob, client, hashed):
    known = sign_in(client, password="wrong")
    for_known = len(hashed)
    unknown = sign_in(Client(), "nobody@example.org", password="wrong")
    assert known.status_code == unknown.status_code == 422
    assert _without_tokens(known).replace("bob@", "nobody@") == _without_tokens(unknown)
    assert for_known == len(hashed) - for_known == 1


def test_a_reset_answers_the_same_to_an_address_without_account(bob, client, mailoutbox):
    known = client.post("/compte/password/reset/", {"email": "bob@example.org"}, follow=True)
    unknown = Client().post("/compte/password/reset/", {"email": "nobody@example.org"}, follow=True)
    assert known.redirect_chain == unknown.redirect_chain
    assert _without_tokens(known) == _without_tokens(unknown)
    assert [mail.to for mail in mailoutbox] == [["bob@example.org"], ["nobody@example.org"]]
    assert "Aucun compte" in mailoutbox[1].body
    assert "password/reset/key" not in mailoutbox[1].body


@pytest.mark.parametrize(
    ("path", "form"),
    [("/compte/login/", {"password": "wrong"}), ("/compte/password/reset/", {})],
)
@pytest.mark.parametrize(("took", "held"), [(0.03, 0.22), (0.2, 0.05), (0.26, 0.24)])
def test_the_clock_does_not_tell_whether_an_address_has_an_account(
    bob, client, settings, monkeypatch, path, form, took, held
):
    settings.EVEN_STEP = 0.25
    naps, clock = [], iter([100.0, 100.0 + took] * 2)
    monkeypatch.setattr(even, "time", SimpleNamespace(monotonic=lambda: next(clock), sleep=naps.append))
    for address in ("bob@example.org", "nobody@example.org"):
        client.post(path, {"login": address, "email": address, **form})
    assert naps == pytest.approx([held] * 2)


def test_who_signs_in_does_not_wait(bob, client, settings, monkeypatch):
    settings.EVEN_STEP = 0.25
    monkeypatch.setattr(even, "_hold", lambda passed: pytest.fail("held"))
    assert client.get("/compte/login/").status_code == 200
    assert sign_in(client).status_code == 302


def test_a_change_of_address_answers_the_same_to_an_address_that_is_taken(bob, signed_in, mailoutbox):
    taken = person("Zoe")
    client = signed_in(bob)
    again(client)
    answers = [
        client.post("/compte/adresse/", {"email": address}, follow=True)
        for address in ("free@example.org", taken.email)
    ]
    assert answers[0].redirect_chain == answers[1].redirect_chain == [("/compte/profil/", 302)]
    free, other = (_without_tokens(answer) for answer in answers)
    assert free.replace("free@example.org", taken.email) == other
    assert [mail.to for mail in mailoutbox] == [["free@example.org"], [taken.email]]
    assert "/compte/adresse/" not in mailoutbox[1].body
    assert "déjà" in mailoutbox[1].body


# ── Passwords ─────────────────────────────────────────────────────────────────────────────────────


def test_a_forgotten_password_is_replaced_once_by_the_link(bob, client, mailoutbox, signed_in):
    elsewhere = signed_in(bob)
    client.post("/compte/password/reset/", {"email": bob.email})
    (mail,) = mailoutbox
    link = link_in(mail)
    page = client.get(link, follow=True)
    assert "Nouveau mot de passe" in text(page)
    new = {"password1": "trois-chats-gris", "password2": "trois-chats-gris"}
    assert client.post(page.redirect_chain[-1][0], new).url == "/compte/password/reset/key/done/"
    assert sign_in(client, password="trois-chats-gris").status_code == 302
    assert elsewhere.get("/espaces/").status_code == 302, "every other session ends"
    assert "plus valable" in text(Client().get(link, follow=True)), "a link serves once"
    assert "Votre mot de passe a changé" in mailoutbox[1].subject
    assert Event.objects.filter(verb="password_changed", person_id=bob.pk).count() == 1


@pytest.mark.parametrize("key", ["x-y", "0" * 32 + "-abc-def", "é-1"])
def test_an_invented_link_says_that_it_is_worth_nothing(client, key):
    answer = client.get(f"/compte/password/reset/key/{key}/")
    assert answer.status_code in (200, 404)
    assert "plus valable" in text(answer) or answer.status_code == 404


def test_the_link_names_the_public_address_whoever_asks(bob, client, mailoutbox, settings):
    settings.PUBLIC_URL = "https://comptoir.example"
    client.post("/compte/password/reset/", {"email": bob.email}, headers={"host": "localhost"})
    assert "https://comptoir.example/compte/password/reset/key/" in mailoutbox[0].body
    assert "localhost" not in mailoutbox[0].body


def test_one_mailbox_is_not_flooded_with_links(bob, client, mailoutbox):
    statuses = [client.post("/compte/password/reset/", {"email": bob.email}).status_code for _ in range(4)]
    assert statuses == [302, 302, 429, 429]
    assert len(mailoutbox) == 2


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("court", "10"), ("P@ssw0rd2024!", "trop facile"), ("Boulangerie!!", "trop facile"), ("bonjourbonjour", "trop facile"),
        ("bob@example.org", "trop semblable"), ("839201745502", "numérique"), ("abababababab", "trop facile"), ("motdepasse" * 100_000, "trop facile"),
    ],
)  # fmt: skip
def test_an_easy_password_is_refused_in_french(bob, signed_in, password, said):
    form = {"oldpassword": PASSWORD, "password1": password, "password2": password}
    answer = signed_in(bob).post("/compte/password/change/", form)
    assert (answer.status_code, said in text(answer)) == (422, True)
    bob.refresh_from_db()
    assert bob.check_password(PASSWORD)


def test_a_good_sentence_is_accepted_and_ends_the_other_sessions(bob, signed_in, mailoutbox):
    here, elsewhere = signed_in(bob), signed_in(bob)
    form = {"oldpassword": PASSWORD, "password1": "trois-chats-gris", "password2": "trois-chats-gris"}
    assert here.post("/compte/password/change/", form).url == "/compte/profil/"
    assert "est changé" in text(here.get("/compte/profil/"))
    assert elsewhere.get("/espaces/").status_code == 302
    assert mailoutbox[0].subject == "Votre mot de passe a changé"


def test_the_old_password_cannot_be_guessed_from_an_open_screen(bob, signed_in, settings):
    settings.ACCOUNT_RATE_LIMITS = {"change_password": "1000/m/user"}
    client = signed_in(bob)
    for _ in range(5):
        client.post("/compte/password/change/", {"oldpassword": "wrong"})
    good = {"oldpassword": PASSWORD, "password1": "trois-chats-gris", "password2": "trois-chats-gris"}
    answer = client.post("/compte/password/change/", good)
    assert (answer.status_code, "réessayez dans" in text(answer)) == (422, True)


# ── Address ───────────────────────────────────────────────────────────────────────────────────────


def ask_address(client, address="boutique@example.org"):
    again(client)
    return client.post("/compte/adresse/", {"email": address}, follow=True)


def test_a_new_address_counts_only_from_its_link_on(bob, signed_in, client, mailoutbox):
    owner = signed_in(bob)
    page = ask_address(owner, "Boutique@Example.org")
    assert "suivez le lien envoyé à <strong>boutique@example.org" in text(page)
    assert sign_in(client, "boutique@example.org").status_code == 422
    link = link_in(mailoutbox[0])
    assert "Confirmer cette adresse" in text(client.get(link))
    bob.refresh_from_db()
    assert bob.email == "bob@example.org", "a mail filter that follows links changes nothing"
    assert "boutique@example.org" in text(client.post(link))
    bob.refresh_from_db()
    assert bob.email == "boutique@example.org"
    assert sign_in(client, "boutique@example.org").status_code == 302
    assert mailoutbox[1].to == ["bob@example.org"]
    assert "boutique@example.org" in mailoutbox[1].body
    assert client.get(link).status_code == client.post(link).status_code == 404
    assert Event.objects.get(verb="address_changed").detail["former"] == "bob@example.org"
    assert not EmailAddress.objects.exists(), "allauth keeps no second list of addresses"


def test_changing_address_asks_again_who_it_is(bob, signed_in):
    client = signed_in(bob)
    assert client.get("/compte/adresse/").url == "/compte/reauthenticate/?next=%2Fcompte%2Fadresse%2F"
    assert client.post("/compte/adresse/", {"email": "x@example.org"}).status_code == 302
    assert not AddressChange.objects.exists()
    answer = client.post("/compte/reauthenticate/?next=/compte/adresse/", {"password": "wrong"})
    assert (answer.status_code, "n’est pas le bon" in text(answer)) == (422, True)


def test_an_address_given_to_somebody_else_meanwhile_is_not_taken_from_them(bob, signed_in, client, mailoutbox):
    ask_address(signed_in(bob), "zoe@example.org")
    link = link_in(mailoutbox[0])
    zoe = person("Zoe")
    assert client.get(link).status_code == client.post(link).status_code == 404
    zoe.refresh_from_db()
    bob.refresh_from_db()
    assert (zoe.email, bob.email) == ("zoe@example.org", "bob@example.org")


def test_a_later_wish_a_giving_up_and_three_days_end_a_link(bob, signed_in, client, mailoutbox):
    owner = signed_in(bob)
    ask_address(owner, "a@example.org")
    ask_address(owner, "b@example.org")
    first, second = (link_in(mail) for mail in mailoutbox)
    assert [client.get(link).status_code for link in (first, second)] == [404, 200]
    AddressChange.objects.update(asked_at=timezone.now() - timedelta(days=3, seconds=1))
    assert client.get(second).status_code == 404
    ask_address(owner, "c@example.org")
    owner.post("/compte/adresse/abandon")
    assert client.get(link_in(mailoutbox[2])).status_code == 404
    assert "En attente" not in text(owner.get("/compte/profil/"))


# ── Devices ───────────────────────────────────────────────────────────────────────────────────────


def test_a_new_device_is_told_to_its_owner_but_never_the_first(bob, client, mailoutbox):
    sign_in(client)
    assert mailoutbox == []
    client.post("/compte/logout/")
    sign_in(client)
    assert mailoutbox == [], "this device is known"
    other = Client(headers={"user-agent": IPHONE})
    sign_in(other)
    (mail,) = mailoutbox
    assert mail.to == ["bob@example.org"]
    assert "Safari sur iPhone" in mail.body
    assert "127.0.0.1" in mail.body
    assert "déconnectez cet appareil" in mail.body
    assert "http://testserver/compte/profil/" in mail.body
    assert mail.alternatives[0].mimetype == "text/html"
    assert KnownDevice.objects.filter(person=bob).count() == 2


def test_a_planted_cookie_makes_no_device_known(bob, client, mailoutbox):
    client.cookies["comptoir_device"] = "planted"
    sign_in(client)
    assert client.cookies["comptoir_device"].value != "planted"
    thief = Client()
    thief.cookies["comptoir_device"] = "planted"
    sign_in(thief)
    assert len(mailoutbox) == 1


def test_two_people_of_one_shop_share_a_device(bob, dina, client, mailoutbox):
    for address in (bob.email, dina.email, bob.email, dina.email):
        sign_in(client, address)
        client.post("/compte/logout/")
    assert mailoutbox == []
    assert KnownDevice.objects.values("digest").distinct().count() == 1


def test_a_mail_that_does_not_leave_keeps_nobody_out(bob, client, settings, caplog):
    settings.EMAIL_BACKEND = "tests.web.test_signing_in.Broken"
    sign_in(client)
    assert sign_in(Client()).status_code == 302
    assert client.post("/compte/password/reset/", {"email": bob.email}).status_code == 302
    assert "was not sent" in caplog.text


class Broken:
    """A transport whose server is down."""

    def __init__(self, **_):
        raise OSError("down")


# ── « Mon compte » ────────────────────────────────────────────────────────────────────────────────


def test_a_name_is_changed(bob, signed_in):
    client = signed_in(bob)
    client.post("/compte/profil/", {"first_name": " Robert ", "last_name": "D’Arc-Müller"})
    bob.refresh_from_db()
    assert bob.full_name == "Robert D’Arc-Müller"


@pytest.mark.parametrize("name", ["Bob\r\nBcc: x@evil.example", "Bob\n", "a\u202eb", "a\u2028", "B\u200bob"])
def test_a_name_stays_on_one_line(bob, signed_in, name):
    answer = signed_in(bob).post("/compte/profil/", {"first_name": f"{name}x", "last_name": "Essai"})
    assert answer.status_code == 422
    assert "une seule ligne" in text(answer)
    bob.refresh_from_db()
    assert bob.first_name == "Bob"


def test_no_name_reaches_the_head_of_a_mail(bob, client, mailoutbox):
    Person.objects.filter(pk=bob.pk).update(first_name="Bob\r\nBcc: x@evil.example")
    sign_in(client)
    sign_in(Client())
    client.post("/compte/password/reset/", {"email": bob.email})
    assert len(mailoutbox) == 2
    for mail in mailoutbox:
        head = mail.message().as_string().split("\n\n")[0]
        assert "evil" not in head


def test_mon_compte_is_found_from_every_space(bob, alice, bakery, signed_in):
    for client, page in (
        (signed_in(bob), f"/c/{bakery.pk}/plus/"),
        (signed_in(alice), f"/cabinet/{bakery.firm_id}/"),
    ):
        assert 'href="/compte/profil/"' in text(client.get(page))
    page = text(signed_in(bob).get("/compte/profil/"))
    assert all(words in page for words in ("bob@example.org", "Mot de passe", "Appareils connectés", "Apparence"))


def test_every_page_of_the_account_is_in_the_products_french(bob, client, signed_in):
    """Each address that can be asked for by GET answers with a page of ours, or leads on."""
    owner = signed_in(bob)
    again(owner)
    names = [
        n
        for n in get_resolver().reverse_dict
        if isinstance(n, str) and n.startswith(("account_", "mfa_", "address", "profile"))
    ]
    assert len(names) >= 25
    for name in names:
        values = {
            "account_reset_password_from_key": {"uidb36": "0", "key": "k-k"}, "address_confirm": {"token": "t"},
            "mfa_edit_webauthn": {"pk": 1}, "mfa_remove_webauthn": {"pk": 1},
        }.get(name, {})  # fmt: skip
        for who in (client, owner):
            answer = who.get(reverse(name, kwargs=values))
            assert answer.status_code in (200, 302, 404, 405), name
            if answer.status_code == 200:
                page = text(answer)
                assert "css/comptoir.css" in page, name
                assert not re.search(r"\b(Sign|Password|Email|Please|Your|Security)\b", page), name


def test_addresses_of_allauth_that_are_not_used_do_not_exist(bob, signed_in):
    client = signed_in(bob)
    for path in (
        "email/",
        "confirm-email/",
        "login/code/",
        "login/code/confirm/",
        "confirm-email/x/",
        "2fa/codes/download/",
    ):
        assert client.get(f"/compte/{path}").status_code == 404, path


def test_the_first_person_of_an_installation_is_signed_in_and_their_device_known(client, db, mailoutbox):
    form = {
        "firm": "Cabinet", "first_name": "Alice", "last_name": "Essai", "email": "a@example.org", "password": "trois-chats-gris",
    }  # fmt: skip
    assert "trop semblable" in text(client.post("/premier-pas/", {**form, "password": "a@example.org"}))
    assert client.post("/premier-pas/", form).url == "/"
    assert "_auth_user_id" in client.session
    assert KnownDevice.objects.count() == 1
    assert Event.objects.get(verb="set_up_firm").person_id == Person.objects.get().pk
    assert mailoutbox == []
