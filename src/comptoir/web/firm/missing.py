"""The client's missing documents as the firm sees them."""

from datetime import timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from comptoir.domain.rights import Act
from comptoir.lib import keyset
from comptoir.records.missing import queries as missing
from comptoir.web import doors
from comptoir.web.firm.context import frame


@doors.signed_in
@require_GET
def screen(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """The same lines as the client's, the same count."""
    seat = doors.dossier(request, company_id, Act.SEE_MISSING)
    after = keyset.day_key(request.GET.get("apres", ""))
    found = missing.screen(seat.company, after=after, now=timezone.now(), just=timedelta(seconds=8))
    page = "firm/missing.html#lines" if request.htmx else "firm/missing.html"  # type: ignore[attr-defined]
    return render(request, page, frame(seat, "missing") | {"list": found, "is_first": after is None})
