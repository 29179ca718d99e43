"""Writing the log, in the same transaction as the act."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol
from uuid import UUID

from comptoir.records.audit.models import Event


class Known(Protocol):
    """Who acts: a person, known by identifier, since the log stands before people."""

    @property
    def id(self) -> UUID: ...


class Subject(Protocol):
    """What an act is done on: a row of a company, or of the firm itself."""

    @property
    def id(self) -> UUID: ...
    @property
    def firm_id(self) -> UUID: ...


def record(verb: str, subject: Subject, *, by: Known | None, at: datetime, **detail: object) -> Event:
    """Record an act on a row; `by` None means the machine."""
    event = _event(verb, subject, by, at, detail)
    event.save()
    return event


def record_each(
    verb: str, subjects: Iterable[tuple[Subject, Mapping[str, object]]], *, by: Known | None, at: datetime
) -> list[Event]:
    """Record one act on each of many rows, in one go; each with its own detail."""
    events = [_event(verb, subject, by, at, detail) for subject, detail in subjects]
    return Event.objects.bulk_create(events, batch_size=1000)


def _event(verb: str, subject: Subject, by: Known | None, at: datetime, detail: Mapping[str, object]) -> Event:
    return Event(
        firm_id=subject.firm_id,
        company_id=getattr(subject, "company_id", None),
        person_id=by.id if by else None,
        at=at,
        verb=verb,
        subject=type(subject).__name__,
        subject_id=subject.id,
        detail={key: _plain(value) for key, value in detail.items()},
    )


def note(
    verb: str,
    *,
    firm_id: UUID | None,
    company_id: UUID | None = None,
    person_id: UUID | None,
    at: datetime,
    **detail: object,
) -> Event:
    """Record what was done on no row: a sign-in, a refusal, an export, a look with a client's eyes."""
    return Event.objects.create(
        firm_id=firm_id,
        company_id=company_id,
        person_id=person_id,
        at=at,
        verb=verb,
        detail={key: _plain(value) for key, value in detail.items()},
    )


def _plain(value: object) -> object:
    if value is None or isinstance(value, bool | int | str | Mapping | list):
        return value
    return str(value)
