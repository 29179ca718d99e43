"""The firm's home list: each dossier with what waits in it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, QuerySet

from comptoir.domain.chart import SUSPENSE
from comptoir.records.banking.models import Statement
from comptoir.records.deposits.models import Document
from comptoir.records.firms import queries as people
from comptoir.records.firms.models import Company
from comptoir.records.firms.queries import FirmSeat
from comptoir.records.ledger.models import Entry, Line
from comptoir.records.missing.models import Item


@dataclass(frozen=True, slots=True)
class Dossier:
    """One line of the portfolio."""

    company: Company
    to_review: int
    in_suspense: int
    to_validate: int
    missing: int
    last_deposit_at: datetime | None
    proved_on: date | None


@dataclass(frozen=True, slots=True)
class Portfolio:
    """The portfolio and its sums."""

    dossiers: list[Dossier]

    @property
    def to_review(self) -> int:
        """Pieces that wait for the firm, over all dossiers."""
        return sum(dossier.to_review for dossier in self.dossiers)

    @property
    def missing(self) -> int:
        """Missing documents, over all dossiers."""
        return sum(dossier.missing for dossier in self.dossiers)

    @property
    def in_suspense(self) -> int:
        """Bank movements on 471, over all dossiers."""
        return sum(dossier.in_suspense for dossier in self.dossiers)

    @property
    def first_to_review(self) -> Company | None:
        """Where to begin: the dossier with the most to review."""
        waiting = [dossier for dossier in self.dossiers if dossier.to_review]
        return max(waiting, key=lambda dossier: dossier.to_review).company if waiting else None


def portfolio(seat: FirmSeat, on: date) -> Portfolio:
    """Every dossier that this person of the firm may enter, in a fixed number of queries."""
    companies = people.dossiers(seat, on)
    ids = [company.pk for company in companies]
    review = _counted(
        Document.objects.filter(reading__read_at__isnull=False, dismissal=None)
        .exclude(purpose=Document.Purpose.ADMIN)
        .exclude(entries__posted_at__isnull=False),
        ids,
    )
    suspense = _counted(Line.objects.filter(account=SUSPENSE, lettered=None, entry__posted_at__isnull=False), ids)
    posted = _counted(Entry.objects.posted(), ids)
    missing = _counted(Item.objects.all(), ids)
    deposits = _latest(Document.objects.all(), "deposited_at", ids)
    proofs = _latest(Statement.objects.filter(closing__isnull=False), "closed_on", ids)
    return Portfolio(
        [
            Dossier(
                company,
                review.get(company.pk, 0),
                suspense.get(company.pk, 0),
                posted.get(company.pk, 0),
                missing.get(company.pk, 0),
                deposits.get(company.pk),
                proofs.get(company.pk),
            )
            for company in companies
        ]
    )


def _counted(rows: QuerySet[Any], ids: list[UUID]) -> dict[UUID, int]:
    return dict(
        rows.filter(company__in=ids).order_by().values_list("company").annotate(Count("pk", distinct=True))
    )


def _latest(rows: QuerySet[Any], column: str, ids: list[UUID]) -> dict[UUID, Any]:
    return dict(rows.filter(company__in=ids).order_by().values_list("company").annotate(Max(column)))
