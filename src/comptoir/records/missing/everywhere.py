"""What is missing in all the dossiers of one person of the firm: one list, by age or by amount, and each dossier's sum."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Min, Q, QuerySet, Sum

from comptoir.domain.missing import Status
from comptoir.records.firms.models import Company, Firm
from comptoir.records.missing.asked import Asked, Tab, page
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
    items = Item.objects.filter(firm=firm, company__in=companies.values("pk"))
    rows, next_after = page(
        asked.rows(items).select_related("transaction", "document", "company"), asked.order, asked.after, PAGE
    )
    waiting = Q(status=Status.TO_JUSTIFY.value, is_optional=False)
    found = items.aggregate(
        count=Count("pk", filter=waiting),
        total=Sum("size", filter=waiting & Q(document=None)),
        in_validation=Count("pk", filter=Q(status=Status.IN_VALIDATION.value)),
    )
    return Everywhere(
        asked, told(rows), next_after, found["count"], found["total"] or Decimal(0), found["in_validation"],
        _dossiers(items.filter(waiting), companies),
    )  # fmt: skip


def _dossiers(items: QuerySet[Item], companies: QuerySet[Company]) -> list[OfDossier]:
    rows = items.order_by().values("company").annotate(n=Count("pk"), sum=Sum("size"), oldest=Min("booked_on"))
    found = list(rows.order_by("oldest", "company")[:MOST_DOSSIERS])
    named = companies.in_bulk([row["company"] for row in found])
    return [OfDossier(named[row["company"]], row["n"], row["sum"], row["oldest"]) for row in found]


SHOWN = (Tab.TO_JUSTIFY, Tab.IN_VALIDATION)
"""The tabs of the list over many dossiers."""
