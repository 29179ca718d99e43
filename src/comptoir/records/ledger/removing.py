"""A fiscal year that was opened by mistake is taken away again, as long as nothing needs it."""

from datetime import datetime

from django.db import transaction
from django.db.models import ProtectedError

from comptoir.domain import period
from comptoir.records.audit.actions import record
from comptoir.records.firms.models import Person
from comptoir.records.ledger import locks
from comptoir.records.ledger.models import Entry, FiscalYear


class NotRemovable(Exception):
    """Cet exercice ne se retire pas."""


@transaction.atomic
def remove_year(*, year: FiscalYear, by: Person, at: datetime) -> None:
    """Take away the last year, where no entry is dated in it, no lock reaches it and no FEC of it was written.

    Nothing opens it again at once: an empty year keeps no movement waiting. It is not barred either. Once it has begun, the first
    movement or entry of its days opens it as it opens any other (`ledger.follow_on`), for twelve months and kept as the year
    before: books that a person forgot to open again would keep the bank waiting in silence.

    Raises `NotRemovable` with the reason.
    """
    held = FiscalYear.objects.select_for_update(of=("self",)).filter(pk=year.pk).first()
    if held is None:
        raise NotRemovable("Cet exercice a déjà été retiré.")
    _refuse(held)
    _leave_drafts(held)
    record(
        "remove_year", held, by=by, at=at, opens_on=held.opens_on.isoformat(), closes_on=held.closes_on.isoformat()
    )
    try:
        held.delete()
    except ProtectedError as refusal:
        raise NotRemovable(
            "Un FEC de cet exercice a été exporté : l’exercice reste, pour le prouver."
        ) from refusal


def _refuse(year: FiscalYear) -> None:
    span = (year.opens_on, year.closes_on)
    if fault := period.removal_fault(span, locks.spans(year.company_id)):
        raise NotRemovable(fault)
    if year.closed_at:
        raise NotRemovable("Cet exercice est clos.")
    until = locks.locked_until(year.company_id)
    if until and period.is_locked(year.opens_on, until):
        raise NotRemovable(str(period.locked(until, period.REOPEN)))
    if Entry.objects.filter(company=year.company_id, dated_on__range=span).exists():
        raise NotRemovable(
            "Des écritures sont datées de cet exercice, en brouillon ou comptabilisées : il n’est pas vide."
        )


def _leave_drafts(year: FiscalYear) -> None:
    """Drafts of days that no year holds wait in the latest one (`ledger.year_for`): in the one before, from now on."""
    before = FiscalYear.objects.filter(company=year.company_id, opens_on__lt=year.opens_on).last()
    Entry.objects.drafts().filter(fiscal_year=year).update(fiscal_year=before)
