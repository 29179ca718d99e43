"""Opening hundreds of dossiers from one list: read, looked at row by row, then opened in one act."""

from dataclasses import asdict
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comptoir import pipeline
from comptoir.domain.opening import Model
from comptoir.domain.rights import Act
from comptoir.readers import dossiers as lists
from comptoir.readers import tables
from comptoir.records.firms import file
from comptoir.records.firms import opening as dossiers
from comptoir.records.firms.models import DossierImport, DossierModel
from comptoir.records.firms.queries import FirmSeat
from comptoir.web import doors
from comptoir.web.firm.context import cabinet
from comptoir.web.firm.inviting import invite_directors, waiting
from comptoir.web.refusals import refused
from comptoir.web.uploads import NoFile, TooHeavy, upload

PAGE = 200
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@doors.signed_in
@require_http_methods(["GET", "POST"])
def screen(request: HttpRequest, firm_id: UUID) -> HttpResponse:
    """How to bring a list; a POST reads one and shows what it would open."""
    seat = doors.firm(request, firm_id, Act.OPEN_DOSSIER)
    if request.method == "GET":
        return _page(request, seat)
    try:
        content, filename = upload(request)
        listing = lists.read(content)
    except (NoFile, TooHeavy, tables.NotATable) as refusal:
        return refused(request, str(refusal), _page, seat)
    row = dossiers.keep_import(
        firm=seat.firm,
        filename=filename,
        rows=[asdict(one) for one in listing.rows],
        unknown=list(listing.unknown),
        model=_chosen_model(request, seat),
        invites=request.POST.get("invites") == "1",
        by=seat.person,
        at=timezone.now(),
    )
    return redirect("import_preview", firm_id, row.pk)


@doors.signed_in
@require_GET
def template_csv(request: HttpRequest, firm_id: UUID) -> HttpResponse:
    """Our columns, to fill in with any spreadsheet."""
    doors.firm(request, firm_id, Act.OPEN_DOSSIER)
    return _file(tables.written(lists.template()).encode(), "dossiers.csv", "text/csv; charset=utf-8")


@doors.signed_in
@require_GET
def template_xlsx(request: HttpRequest, firm_id: UUID) -> HttpResponse:
    """Our columns in a workbook, explained on a second sheet."""
    doors.firm(request, firm_id, Act.OPEN_DOSSIER)
    book = tables.workbook({"Dossiers": lists.template(), "Aide": lists.explained()})
    return _file(book, "dossiers.xlsx", XLSX)


@doors.signed_in
@require_GET
def preview(request: HttpRequest, firm_id: UUID, import_id: UUID) -> HttpResponse:
    """What a list would open, each row with its faults."""
    return _preview(request, *doors.dossier_import(request, firm_id, import_id))


@doors.signed_in
@require_GET
def faulty(request: HttpRequest, firm_id: UUID, import_id: UUID) -> HttpResponse:
    """The rows to correct, with why, to import again once corrected."""
    seat, row = doors.dossier_import(request, firm_id, import_id)
    lines = lists.faulty(_candidates(seat, row))
    return _file(tables.written(lines).encode(), "dossiers-a-corriger.csv", "text/csv; charset=utf-8")


@doors.signed_in
@require_POST
def open_all(request: HttpRequest, firm_id: UUID, import_id: UUID) -> HttpResponse:
    """Open what is right, all in one act; pressed twice, it opens once."""
    seat, row = doors.dossier_import(request, firm_id, import_id)
    now = timezone.now()
    try:
        opened = pipeline.open_import(row=row, judge=lambda held: _candidates(seat, held), by=seat.person, at=now)
    except file.Taken as refusal:
        return refused(request, str(refusal), _preview, seat, row)
    if opened is None:
        messages.warning(request, "Cette liste est déjà ouverte : rien n’a été fait une seconde fois.")
    elif not opened:
        return refused(request, "Aucune ligne n’est prête : rien n’a été ouvert.", _preview, seat, row)
    else:
        directors = [(company, opening.director) for company, opening in opened]
        noted = invite_directors(request, directors, by=seat.person, at=now, sends=row.invites)
        messages.success(request, _counted(len(opened), noted, is_sent=row.invites))
    return redirect("portfolio", firm_id)


@doors.signed_in
@require_POST
def discard(request: HttpRequest, firm_id: UUID, import_id: UUID) -> HttpResponse:
    """Throw a list away; what it opened stays."""
    _, row = doors.dossier_import(request, firm_id, import_id)
    dossiers.discard_import(row=row)
    messages.success(request, f"La liste « {row.filename} » est jetée.")
    return redirect("import_dossiers", firm_id)


def _chosen_model(request: HttpRequest, seat: FirmSeat) -> DossierModel | None:
    """The model that the form names; none is a choice too."""
    wanted = request.POST.get("model", "")
    known = {str(row.pk): row for row in dossiers.models_of(seat.firm)}
    if wanted and wanted not in known:
        raise Http404
    return known.get(wanted)


def _page(request: HttpRequest, seat: FirmSeat) -> HttpResponse:
    context = cabinet(seat, "import_dossiers") | {
        "imports": dossiers.imports(seat),
        "models": dossiers.models_of(seat.firm),
        "columns": lists.COLUMNS,
        "needed": lists.NEEDED,
        "most": lists.MOST,
    }
    return render(request, "firm/import.html", context)


def _preview(request: HttpRequest, seat: FirmSeat, row: DossierImport) -> HttpResponse:
    candidates = _candidates(seat, row)
    wrong = [found for found in candidates if found.faults]
    ready = [found for found in candidates if not found.faults]
    is_wrong = request.GET.get("voir", "a-corriger" if wrong else "pretes") == "a-corriger"
    after = int(text) if (text := request.GET.get("apres", "")[:9]).isascii() and text.isdigit() else 0
    shown = [found for found in (wrong if is_wrong else ready) if found.row.number > after]
    context = cabinet(seat, "import_dossiers") | {
        "address": reverse("import_preview", args=[seat.firm.pk, row.pk]),
        "import": row,
        "ready": len(ready),
        "wrong": len(wrong),
        "invited": sum(found.opening is not None and found.opening.director is not None for found in ready),
        "is_wrong": is_wrong,
        "shown": shown[:PAGE],
        "next_after": shown[PAGE - 1].row.number if len(shown) > PAGE else None,
    }
    return render(request, "firm/import_preview.html", context)


def _candidates(seat: FirmSeat, row: DossierImport) -> list[lists.Candidate]:
    """The rows that the list still holds, as the firm stands now: what was opened since is said."""
    known = lists.Known(
        *dossiers.taken(seat, timezone.localdate()),
        dossiers.by_name(seat.firm),
        dossiers.content(row.model) if row.model else Model(),
    )
    return lists.judge([lists.Row(**kept) for kept in row.rows], known, on=timezone.localdate(row.at))


def _counted(count: int, noted: int, *, is_sent: bool) -> str:
    opened = f"{count} dossiers sont ouverts" if count > 1 else "1 dossier est ouvert"
    if not noted:
        return f"{opened}, dans le portefeuille."
    if not is_sent:
        people = f"{noted} dirigeants sont notés" if noted > 1 else "1 dirigeant est noté"
        return f"{opened}, dans le portefeuille ; {people} : cochez leurs dossiers et « Inviter » leur écrira."
    people = f"{noted} dirigeants sont invités" if noted > 1 else "1 dirigeant est invité"
    return f"{opened}, dans le portefeuille ; {people}{waiting(noted)}."


def _file(content: bytes, name: str, media_type: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
