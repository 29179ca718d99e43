"""The bin of the shared folders: what goes there, what comes back, and what is given up after its time."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from comptoir import pipeline
from comptoir.domain.rights import Act
from comptoir.records.firms.queries import Seat
from comptoir.records.firms.retention import Held, standing, years_of
from comptoir.records.folders import queries as folders
from comptoir.records.folders.actions import AlreadyBack, AlreadyWithdrawn, FolderInBin
from comptoir.records.folders.models import SharedFile
from comptoir.records.ledger import retention as kept
from comptoir.web import doors, folder_files
from comptoir.web.firm.context import frame


@doors.signed_in
@require_http_methods(["GET", "POST"])
def screen(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """What can be restored; a POST gives up what has been there long enough."""
    seat = doors.dossier(request, company_id, Act.FILL_FOLDERS)
    if request.method == "POST":
        messages.info(request, _emptied(seat))
        return redirect("firm_bin", company_id)
    things, now = folders.in_bin(seat.company, kept.of(seat.company)), timezone.now()
    context = frame(seat, "folders") | {
        "things": things,
        "old": sum(thing.kept_until <= now for thing in things),
        "days": folders.KEPT_IN_BIN.days,
        "years": years_of(seat.company),
        "hold": standing(seat.company),
        "address": request.path,
    }
    return render(request, "firm/bin.html", context)


def _emptied(seat: Seat) -> str:
    try:
        count = pipeline.folders.empty_bin(company=seat.company, by=seat.person, at=timezone.now())
    except Held as told:
        return str(told)
    s = "s" if count > 1 else ""
    return (
        f"{count} élément{s} retiré{s} de la corbeille." if count else "Rien n’est encore arrivé à son terme ici."
    )


@doors.signed_in
@require_POST
def restore(request: HttpRequest, company_id: UUID, thing_id: UUID) -> HttpResponse:
    """Take a file or a folder out of the bin, to where it was."""
    seat, thing, _ = doors.thing_in_bin(request, company_id, thing_id)
    try:
        back = pipeline.folders.restore(thing=thing, by=seat.person, at=timezone.now())
    except (AlreadyBack, FolderInBin) as told:
        messages.info(request, str(told))
        return redirect("firm_bin", company_id)
    messages.success(request, f"« {back.name} » est de nouveau à sa place.")
    place = back.place if isinstance(back, SharedFile) else back.around
    return redirect(folder_files.address("firm", seat, place))


@doors.signed_in
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, company_id: UUID, folder: str, file_id: UUID) -> HttpResponse:
    """What follows from taking a file away, then the act; a second time changes nothing and says so."""
    seat, file, tree = doors.file_to_keep(request, company_id, folder, file_id, is_there=request.method != "POST")
    back = folder_files.address("firm", seat, file.place if tree.has(file.place) else doors.shelf_of(file.place))
    if request.method != "POST":
        context = {"name": file.name, "where": folder_files.named(tree, file.place), "back": back}
        return _asked(request, frame(seat, "folders") | context)
    try:
        pipeline.withdraw_file(file=file, by=seat.person, at=timezone.now())
        messages.success(request, f"« {file.name} » est à la corbeille : le client ne le voit plus.")
    except (AlreadyWithdrawn, Held) as told:
        messages.info(request, str(told))
    return redirect(back)


@doors.signed_in
@require_http_methods(["GET", "POST"])
def withdraw_folder(request: HttpRequest, company_id: UUID, folder: str, subfolder_id: UUID) -> HttpResponse:
    """The same for a folder, with all that it holds."""
    seat, row, tree = doors.subfolder_to_keep(
        request, company_id, folder, subfolder_id, is_there=request.method != "POST"
    )
    back = folder_files.address("firm", seat, row.around if tree.has(row.around) else doors.shelf_of(row.around))
    if request.method != "POST":
        context = {
            "name": row.name,
            "where": folder_files.named(tree, row.around),
            "back": back,
            "is_folder": True,
        }
        return _asked(request, frame(seat, "folders") | context)
    try:
        pipeline.folders.withdraw_folder(subfolder=row, by=seat.person, at=timezone.now())
        messages.success(request, f"« {row.name} » est à la corbeille, avec ce qu’il contient.")
    except (AlreadyWithdrawn, Held) as told:
        messages.info(request, str(told))
    return redirect(back)


def _asked(request: HttpRequest, context: dict[str, object]) -> HttpResponse:
    return render(
        request, "firm/withdraw_file.html", context | {"address": request.path, "days": folders.KEPT_IN_BIN.days}
    )
