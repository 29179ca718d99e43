"""The client's shared folders: what is there to read and download, and to put files in where the firm lets them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comptoir import pipeline
from comptoir.lib import keyset
from comptoir.records.firms.retention import Held
from comptoir.records.folders import previews
from comptoir.records.folders import queries as folders
from comptoir.records.folders.actions import AlreadyBack, AlreadyWithdrawn, FolderInBin, NotYours, WorkedOn
from comptoir.web import doors, folder_files
from comptoir.web.client.context import frame
from comptoir.web.refusals import refused


@doors.signed_in
@require_GET
def screen(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """The folders that this person may see, and how full each is."""
    seat, tree = doors.shelves(request, company_id)
    shelves = folders.shelves(seat.company, doors.viewer(seat), among=tree)
    return render(request, "client/folders.html", frame(seat, "folders") | {"shelves": shelves})


@doors.signed_in
@require_http_methods(["GET", "POST"])
def folder(request: HttpRequest, company_id: UUID, folder: str, subfolder_id: UUID | None = None) -> HttpResponse:
    """One folder; a POST puts files in it, where the firm lets this person."""
    is_post = request.method == "POST"
    entered = doors.folder(request, "client", company_id, folder, subfolder_id, to_put=is_post)
    if not is_post:
        return _page(request, entered)
    answers = folder_files.put(request, entered.seat, entered.place)
    if folder_files.wants_json(request):
        return folder_files.as_json(answers)
    refusals = folder_files.say(request, answers)
    if not refusals:
        return redirect(folder_files.address("client", entered.seat, entered.place))
    for sentence in refusals[1:]:
        messages.error(request, sentence)
    return refused(request, refusals[0], _page, entered)


@doors.signed_in
@require_GET
def sheet(request: HttpRequest, company_id: UUID, folder: str, file_id: UUID) -> HttpResponse:
    """One file: what is in it, and its versions."""
    seat, file, tree = doors.shared_file(request, "client", company_id, folder, file_id)
    preview = previews.of(file.original, file.name)
    if preview.is_coming:
        pipeline.filing.draw_later(file)
    context = frame(seat, "folders") | {
        "file": file,
        "may_take_back": seat.viewer is None and pipeline.folders.may_take_back(file=file, by=seat.person),
        "preview": preview,
        "versions": folders.versions(file),
        "crumbs": folder_files.crumbs("client", seat, tree, file.place, with_last=True),
        "address": request.path,
    }
    return render(request, "client/shared_file.html", context)


@doors.signed_in
@require_POST
def take_back(request: HttpRequest, company_id: UUID, folder: str, file_id: UUID) -> HttpResponse:
    """Take out what one put in oneself; a second time changes nothing and says so."""
    seat, file, tree = doors.file_to_take_back(request, company_id, folder, file_id)
    there = file.place if tree.has(file.place) else doors.shelf_of(file.place)
    try:
        pipeline.folders.take_back_file(file=file, by=seat.person, at=timezone.now())
        messages.success(request, f"« {file.name} » est retiré.")
    except (NotYours, WorkedOn, AlreadyWithdrawn, Held) as refusal:
        messages.error(request, str(refusal))
    return redirect(folder_files.address("client", seat, there))


@doors.signed_in
@require_POST
def undo_taking_back(request: HttpRequest, company_id: UUID, folder: str, file_id: UUID) -> HttpResponse:
    """Put back what one has taken out oneself; a second time changes nothing and says so."""
    seat, file, tree = doors.file_to_take_back(request, company_id, folder, file_id)
    there = file.place if tree.has(file.place) else doors.shelf_of(file.place)
    try:
        back = pipeline.folders.undo_taking_back(file=file, by=seat.person, at=timezone.now())
        messages.success(request, f"« {back.name} » est de nouveau à sa place.")
    except (NotYours, AlreadyBack, FolderInBin) as refusal:
        messages.error(request, str(refusal))
    return redirect(folder_files.address("client", seat, there))


def _page(request: HttpRequest, entered: doors.Entered) -> HttpResponse:
    """The folder, its latest file first; htmx asks for its lines only."""
    seat, place, tree = entered
    after = keyset.moment_key(request.GET.get("apres", ""))
    context: dict[str, Any] = frame(seat, "folders") | {
        "folder": place.folder,
        "place": place,
        "called": folder_files.named(tree, place),
        "crumbs": folder_files.crumbs("client", seat, tree, place),
        "access": tree.access(place),
        "is_own": seat.person.pk in tree.owners(place),
        "inner": folders.folders_in(tree, doors.viewer(seat), place, folders.counted(seat.company)),
        "page": folders.listed(seat.company, place, after=after),
        "is_first": after is None,
        "taken_back": folders.taken_back(seat.company, place, seat.person, at=timezone.now()),
        "may_put": tree.may_put(doors.viewer(seat), place) and not seat.viewer,
        "address": folder_files.address("client", seat, place),
    }
    page = "client/folder.html#files" if request.htmx else "client/folder.html"  # type: ignore[attr-defined]
    return render(request, page, context)
