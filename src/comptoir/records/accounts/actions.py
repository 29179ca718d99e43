"""Counting wrong tries, remembering devices, changing addresses, ending sessions."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore
from django.db import IntegrityError, transaction
from django.http import HttpRequest

from comptoir.domain import lockout
from comptoir.domain.lockout import BY_ACCOUNT, BY_NETWORK, Allowance, Failures
from comptoir.lib import browser, tenancy
from comptoir.records.accounts import queries
from comptoir.records.accounts.models import AddressChange, KnownDevice, Lockout
from comptoir.records.accounts.queries import fingerprint
from comptoir.records.audit import actions as audit
from comptoir.records.firms.models import Person
from comptoir.records.firms.queries import spaces


class LinkWithoutEffect(Exception):
    """Ce lien n’est plus valable."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What became of a wish to change address: the token to send, and whether somebody else already has it."""

    change: AddressChange
    token: str
    is_taken: bool


def note(verb: str, *, person: Person | None, at: datetime, origin: str = "", **detail: object) -> None:
    """Record an act of signing in, once in each space that the person enters: each has a log of its own.

    Who enters nowhere has it to themselves; an address without account concerns nobody's log.
    """
    if person is None:
        return
    found = spaces(person, at.date())
    places: list[tuple[UUID, UUID | None]] = [(seat.firm.pk, None) for seat in found.firms]
    places += [(seat.company.firm_id, seat.company.pk) for seat in found.companies]
    said: dict[str, Any] = {"name": person.full_name, **detail}
    for firm_id, company_id in places:
        with tenancy.within(firm_id, company_id):
            _say(origin)
            audit.note(verb, firm_id=firm_id, company_id=company_id, person_id=person.pk, at=at, **said)
    if not places:
        with tenancy.person(person.pk):
            _say(origin)
            audit.note(verb, firm_id=None, person_id=person.pk, at=at, **said)


def _say(origin: str) -> None:
    """Where the act comes from, unless the request has said it already."""
    if origin:
        tenancy.came_from(origin)


# ── Wrong tries ───────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def try_once(*, address: str, ip: str, at: datetime) -> str:
    """Count a try before it is judged, so that a hundred at once are a hundred; the sentence where one must wait.

    A right try is given back by `give_back`: only so can no swarm of parallel tries be quicker than the count.
    """
    kept = _held(address, ip)
    waits = [u for row, allowance in kept if (u := lockout.waits_until(_failures(row), allowance, at=at))]
    if waits:
        return lockout.sentence(max(waits), at=at)
    for row, allowance in kept:
        counted = lockout.after_one_more(_failures(row), allowance, at=at)
        Lockout.objects.filter(pk=row.pk).update(failures=counted.count, last_at=counted.last_at)
    return ""


@transaction.atomic
def give_back(*, address: str, ip: str) -> None:
    """A right try was no failure; those before it stay, since a second factor may still be asked for."""
    for row, _ in _held(address, ip):
        Lockout.objects.filter(pk=row.pk).update(failures=max(0, row.failures - 1))


def forget_failures(*, address: str) -> None:
    """The person is signed in for good: their account's failures are past.

    Their network's stay: who has one account must not wash away their tries at others.
    """
    Lockout.objects.filter(key=fingerprint(lockout.account_key(address))).update(failures=0)


def _held(address: str, ip: str) -> list[tuple[Lockout, Allowance]]:
    """Both rows, locked in one order for everybody."""
    keys = {
        fingerprint(lockout.account_key(address)): BY_ACCOUNT,
        fingerprint(lockout.network_key(ip)): BY_NETWORK,
    }
    Lockout.objects.bulk_create([Lockout(key=key) for key in sorted(keys)], ignore_conflicts=True)
    rows = Lockout.objects.select_for_update().filter(key__in=keys).order_by("key")
    return [(row, keys[row.key]) for row in rows]


def _failures(row: Lockout) -> Failures:
    return Failures(row.failures, row.last_at)


@transaction.atomic
def reset_second_factor(*, person: Person, at: datetime) -> None:
    """Take every second factor off an account: for who has lost them all, by who runs the server."""
    Authenticator.objects.filter(user=person).delete()
    note("second_factor_removed", person=person, at=at, origin="ligne de commande", what="tout")


def forget_closed_sessions() -> None:
    """Remove the sessions that have expired: nobody signs in by them any more."""
    SessionStore.clear_expired()


@transaction.atomic
def forget_old_failures(*, at: datetime) -> int:
    """Empty what no longer counts, so that a swarm of invented addresses does not stay for ever."""
    old = Lockout.objects.filter(last_at__lt=at - max(BY_ACCOUNT.forgotten_after, BY_NETWORK.forgotten_after))
    free = old.select_for_update(skip_locked=True).values_list("pk", flat=True)[:500]
    return Lockout.objects.filter(pk__in=list(free)).delete()[0]


# ── Devices and sessions ──────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Recognised:
    """The cookie that a device keeps, and whether its owner must be told of it."""

    cookie: str
    is_news: bool


@transaction.atomic
def recognise(*, person: Person, cookie: str, at: datetime) -> Recognised:
    """Remember the device that a person signs in from; the very first is no news."""
    digest = fingerprint(cookie)
    if cookie and KnownDevice.objects.filter(person=person, digest=digest).update(last_seen_at=at):
        return Recognised(cookie, is_news=False)
    is_news = KnownDevice.objects.filter(person=person).exists()
    # A cookie that nobody was given may have been planted: only one of ours is shared by people of one device.
    if not cookie or not KnownDevice.objects.filter(digest=digest).exists():
        cookie = secrets.token_urlsafe(32)
    KnownDevice.objects.get_or_create(
        person=person, digest=fingerprint(cookie), defaults={"first_seen_at": at, "last_seen_at": at}
    )
    return Recognised(cookie, is_news)


def see_session(*, request: HttpRequest) -> None:
    """A session was used, by this browser and from this address."""
    UserSession.objects.create_from_request(request)


@transaction.atomic
def revoke_session(*, session: UserSession, by: Person, at: datetime) -> None:
    """End one session: its device must sign in again."""
    session.end()
    note("session_revoked", person=by, at=at, device=browser.in_words(session.user_agent), ip=session.ip)


@transaction.atomic
def revoke_other_sessions(*, person: Person, session_key: str | None, cookie: str, at: datetime) -> int:
    """End every session but this one, and forget every device but this one: each will be news again."""
    others = list(UserSession.objects.filter(user=person).exclude(session_key=session_key))
    for session in others:
        revoke_session(session=session, by=person, at=at)
    KnownDevice.objects.filter(person=person).exclude(digest=fingerprint(cookie)).delete()
    return len(others)


# ── Name and address ──────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def rename(*, person: Person, first_name: str, last_name: str, at: datetime) -> None:
    """A person's name, as the others read it."""
    Person.objects.filter(pk=person.pk).update(first_name=first_name, last_name=last_name)
    note("renamed", person=person, at=at)


@transaction.atomic
def choose_language(*, person: Person, language: str, at: datetime) -> None:
    """The language of a person's screens and letters; what they do is kept in French as before."""
    Person.objects.filter(pk=person.pk).update(language=language)
    note("choose_language", person=person, at=at, language=language)


@transaction.atomic
def ask_address(*, person: Person, address: str, at: datetime) -> Asked:
    """Ask to change address; what is kept is the same whether or not the address is free."""
    token = secrets.token_urlsafe(32)
    change, _ = AddressChange.objects.update_or_create(
        person=person, defaults={"address": address, "digest": fingerprint(token), "asked_at": at}
    )
    note("ask_address", person=person, at=at, address=address)
    return Asked(change, token, queries.is_taken(address, by_other_than=person))


@transaction.atomic
def abandon_address(*, person: Person, at: datetime) -> None:
    """The person keeps the address that they have."""
    if AddressChange.objects.filter(person=person).delete()[0]:
        note("abandon_address", person=person, at=at)


def confirm_address(*, token: str, at: datetime) -> tuple[Person, str]:
    """The new address takes effect: the person and the address that they had; raises `LinkWithoutEffect`."""
    try:
        with transaction.atomic():
            return _confirm(token, at)
    except IntegrityError as error:  # somebody was given this address between our look and our write
        raise LinkWithoutEffect(LinkWithoutEffect.__doc__) from error


def _confirm(token: str, at: datetime) -> tuple[Person, str]:
    change = queries.address_change(token, at=at)
    # Followed twice at once, a link is taken once: who deletes the row is who changes the address.
    if change is None or not AddressChange.objects.filter(pk=change.pk).delete()[0]:
        raise LinkWithoutEffect(LinkWithoutEffect.__doc__)
    person, former = change.person, change.person.email
    Person.objects.filter(pk=person.pk).update(email=change.address)
    person.email = change.address
    note("address_changed", person=person, at=at, former=former, address=change.address)
    return person, former
