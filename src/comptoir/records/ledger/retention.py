"""How long a dossier's things are kept: years are counted from the closings that its books know."""

from datetime import date

from comptoir.domain.retention import Retention
from comptoir.records.firms.models import Company
from comptoir.records.firms.retention import years_of
from comptoir.records.ledger.models import FiscalYear


def of(company: Company) -> Retention:
    """By which the end of each thing is known."""
    closings: list[date] = list(FiscalYear.objects.filter(company=company).values_list("closes_on", flat=True))
    return Retention(years_of(company), tuple(closings))
