"""A person's saved views of the portfolio: kept under a name, renamed, opened at arrival, forgotten."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from comptoir.records.missing import actions as portfolios
from comptoir.records.missing import filters
from comptoir.web import doors
from comptoir.web.firm.portfolio import again, back_to
from comptoir.web.refusals import refused

NAMELESS = "Donnez un nom à la vue, de 40 signes au plus."
LONGEST = 40


@doors.signed_in
@require_POST
def save(request: HttpRequest, firm_id: UUID) -> HttpResponse:
    """Keep the filters and the order shown under a name."""
    seat = doors.firm(request, firm_id)
    asked, name = filters.parse(request.POST.get("retour", "")), _name(request)
    if not name:
        return refused(request, NAMELESS, again, seat)
    try:
        portfolios.save_view(firm=seat.firm, person=seat.person, name=name, query=asked.query, at=timezone.now())
    except portfolios.TooManyViews as refusal:
        return refused(request, str(refusal), again, seat)
    messages.success(request, f"La vue « {name} » est enregistrée.")
    return back_to(request, seat)


@doors.signed_in
@require_POST
def rename(request: HttpRequest, firm_id: UUID, view_id: UUID) -> HttpResponse:
    """Give a view another name."""
    seat, view = doors.saved_view(request, firm_id, view_id)
    name = _name(request)
    if not name:
        return refused(request, NAMELESS, again, seat)
    try:
        portfolios.rename_view(view=view, name=name, at=timezone.now())
    except portfolios.NameTaken as refusal:
        return refused(request, str(refusal), again, seat)
    messages.success(request, f"La vue s’appelle « {name} ».")
    return back_to(request, seat)


@doors.signed_in
@require_POST
def open_with(request: HttpRequest, firm_id: UUID, view_id: UUID) -> HttpResponse:
    """Open the portfolio with this view, or no longer."""
    seat, view = doors.saved_view(request, firm_id, view_id)
    is_default = request.POST.get("ouverture") == "1"
    portfolios.open_with_view(view=view, is_default=is_default, at=timezone.now())
    how = f"s’ouvre désormais sur « {view.name} »" if is_default else "s’ouvre désormais sur vos dossiers"
    messages.success(request, f"Le portefeuille {how}.")
    return back_to(request, seat)


@doors.signed_in
@require_POST
def forget(request: HttpRequest, firm_id: UUID, view_id: UUID) -> HttpResponse:
    """Remove a view; the dossiers are not touched."""
    seat, view = doors.saved_view(request, firm_id, view_id)
    portfolios.forget_view(view=view, at=timezone.now())
    messages.success(request, f"La vue « {view.name} » est retirée.")
    return back_to(request, seat)


def _name(request: HttpRequest) -> str:
    """The name typed, on one line; empty when it is none."""
    name = " ".join(request.POST.get("name", "").split())
    return name if len(name) <= LONGEST else ""
