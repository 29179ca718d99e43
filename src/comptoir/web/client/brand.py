"""What the client’s pages load of their firm: its colour and its logo."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from comptoir.domain.rights import Act
from comptoir.records.firms.models import Firm
from comptoir.web import brand, doors


@doors.signed_in_or_passed
@require_GET
def colours(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """The firm’s colour, as a sheet."""
    return brand.sheet(_firm(request, company_id))


@doors.signed_in_or_passed
@require_GET
def logo(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """The firm’s logo."""
    return brand.picture(_firm(request, company_id))


def _firm(request: HttpRequest, company_id: UUID) -> Firm:
    """The firm of a company that this person has any place in."""
    return doors.company(request, company_id, Act.SEE_OWN_DOCUMENTS, Act.SEE_BANK, Act.SEE_MISSING).company.firm
