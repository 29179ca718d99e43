"""What a person sees of how they sign in."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession

from comptoir.lib import browser
from comptoir.records.accounts.models import AddressChange
from comptoir.records.firms.models import Person

LINK_LASTS = timedelta(days=3)
"""How long the link of a change of address may be followed."""


@dataclass(frozen=True, slots=True)
class Passkey:
    """A passkey as its owner knows it."""

    id: int
    name: str
    added_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Session:
    """An open session: which device, from where, since when."""

    id: int
    device: str
    is_phone: bool
    ip: str
    opened_at: datetime
    seen_at: datetime
    is_this_one: bool


@dataclass(frozen=True, slots=True)
class Profile:
    """How a person signs in, on one page."""

    has_password: bool
    has_totp: bool
    passkeys: list[Passkey]
    codes_left: int | None
    sessions: list[Session]
    pending: AddressChange | None


def profile(person: Person, *, session_key: str | None, at: datetime) -> Profile:
    """Everything that « Mon compte » shows of a person's sign-in."""
    found = {a.type: a for a in Authenticator.objects.filter(user=person).order_by("created_at")}
    codes = found.get(Authenticator.Type.RECOVERY_CODES)
    return Profile(
        has_password=person.has_usable_password(),
        has_totp=Authenticator.Type.TOTP in found,
        passkeys=passkeys(person),
        codes_left=len(codes.wrap().get_unused_codes()) if codes else None,
        sessions=sessions(person, session_key=session_key),
        pending=pending_address(person, at=at),
    )


def passkeys(person: Person) -> list[Passkey]:
    """The person's passkeys, the oldest first."""
    rows = Authenticator.objects.filter(user=person, type=Authenticator.Type.WEBAUTHN).order_by("created_at")
    return [Passkey(row.pk, row.wrap().name, row.created_at, row.last_used_at) for row in rows]


def has_totp(person: Person) -> bool:
    """Whether the person has an application that makes codes."""
    return bool(Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).exists())


def is_second_factor_set(person: Person) -> bool:
    """Whether the person signs in with more than a password: a code by TOTP, or a passkey."""
    strong = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    return bool(Authenticator.objects.filter(user=person, type__in=strong).exists())


def sessions(person: Person, *, session_key: str | None) -> list[Session]:
    """The person's open sessions, this one first, then the one seen last."""
    return sorted(_as_seen(_open(person), session_key), key=lambda s: (not s.is_this_one, -s.seen_at.timestamp()))


def session(person: Person, session_id: int) -> UserSession | None:
    """One of the person's own sessions."""
    return UserSession.objects.filter(user=person, pk=session_id).first()


def pending_address(person: Person, *, at: datetime) -> AddressChange | None:
    """The change of address that waits for its link to be followed."""
    return AddressChange.objects.filter(person=person, asked_at__gt=at - LINK_LASTS).first()


def fingerprint(secret: str) -> str:
    """How what only its holder should know is kept: a token, a cookie, an address without account."""
    return hashlib.sha256(secret.encode()).hexdigest()


def address_change(token: str, *, at: datetime) -> AddressChange | None:
    """The change that a link names, as long as the link holds and the address is nobody else's."""
    found = AddressChange.objects.select_related("person").filter(
        digest=fingerprint(token), asked_at__gt=at - LINK_LASTS
    )
    change = found.filter(person__is_active=True).first()
    return None if change is None or is_taken(change.address, by_other_than=change.person) else change


def is_taken(address: str, *, by_other_than: Person) -> bool:
    """Whether somebody else signs in with this address."""
    return Person.objects.filter(email=address.lower()).exclude(pk=by_other_than.pk).exists()


def person_at(address: str) -> Person | None:
    """Who signs in with this address, for the log alone: no page may say it."""
    return Person.objects.filter(email=address.strip().lower()).first()


def _open(person: Person) -> list[UserSession]:
    return list(UserSession.objects.purge_and_list(person))


def _as_seen(rows: Iterable[UserSession], session_key: str | None) -> list[Session]:
    return [
        Session(
            row.pk,
            browser.in_words(row.user_agent),
            browser.is_phone(row.user_agent),
            row.ip,
            row.created_at,
            row.last_seen_at,
            row.session_key == session_key,
        )
        for row in rows
    ]
