"""How long a dossier's things are kept, and the hold that stops every deletion until it is lifted."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from comptoir.domain.limits import plain
from comptoir.domain.retention import LONGEST_REASON, fault
from comptoir.lib import rows
from comptoir.records.audit.actions import record
from comptoir.records.firms.models import Company, Firm, LegalHold, Person


class NotThatLong(Exception):
    """Cette durée n’est pas permise."""


class NoReason(Exception):
    """Écrivez pourquoi : le motif est inscrit au journal, et le dirigeant le lit."""


class AlreadyHeld(Exception):
    """Les suppressions de ce dossier sont déjà suspendues."""


class NotHeld(Exception):
    """Les suppressions de ce dossier ne sont plus suspendues."""


class Held(Exception):
    """Rien ne se supprime."""

    def __init__(self, hold: LegalHold) -> None:
        said = (
            f"Les suppressions de ce dossier sont suspendues depuis le {hold.at:%d/%m/%Y} : rien n’a été retiré."
        )
        super().__init__(said)


@transaction.atomic
def set_for_firm(*, firm: Firm, years: int, by: Person, at: datetime) -> None:
    """How long the firm keeps, where a dossier says nothing else. Raises `NotThatLong`."""
    if said := fault(years):
        raise NotThatLong(said)
    row = Firm.objects.select_for_update(no_key=True).get(pk=firm.pk)
    if row.retention_years != years:
        row.retention_years = years
        row.save(update_fields=["retention_years"])
        record("set_retention", row, by=by, at=at, years=years)


@transaction.atomic
def set_for_dossier(*, company: Company, years: int | None, by: Person, at: datetime) -> None:
    """A dossier's own word over its firm's; None follows the firm again. Raises `NotThatLong`."""
    if years is not None and (said := fault(years)):
        raise NotThatLong(said)
    row = Company.objects.select_for_update(of=("self",), no_key=True).get(pk=company.pk)
    if row.retention_years != years:
        row.retention_years = years
        row.save(update_fields=["retention_years"])
        record("set_retention", row, by=by, at=at, years=years)


@transaction.atomic
def hold(*, company: Company, reason: str, by: Person, at: datetime) -> LegalHold:
    """Stop every deletion in a dossier. Raises `NoReason`, `AlreadyHeld`."""
    said = plain(reason.strip(), LONGEST_REASON).strip()
    if not said:
        raise NoReason(NoReason.__doc__)
    row = LegalHold(firm_id=company.firm_id, company=company, reason=said, by=by, at=at)
    if not rows.add(row):
        raise AlreadyHeld(AlreadyHeld.__doc__)
    record("hold", row, by=by, at=at, reason=said)
    return row


@transaction.atomic
def lift(*, company: Company, by: Person, at: datetime) -> None:
    """What its dossier holds may be deleted again, once its time is over. Raises `NotHeld`."""
    row = LegalHold.objects.select_for_update(of=("self",)).filter(company=company, lifted_at=None).first()
    if row is None:
        raise NotHeld(NotHeld.__doc__)
    row.lifted_by, row.lifted_at = by, at
    row.save(update_fields=["lifted_by", "lifted_at"])
    record("lift_hold", row, by=by, at=at, reason=row.reason)


def standing(company: Company) -> LegalHold | None:
    """The hold that stops every deletion there now, or None."""
    return LegalHold.objects.filter(company=company, lifted_at=None).select_related("by").first()


def refuse_while_held(company: Company) -> None:
    """Raises `Held` where nothing may be deleted."""
    if (found := standing(company)) is not None:
        raise Held(found)


def held_among(firm_id: UUID) -> Iterable[UUID]:
    """The dossiers of a firm in which nothing may be deleted, for what comes round by itself."""
    return LegalHold.objects.filter(firm=firm_id, lifted_at=None).values_list("company_id", flat=True)


def holds_of(firm: Firm) -> list[LegalHold]:
    """Every hold that stands in a firm, the last first."""
    found = LegalHold.objects.filter(firm=firm, lifted_at=None).select_related("company", "by")
    return list(found.order_by("-at", "-pk"))


def count_own(firm: Firm) -> int:
    """How many dossiers are kept for another time than their firm's."""
    return Company.objects.filter(firm=firm, retention_years__isnull=False).count()


def years_of(company: Company) -> int:
    """How long the things of a dossier are kept."""
    return company.retention_years or company.firm.retention_years
