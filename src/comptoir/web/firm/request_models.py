"""The firm's lists of documents: the given ones, rewritten or put away, and its own."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from comptoir.domain import folder as shelves
from comptoir.domain.limits import plain
from comptoir.domain.request import GIVEN, LONGEST_MESSAGE, LONGEST_NAME, Checklist
from comptoir.domain.rights import Act
from comptoir.records.firms.queries import FirmSeat
from comptoir.records.requests import actions, queries
from comptoir.web import doors
from comptoir.web.firm.context import cabinet
from comptoir.web.firm.request_rows import rows_of, typed_rows
from comptoir.web.refusals import refused

NEW = "nouvelle"


@doors.signed_in
@require_http_methods(["GET", "POST"])
def screen(request: HttpRequest, firm_id: UUID) -> HttpResponse:
    """The firm's lists; a POST brings a given one back, as it was given."""
    seat = doors.firm(request, firm_id, Act.MANAGE_MODELS)
    if request.method == "GET":
        return _lists(request, seat)
    key = request.POST.get("liste", "")
    if key not in queries.put_away(seat.firm):
        return refused(request, "Choisissez une liste à reprendre.", _lists, seat)
    actions.write_model(
        firm=seat.firm, row=None, given=key, checklist=GIVEN[key], by=seat.person, at=timezone.now()
    )
    messages.success(request, f"« {GIVEN[key].name} » est de retour, comme au premier jour.")
    return redirect("firm_request_models", firm_id)


@doors.signed_in
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, firm_id: UUID, key: str) -> HttpResponse:
    """One list, or a new one; a POST keeps it. Requests that were sent do not change."""
    if key == NEW:
        seat, row, found = doors.firm(request, firm_id, Act.MANAGE_MODELS), None, Checklist("")
    else:
        seat, row, found = doors.request_model(request, firm_id, key)
    if request.method == "GET":
        return _page(request, seat, key, found)
    written = _typed(request)
    if faults := written.faults():
        return refused(request, f"{' '.join(faults)} Rien n’a été enregistré.", _page, seat, key, written)
    given = key if key in GIVEN else ""
    actions.write_model(firm=seat.firm, row=row, given=given, checklist=written, by=seat.person, at=timezone.now())
    messages.success(request, f"La liste « {written.name} » est enregistrée.")
    return redirect("firm_request_models", firm_id)


@doors.signed_in
@require_POST
def end(request: HttpRequest, firm_id: UUID, key: str) -> HttpResponse:
    """Put a list away."""
    seat, row, found = doors.request_model(request, firm_id, key)
    if row is None and key not in GIVEN:
        raise Http404
    actions.end_model(firm=seat.firm, row=row, given=key, by=seat.person, at=timezone.now())
    messages.success(request, f"La liste « {found.name} » est retirée ; les demandes déjà envoyées gardent tout.")
    return redirect("firm_request_models", firm_id)


def _typed(request: HttpRequest) -> Checklist:
    return Checklist(
        plain(request.POST.get("name", ""), LONGEST_NAME),
        plain(request.POST.get("message", ""), LONGEST_MESSAGE),
        tuple(row.wanted for row in typed_rows(request.POST)),
    )


def _lists(request: HttpRequest, seat: FirmSeat) -> HttpResponse:
    context = cabinet(seat, "requests") | {
        "address": reverse("firm_request_models", args=[seat.firm.pk]),
        "checklists": queries.checklists(seat.firm),
        "given": GIVEN,
        "put_away": queries.put_away(seat.firm),
        "new": NEW,
    }
    return render(request, "firm/request_models.html", context)


def _page(request: HttpRequest, seat: FirmSeat, key: str, found: Checklist) -> HttpResponse:
    context = cabinet(seat, "requests") | {
        "address": reverse("firm_request_model", args=[seat.firm.pk, key]),
        "key": key,
        "is_new": key == NEW,
        "checklist": found,
        "rows": rows_of(found.items, blank=1),
        "folders": list(shelves.SHARED),
    }
    return render(request, "firm/request_model.html", context)
