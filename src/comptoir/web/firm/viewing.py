"""View as client: the space with the eyes of one of its people, read-only, announced by a banner, and recorded."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from comptoir.domain.rights import Act
from comptoir.records.audit import actions as audit
from comptoir.records.firms import queries as people
from comptoir.records.firms.queries import Seat
from comptoir.web import doors
from comptoir.web.firm.context import frame


@doors.signed_in
@require_http_methods(["GET", "POST"])
def viewing(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """Whose eyes to look with; a POST begins to look."""
    seat = doors.dossier(request, company_id, Act.VIEW_AS_CLIENT)
    rows = people.members(seat.company, timezone.localdate())
    if request.method != "POST":
        return render(request, "firm/viewing.html", frame(seat, "viewing") | {"people": rows})
    chosen = request.POST.get("member", "")
    row = next((row for row in rows if str(row.pk) == chosen), None)
    if row is None and (chosen or rows):
        raise Http404
    request.session[doors.VIEWING] = {"company": str(company_id), "member": chosen}
    _note("view_as_client", seat, **({"name": row.person.full_name, "role": row.role} if row else {}))
    return redirect("client_home", company_id)


@doors.signed_in
@require_POST
def end(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """Back to one's own eyes."""
    seat = doors.dossier(request, company_id, Act.VIEW_AS_CLIENT)
    if request.session.pop(doors.VIEWING, None):
        _note("end_view", seat)
    return redirect("firm_production", company_id)


def _note(verb: str, seat: Seat, **detail: object) -> None:
    company = seat.company
    audit.note(
        verb, firm_id=company.firm_id, company_id=company.pk, person_id=seat.person.pk, at=timezone.now(), **detail
    )
