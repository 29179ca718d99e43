"""Telling people of a fact, once; what they have read; and by which ways they want to hear."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from comptoir.domain.notice import Choice, Kind, Mail
from comptoir.records.accounts.actions import note
from comptoir.records.firms.models import Company, Firm, Person
from comptoir.records.notices import queries
from comptoir.records.notices.models import DailyDigest, Notice, Preference


@dataclass(frozen=True, slots=True)
class Fact:
    """What happened, under a key of its own.

    `has_letter`: its own e-mail tells of it to who wants one at once. `is_latest`: it says all there is to say of that
    place, so that what was told of it before, and is unread, need not be read any more.
    """

    kind: Kind
    key: str
    sentence: str
    path: str
    has_letter: bool = False
    is_latest: bool = False


@transaction.atomic
def give(
    *, company: Company, people: Sequence[Person], fact: Fact, is_firm: bool, at: datetime
) -> list[tuple[Notice, Choice]]:
    """Tell each of these people of a fact that they have not been told of; who wants to hear nothing is not told."""
    chosen = queries.choices({one.pk for one in people}, fact.kind, is_firm=is_firm)
    rows = [
        Notice(
            firm_id=company.firm_id,
            company=company,
            person_id=pk,
            is_firm=is_firm,
            kind=fact.kind,
            fact=fact.key[:120],
            sentence=fact.sentence[:250],
            path=fact.path[:250],
            at=at,
            is_shown=choice.in_app,
            mail=choice.mail,
            told_at=at if fact.has_letter and choice.mail is Mail.NOW else None,
        )
        for pk, choice in chosen.items()
    ]
    if fact.is_latest:
        before = Notice.objects.filter(company=company, person__in=chosen, kind=fact.kind, path=fact.path[:250])
        before.filter(read_at=None).exclude(fact=fact.key[:120]).update(read_at=at)
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
    kept = set(Notice.objects.filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))
    return [(row, chosen[row.person_id]) for row in rows if row.pk in kept]


def read(*, notices: Sequence[UUID], at: datetime) -> int:
    """These have been read."""
    return Notice.objects.filter(pk__in=notices, read_at=None).update(read_at=at)


def unread(*, notice: Notice) -> None:
    """Somebody will come back to it; no e-mail tells of it again."""
    Notice.objects.filter(pk=notice.pk).update(read_at=None, told_at=notice.told_at or notice.read_at)


def settle(*, company: Company, keys: Sequence[str], at: datetime) -> list[UUID]:
    """Nothing is left to do about a fact, for anybody; returns whose count changed."""
    rows = Notice.objects.filter(company=company, fact__in=keys, read_at=None)
    told = list(rows.values_list("person_id", flat=True))
    rows.update(read_at=at)
    return told


def read_at_place(*, company: Company, person: Person, path: str, at: datetime) -> int:
    """Somebody has opened what these told of."""
    rows = Notice.objects.filter(company=company, person=person, path=path[:250], read_at=None)
    return rows.update(read_at=at)


def mark_told(*, notices: Sequence[Notice], at: datetime) -> None:
    """An e-mail tells of these."""
    Notice.objects.filter(pk__in=[row.pk for row in notices]).update(told_at=at)


@transaction.atomic
def claim_digest(*, firm: Firm, person: Person, on: date, count: int, at: datetime) -> bool:
    """Take a person's digest of the day; False where it was written already."""
    _, is_new = DailyDigest.objects.get_or_create(
        firm=firm, person=person, on=on, defaults={"count": count, "at": at}
    )
    return is_new


@transaction.atomic
def choose(*, person: Person, choices: Mapping[Kind, Choice], at: datetime) -> None:
    """A person says by which ways they want to hear of each kind."""
    for kind, choice in choices.items():
        given = {"in_app": choice.in_app, "push": choice.push, "mail": choice.mail}
        Preference.objects.update_or_create(person=person, kind=kind, defaults=given)
    note("choose_notices", person=person, at=at)
