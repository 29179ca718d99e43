"""Pairing a phone with a person: a code that serves once, a phone that is listed, and the end of it."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.db.models import QuerySet

from comptoir.lib import browser
from comptoir.records.accounts.actions import note
from comptoir.records.accounts.models import Pairing, Phone
from comptoir.records.accounts.queries import fingerprint
from comptoir.records.firms.models import Person

CODE_LASTS = timedelta(minutes=10)
SIGNED_IN_FOR = timedelta(days=180)
"""A baker does not sign in again each month; who loses the phone revokes it."""
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 8
"""31⁸ codes, of which one person holds one for ten minutes, while who guesses waits longer each time."""


class CodeWithoutEffect(Exception):
    """Ce code n’est pas valable, ou plus. Affichez-en un nouveau sur l’ordinateur, puis recommencez."""

    def __init__(self) -> None:
        super().__init__(self.__class__.__doc__)


@dataclass(frozen=True, slots=True)
class Paired:
    """A phone as its owner knows it."""

    id: UUID
    name: str
    paired_at: datetime
    seen_at: datetime | None


@transaction.atomic
def offer(*, person: Person, at: datetime) -> str:
    """A new code for one phone; the person's former ones end with it."""
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    Pairing.objects.filter(person=person).delete()
    Pairing.objects.create(person=person, digest=fingerprint(code), made_at=at)
    return code


def offered(code: str, *, at: datetime) -> Person | None:
    """Whose phone a code would pair, while it holds."""
    row = _holding(code, at).select_related("person").first()
    return row.person if row else None


@transaction.atomic
def take(*, code: str, at: datetime) -> Person:
    """The code serves, once: whose it is. Raises `CodeWithoutEffect`."""
    row = _holding(code, at).select_related("person").select_for_update(of=("self",)).first()
    if row is None:
        raise CodeWithoutEffect
    row.used_at = at
    row.save(update_fields=["used_at"])
    return row.person


@transaction.atomic
def pair(*, person: Person, session_key: str | None, at: datetime) -> Phone:
    """The phone that has just signed in by a code is the person's from now on."""
    session = UserSession.objects.get(user=person, session_key=session_key)
    name = browser.in_words(session.user_agent)[:80]
    phone = Phone.objects.create(person=person, name=name, session=session, paired_at=at)
    note("phone_paired", person=person, at=at, device=name, ip=session.ip)
    return phone


@transaction.atomic
def revoke(*, phone: Phone, at: datetime) -> None:
    """The phone is signed out at once, wherever it is; what it still holds goes nowhere without a new code."""
    session, phone.session = phone.session, None
    phone.revoked_at = at
    phone.save(update_fields=["session", "revoked_at"])
    if session is not None:
        session.end()
    note("phone_revoked", person=phone.person, at=at, device=phone.name)


def of(person: Person) -> Sequence[Paired]:
    """The phones that are signed in as a person, the latest first."""
    rows = Phone.objects.filter(person=person, revoked_at=None, session__isnull=False).select_related("session")
    return [
        Paired(row.pk, row.name, row.paired_at, row.session.last_seen_at if row.session else None)
        for row in rows.order_by("-paired_at")
    ]


def get(person: Person, phone_id: UUID) -> Phone | None:
    """One of the person's own phones that is not revoked."""
    return Phone.objects.filter(person=person, pk=phone_id, revoked_at=None).select_related("session").first()


def written(code: str) -> str:
    """A code as it was made, however it was typed: spaces, dashes and small letters play no part."""
    return "".join(letter for letter in code.upper() if letter.isalnum())[:LENGTH]


def _holding(code: str, at: datetime) -> QuerySet[Pairing]:
    digest = fingerprint(written(code))
    return Pairing.objects.filter(digest=digest, used_at=None, made_at__gt=at - CODE_LASTS, person__is_active=True)
