"""The bank accounts of every dossier, those first asked for that want something."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from comptoir.domain.rights import Act
from comptoir.records.connections.board import Want, board
from comptoir.records.firms import queries as people
from comptoir.web import doors
from comptoir.web.firm.context import cabinet


@doors.signed_in
@require_GET
def screen(request: HttpRequest, firm_id: UUID) -> HttpResponse:
    """Each account of the dossiers that this person may enter: proved to when, connected how, waiting for whom."""
    seat = doors.firm(request, firm_id, Act.SEE_BOOKS)
    asked, number = request.GET.get("attend", ""), request.GET.get("page", "1")
    want, today = Want(asked) if asked in set(Want) else None, timezone.localdate()
    page = int(number) if number.isdecimal() and len(number) < 6 else 1
    found = board(people.enterable(seat, today), want=want, page=page, on=today)
    context = cabinet(seat, "banks") | {
        "board": found,
        "counts": [(one, found.counts[one]) for one in Want],
        "chosen": want,
    }
    return render(request, "firm/bank_board.html", context)
