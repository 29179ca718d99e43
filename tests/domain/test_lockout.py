"""Wrong passwords cost nothing at first, then time, twice as much each time, an hour at most."""

from datetime import UTC, datetime, timedelta

import pytest

from comptoir.domain import lockout
from comptoir.domain.lockout import BY_ACCOUNT, BY_NETWORK, Failures

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def wait(count: int, allowance=BY_ACCOUNT, later=timedelta()) -> timedelta | None:
    until = lockout.waits_until(Failures(count, AT), allowance, at=AT + later)
    return until - AT if until else None


def test_nobody_waits_before_failing():
    assert lockout.waits_until(Failures(), BY_ACCOUNT, at=AT) is None


@pytest.mark.parametrize(
    ("count", "seconds"), [(1, None), (4, None), (5, 30), (6, 60), (7, 120), (11, 1920), (12, 3600), (500, 3600)]
)
def test_the_wait_doubles_up_to_an_hour(count, seconds):
    assert wait(count) == (timedelta(seconds=seconds) if seconds else None)


def test_a_network_may_be_wrong_more_often_than_a_person():
    assert wait(29, BY_NETWORK) is None
    assert wait(30, BY_NETWORK) == timedelta(seconds=30)


def test_one_may_try_again_once_the_wait_is_over():
    assert wait(5, later=timedelta(seconds=29)) == timedelta(seconds=30)
    assert wait(5, later=timedelta(seconds=30)) is None


def test_failures_add_up_until_they_are_forgotten():
    failures = Failures()
    for minute in range(6):
        failures = lockout.after_one_more(failures, BY_ACCOUNT, at=AT + timedelta(minutes=minute))
    assert failures == Failures(6, AT + timedelta(minutes=5))
    next_day = failures.last_at + timedelta(days=1)
    assert lockout.waits_until(failures, BY_ACCOUNT, at=next_day) is None
    assert lockout.after_one_more(failures, BY_ACCOUNT, at=next_day) == Failures(1, next_day)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.4, "1 seconde."), (30, "30 secondes."), (90, "90 secondes."), (91, "2 minutes."), (3540, "59 minutes."), (3600, "une heure.")],
)  # fmt: skip
def test_the_sentence_says_when(seconds, words):
    assert lockout.sentence(AT + timedelta(seconds=seconds), at=AT).endswith(f"réessayez dans {words}")


def test_spellings_of_an_address_are_one_account():
    assert len({lockout.account_key(a) for a in ("Bob@Example.org", " bob@example.org ", "ｂob@example.org")}) == 1
    assert lockout.account_key("a@example.org") != lockout.account_key("b@example.org")


@pytest.mark.parametrize(
    ("ip", "key"),
    [
        ("192.0.2.7", "network:192.0.2.7"),
        ("2001:db8:1:2:3::4", "network:2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "network:192.0.2.7"),
        ("unknown", "network:unknown"),
    ],
)
def test_an_ipv6_customer_is_one_network(ip, key):
    assert lockout.network_key(ip) == key
