"""What is missing in all the dossiers of one person of the firm: one list, by age or by amount, and each dossier's sum."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Min, Q, QuerySet, Sum

from comptoir.domain.missing import Status
from comptoir.domain.money import ZERO, total
from comptoir.records.firms.models import Company, Firm
from comptoir.records.missing.asked import Asked, page
from comptoir.records.missing.lines import Wanted, told
from comptoir.records.missing.models import Item

PAGE = 50
MOST_DOSSIERS = 200


@dataclass(frozen=True, slots=True)
class OfDossier:
    """One dossier's part of the list."""

    company: Company
    count: int
    total: Decimal
    oldest: date | None


@dataclass(frozen=True, slots=True)
class Everywhere:
    """One page of the list over many dossiers."""

    asked: Asked
    wanted: list[Wanted]
    next_after: str
    count: int
    total: Decimal
    in_validation: int
    dossiers: list[OfDossier]


def everywhere(firm: Firm, companies: QuerySet[Company], asked: Asked) -> Everywhere:
    """One page over these dossiers, the oldest first unless asked otherwise."""
    # By their keys and not by a question within the question: lines are then taken in their order, and no more than shown.
    items = Item.objects.filter(firm=firm, company__in=list(companies.values_list("pk", flat=True)))
    rows, next_after = page(
        asked.rows(items).select_related("transaction", "document", "company"), asked.order, asked.after, PAGE
    )
    sums = _sums(items)
    return Everywhere(
        asked,
        told(rows),
        next_after,
        count=sum(row.count for row in sums),
        total=total(row.of_movements for row in sums),
        in_validation=sum(row.in_validation for row in sums),
        dossiers=_dossiers(sums, companies),
    )


@dataclass(frozen=True, slots=True)
class _Sums:
    """What one dossier waits for; a piece that is asked about was never a payment without its piece."""

    company: UUID
    count: int
    total: Decimal
    of_movements: Decimal
    oldest: date | None
    in_validation: int


def _sums(items: QuerySet[Item]) -> list[_Sums]:
    waiting = Q(status=Status.TO_JUSTIFY.value, is_optional=False)
    rows = (
        items.order_by()
        .values_list("company")
        .annotate(
            count=Count("pk", filter=waiting),
            total=Sum("size", filter=waiting, default=ZERO),
            of_movements=Sum("size", filter=waiting & Q(document=None), default=ZERO),
            oldest=Min("booked_on", filter=waiting),
            in_validation=Count("pk", filter=Q(status=Status.IN_VALIDATION.value)),
        )
    )
    return [_Sums(*row) for row in rows]


def _dossiers(sums: list[_Sums], companies: QuerySet[Company]) -> list[OfDossier]:
    """Those that wait for something, the one that waits longest first."""
    waiting = [(row.oldest, row.company, row) for row in sums if row.oldest]
    found = [row for *_, row in sorted(waiting)[:MOST_DOSSIERS]]
    named = companies.in_bulk([row.company for row in found])
    return [OfDossier(named[row.company], row.count, row.total, row.oldest) for row in found]
