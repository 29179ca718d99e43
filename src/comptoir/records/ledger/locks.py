"""The books locked up to a day: nothing dated then or before comes in, changes or leaves, until somebody who may reopens it.

Validation and letters go on behind a lock: they change no entry. The database refuses the rest, whatever asks it.
"""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction as db
from django.db.models import Exists, OuterRef
from django.utils import timezone

from comptoir.domain import period
from comptoir.domain.period import Span
from comptoir.records.audit.actions import record
from comptoir.records.banking.models import Transaction
from comptoir.records.firms.models import Company, Person
from comptoir.records.ledger.models import FiscalYear, PeriodLock


class NotLockable(Exception):
    """Les livres ne peuvent pas être verrouillés, ou rouverts, à ce jour."""


def locked_until(company_id: UUID) -> date | None:
    """The last day that is locked, if any is."""
    standing = _standing(company_id)
    return standing.until if standing else None


def is_locked(transaction: Transaction) -> bool:
    """Whether a movement's day is locked, in the books of its company."""
    return period.is_locked(transaction.booked_on, locked_until(transaction.company_id))


def is_entry_locked() -> Exists:
    """For a query of entries: whether each stands on a locked day."""
    return Exists(
        PeriodLock.objects.filter(company=OuterRef("company"), ended_at=None, until__gte=OuterRef("dated_on"))
    )


def history(company: Company) -> list[PeriodLock]:
    """The locks of a company, the last first, with who put and who lifted them."""
    rows = PeriodLock.objects.filter(company=company).select_related("by", "ended_by")
    return list(rows.order_by("-at", "-id")[:50])


def spans(company_id: UUID) -> list[Span]:
    """The first and last days of a company's fiscal years."""
    return list(FiscalYear.objects.filter(company_id=company_id).values_list("opens_on", "closes_on"))


@db.atomic
def lock(*, company: Company, until: date, by: Person, at: datetime) -> PeriodLock:
    """Lock the books up to a day, further than before. Raises `NotLockable`."""
    standing = _standing(company.pk)
    before = standing.until if standing else None
    if fault := period.lock_fault(until, standing=before, years=spans(company.pk), on=timezone.localdate(at)):
        raise NotLockable(fault)
    if standing:
        _end(standing, by=by, at=at, why="")
    row = _put(company, until, by=by, at=at)
    record("lock_books", row, by=by, at=at, until=until.isoformat())
    return row


@db.atomic
def reopen(*, company: Company, kept: date | None, why: str, by: Person, at: datetime) -> date:
    """Lift the lock, down to a day that stays locked or wholly; says up to which day the books were locked.

    Raises `NotLockable`, also where nobody says why.
    """
    standing = _standing(company.pk)
    if fault := period.reopen_fault(kept, standing=standing.until if standing else None):
        raise NotLockable(fault)
    if not why.strip():
        raise NotLockable("Dites pourquoi la période est rouverte : le journal du cabinet le garde.")
    assert standing is not None
    _end(standing, by=by, at=at, why=why)
    if kept:
        _put(company, kept, by=by, at=at)
    told = {"until": standing.until.isoformat(), "kept": kept.isoformat() if kept else "", "why": why}
    record("reopen_books", standing, by=by, at=at, **told)
    return standing.until


def _standing(company_id: UUID) -> PeriodLock | None:
    return PeriodLock.objects.filter(company_id=company_id, ended_at=None).first()


def _put(company: Company, until: date, *, by: Person, at: datetime) -> PeriodLock:
    return PeriodLock.objects.create(firm_id=company.firm_id, company=company, until=until, by=by, at=at)


def _end(row: PeriodLock, *, by: Person, at: datetime, why: str) -> None:
    row.ended_by, row.ended_at, row.ended_why = by, at, why
    row.save(update_fields=["ended_by", "ended_at", "ended_why"])
