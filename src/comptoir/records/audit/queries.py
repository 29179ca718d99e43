"""Reading the log: by page for a person, whole for a file."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Self
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from comptoir.domain.limits import is_day, read_day
from comptoir.lib import keyset
from comptoir.records.audit.models import Event

SIZE = 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the log is asked for; empty asks for everything."""

    verb: str = ""
    person: UUID | None = None
    company: UUID | None = None
    since: date | None = None
    until: date | None = None

    @classmethod
    def of(cls, *, verb: str, person: str, company: str, since: str, until: str) -> Self:
        """The filters as an address holds them; what is none is not there."""
        return cls(verb[:40], _uuid(person), _uuid(company), _day(since), _day(until))


def page(firm_id: UUID, wanted: Wanted, *, after: keyset.Key | None) -> keyset.Page[Event]:
    """One page, newest first."""
    return keyset.page(_rows(firm_id, wanted), by="at", after=after, size=SIZE)


def whole(firm_id: UUID, wanted: Wanted) -> Iterator[Event]:
    """Every event asked for, oldest first, a batch at a time."""
    return _rows(firm_id, wanted).order_by("at", "id").iterator(chunk_size=2000)


def _rows(firm_id: UUID, wanted: Wanted) -> QuerySet[Event]:
    rows = Event.objects.filter(firm_id=firm_id)
    if wanted.verb:
        rows = rows.filter(verb=wanted.verb)
    if wanted.person:
        rows = rows.filter(person_id=wanted.person)
    if wanted.company:
        rows = rows.filter(company_id=wanted.company)
    if wanted.since:
        rows = rows.filter(at__gte=_midnight(wanted.since))
    if wanted.until:
        rows = rows.filter(at__lt=_midnight(wanted.until + timedelta(days=1)))
    return rows


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=timezone.get_default_timezone())


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _day(text: str) -> date | None:
    """A day of which the midnights around it are moments."""
    day = read_day(text)
    return day if day and is_day(day) else None
