"""Taking a whole dossier away, from either side: asked for, made by a job, downloaded for a week."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods

from comptoir import pipeline
from comptoir.lib import zipping
from comptoir.records.exports import takeouts
from comptoir.records.exports.models import KEPT
from comptoir.web import doors
from comptoir.web.client.context import frame as client_frame
from comptoir.web.firm.context import frame as firm_frame


@doors.signed_in
@require_http_methods(["GET", "POST"])
def screen(request: HttpRequest, side: str, company_id: UUID) -> HttpResponse:
    """What was asked for and how far it is; a POST asks."""
    seat, now = doors.to_take_away(request, side, company_id), timezone.now()
    if request.method == "POST":
        try:
            pipeline.takeouts.ask_takeout(company=seat.company, is_firm=seat.is_firm, by=seat.person, at=now)
            messages.success(request, "C’est demandé : un avis vous dira quand l’archive est prête.")
        except takeouts.BeingMade as told:
            messages.info(request, str(told))
        return redirect(f"{side}_takeout", company_id)
    found = takeouts.of(seat.company, is_firm=seat.is_firm)
    frame = client_frame if side == "client" else firm_frame
    context = frame(seat, "takeout") | {
        "takeouts": found,
        "is_being_made": any(row.made_at is None and row.failed_at is None for row in found),
        "now": now,
        "days": KEPT.days,
    }
    return render(request, f"{side}/takeout.html", context)


@doors.signed_in
@require_GET
def file(request: HttpRequest, side: str, company_id: UUID, takeout_id: UUID) -> StreamingHttpResponse:
    """The archive, sent as it is read; the log says who took it."""
    seat, row = doors.takeout(request, side, company_id, takeout_id)
    parts = takeouts.take_home(row=row, by=seat.person, at=timezone.now())
    response = StreamingHttpResponse(zipping.sent(parts), content_type="application/zip")
    name = zipping.plain(f"{seat.company.name} {row.made_at:%Y-%m-%d}.zip".replace("/", "-"))
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    response["Content-Length"], response["X-Content-Type-Options"] = str(row.size), "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
