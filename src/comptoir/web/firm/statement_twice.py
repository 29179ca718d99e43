"""A file that may tell in other words what is known: somebody looks at both, and says whether they are the same."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from comptoir import pipeline
from comptoir.domain.rights import Act
from comptoir.gateways.bank import files as bank_files
from comptoir.records.banking import columns as bank_columns
from comptoir.records.banking import stored
from comptoir.records.banking.actions import NoMovement, OtherAccount
from comptoir.records.banking.models import UnreadStatement
from comptoir.records.banking.overlaps import Twice
from comptoir.records.firms.queries import Seat
from comptoir.web import doors
from comptoir.web.firm.context import frame
from comptoir.web.imports import counted, warn_of_withdrawn
from comptoir.web.refusals import refused


@doors.signed_in
@require_http_methods(["GET", "POST"])
def screen(request: HttpRequest, company_id: UUID, unread_id: UUID) -> HttpResponse:
    """What the file and the account have in common, under both names; a POST says what that is, and imports."""
    seat, unread = doors.unread_statement(request, company_id, unread_id, Act.IMPORT_STATEMENT)
    said = request.POST.get("twice", "")
    if request.method == "GET":
        return _page(request, seat, unread)
    if said not in (Twice.SAME, Twice.NEW):
        return refused(request, "Dites si ces opérations sont les mêmes.", _page, seat, unread)
    try:
        if pipeline.statements.is_long(unread.size):
            pipeline.statements.read_unread(unread=unread, twice=Twice(said), by=seat.person, at=timezone.now())
            return redirect("firm_bank", company_id)
        found = pipeline.import_statement(
            account=unread.account,
            content=stored.content(unread),
            filename=unread.filename,
            by=seat.person,
            at=timezone.now(),
            twice=Twice(said),
        )
    except (OtherAccount, NoMovement, bank_files.RefusedFile, stored.NoLongerThere) as refusal:
        return refused(request, str(refusal), _page, seat, unread)
    bank_columns.discard_unread(unread=unread)
    messages.success(request, f"« {unread.filename} » : {counted(found)}.")
    warn_of_withdrawn(request, found)
    return redirect("firm_bank", company_id)


def _page(request: HttpRequest, seat: Seat, unread: UnreadStatement) -> HttpResponse:
    doubt, fault = bank_columns.doubt_of(unread), ""
    try:
        doubt = doubt or pipeline.doubt(
            account=unread.account, content=stored.content(unread), filename=unread.filename, at=timezone.now()
        )
    except (OtherAccount, NoMovement, bank_files.RefusedFile, stored.NoLongerThere) as refusal:
        fault = str(refusal)
    context = frame(seat, "bank") | {
        "unread": unread,
        "doubt": doubt,
        "fault": fault,
        "alike": doubt.alike[: bank_columns.ALIKE_SHOWN] if doubt else (),
        "shown": bank_columns.ALIKE_SHOWN,
    }
    return render(request, "firm/statement_twice.html", context)
