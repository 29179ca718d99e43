"""FECs that were written."""

from comptoir.records.exports.models import FecExport
from comptoir.records.firms.models import Company


def written(company: Company, limit: int = 20) -> list[FecExport]:
    """The last ones, latest first."""
    rows = FecExport.objects.filter(company=company).select_related("fiscal_year", "by")
    return list(rows.order_by("-at")[:limit])
