"""Who guesses waits: by account, by network, known or not, with the right password too."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client
from django.utils import timezone
from tests.conftest import AT, person

from comptoir.records.accounts import actions
from comptoir.records.accounts.models import Lockout
from comptoir.web.account.second_factor import Adapter

PASSWORD = "a-good-password"


@pytest.fixture(autouse=True)
def _only_our_own_limits(settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "100000/m/ip"}


def sign_in(address="bob@example.org", password="wrong", ip="192.0.2.1"):
    return Client(REMOTE_ADDR=ip).post("/compte/login/", {"login": address, "password": password})


def said(answer) -> str:
    text = answer.content.decode()
    start = text.find("Trop d’essais")
    return text[start : text.find("<", start)].strip() if start >= 0 else ""


def later(**wait) -> None:
    """Time passes: every failure is that much older."""
    for row in Lockout.objects.exclude(last_at=None):
        Lockout.objects.filter(pk=row.pk).update(last_at=row.last_at - timedelta(**wait))


@pytest.mark.django_db
def test_the_sixth_try_waits_even_with_the_right_password(bob):
    assert [said(sign_in(ip=f"192.0.2.{n}")) for n in range(5)] == [""] * 5
    refused = sign_in(password=PASSWORD, ip="198.51.100.9")
    assert refused.status_code == 422
    assert said(refused) == "Trop d’essais à la suite. Pour protéger les comptes, réessayez dans 30 secondes."
    assert said(sign_in()) == said(refused), "wrong or right, the answer is one"
    later(seconds=31)
    assert sign_in(password=PASSWORD).status_code == 302
    assert [said(sign_in(ip=f"192.0.2.{n}")) for n in range(5)] == [""] * 5, "signed in, all is forgotten"


@pytest.mark.django_db
def test_waits_double(bob):
    for _ in range(5):
        sign_in()
    for words in ("30 secondes", "60 secondes", "2 minutes", "4 minutes"):
        assert words in said(sign_in())
        later(seconds=301)
        sign_in()
        later(seconds=0)


@pytest.mark.django_db
def test_an_address_without_account_waits_just_the_same(bob):
    for address in ("bob@example.org", "nobody@example.org"):
        for n in range(5):
            assert said(sign_in(address, ip=f"192.0.2.{n}")) == ""
    known, unknown = (
        sign_in("bob@example.org", ip="198.51.100.1"),
        sign_in("Nobody@Example.org", ip="198.51.100.2"),
    )
    assert said(known) == said(unknown) != ""
    assert known.status_code == unknown.status_code == 422


@pytest.mark.django_db
def test_a_network_that_tries_many_accounts_waits_too(bob):
    for n in range(30):
        assert said(sign_in(f"n{n}@example.org")) == ""
    assert "30 secondes" in said(sign_in(password=PASSWORD))
    assert sign_in(password=PASSWORD, ip="198.51.100.7").status_code == 302, "Bob, from elsewhere, is not kept out"


@pytest.mark.django_db
def test_signing_in_does_not_wash_a_networks_failures_away(bob):
    for n in range(29):
        sign_in(f"n{n}@example.org")
    assert sign_in(password=PASSWORD).status_code == 302
    sign_in("n29@example.org")
    assert "Trop" in said(sign_in("n30@example.org"))


@pytest.mark.django_db
def test_what_is_kept_names_nobody(bob):
    sign_in()
    assert Lockout.objects.count() == 2
    assert all(len(row.key) == 64 and "bob" not in row.key for row in Lockout.objects.all())


@pytest.mark.django_db
def test_old_failures_are_swept(bob):
    sign_in("invented@example.org")
    Lockout.objects.update(last_at=timezone.now() - timedelta(days=2))
    sign_in("other@example.org", ip="198.51.100.1")
    assert Lockout.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_swarm_of_tries_at_once_is_counted_one_by_one():
    person("Bob")

    def guess(n: int) -> str:
        try:
            return actions.try_once(address="bob@example.org", ip=f"192.0.2.{n}", at=AT)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(guess, range(16)))
    assert answers.count("") == 5


@pytest.mark.django_db(transaction=True)
def test_a_wrong_password_is_answered_in_use_where_no_request_is_one_transaction(bob):
    """Tests run within a transaction of their own; signing in does not, and a sweep outside of one falls."""
    answer = sign_in()
    assert (answer.status_code, "Adresse ou mot de passe incorrect." in answer.content.decode()) == (422, True)
    assert sign_in("nobody@example.org").status_code == 422
    assert sign_in(password=PASSWORD).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_a_wrong_code_is_answered_in_use_where_no_request_is_one_transaction(bob):
    Authenticator.objects.create(
        user=bob, type=Authenticator.Type.TOTP, data={"secret": Adapter().encrypt("A" * 32)}
    )
    client = Client(REMOTE_ADDR="192.0.2.1")
    assert "/2fa/authenticate/" in client.post(
        "/compte/login/", {"login": bob.email, "password": PASSWORD}
    ).url  # fmt: skip
    answer = client.post("/compte/2fa/authenticate/", {"code": "000000"})
    assert (answer.status_code, "Ce code n’est pas le bon" in answer.content.decode()) == (422, True)
