"""The folders as the firm fills them: put files, name and move them, copy between folders and pieces."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comptoir import pipeline, readers
from comptoir.domain.folder import Folder
from comptoir.domain.rights import Act
from comptoir.domain.shelving import Place, Tree
from comptoir.lib import keyset
from comptoir.records.deposits.actions import AlreadyHandedIn
from comptoir.records.deposits.models import Document
from comptoir.records.firms.queries import Seat
from comptoir.records.folders import previews
from comptoir.records.folders import queries as folders
from comptoir.records.folders.actions import AlreadyInFolder, AlreadyWithdrawn, NameTaken, NotThere
from comptoir.web import doors, folder_files
from comptoir.web.firm.context import frame
from comptoir.web.refusals import refused


@doors.signed_in
@require_GET
def screen(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """The fixed folders, how full each is, and who sees it."""
    seat = doors.dossier(request, company_id, Act.SEE_FOLDERS)
    context = frame(seat, "folders") | {"shelves": folders.shelves(seat.company, doors.viewer(seat))}
    return render(request, "firm/folders.html", context)


@doors.signed_in
@require_http_methods(["GET", "POST"])
def folder(request: HttpRequest, company_id: UUID, folder: str, subfolder_id: UUID | None = None) -> HttpResponse:
    """One folder; a POST puts files in it, each on its own."""
    is_post = request.method == "POST"
    entered = doors.folder(request, "firm", company_id, folder, subfolder_id, to_put=is_post)
    if not is_post:
        return page(request, entered)
    answers = folder_files.put(request, entered.seat, entered.place)
    if folder_files.wants_json(request):
        return folder_files.as_json(answers)
    refusals = folder_files.say(request, answers)
    if not refusals:
        return redirect(folder_files.address("firm", entered.seat, entered.place))
    for sentence in refusals[1:]:
        messages.error(request, sentence)
    answer = refused(request, refusals[0], page, entered)
    answer.status_code = max(answer.status for answer in answers)
    return answer


def page(request: HttpRequest, entered: doors.Entered, *, typed: str = "") -> HttpResponse:
    """A folder: its folders, its files, the latest first; htmx asks for its lines only."""
    seat, place, tree = entered
    after, full = keyset.moment_key(request.GET.get("apres", "")), folders.counted(seat.company)
    context = frame(seat, "folders") | {
        "folder": place.folder,
        "place": place,
        "called": folder_files.named(tree, place),
        "crumbs": folder_files.crumbs("firm", seat, tree, place),
        "access": tree.access(place),
        "is_owned": bool(tree.owners(place)),
        "shelves": folders.shelves(seat.company, doors.viewer(seat), among=tree, full=full),
        "inner": folders.folders_in(tree, doors.viewer(seat), place, full),
        "page": folders.listed(seat.company, place, after=after),
        "is_first": after is None,
        "typed": typed,
        "address": folder_files.address("firm", seat, place),
    }
    name = "firm/folder.html#files" if request.htmx else "firm/folder.html"  # type: ignore[attr-defined]
    return render(request, name, context)


@doors.signed_in
@require_http_methods(["GET", "POST"])
def sheet(request: HttpRequest, company_id: UUID, folder: str, file_id: UUID) -> HttpResponse:
    """One file: what is in it, its versions; a POST gives it another name or folder."""
    seat, file, tree = doors.file_to_keep(request, company_id, folder, file_id)
    if request.method != "POST":
        return _sheet(request, doors.Shown(seat, file, tree))
    into = doors.place_named(seat, tree, request.POST.get("into", ""))
    name = request.POST.get("name", "").strip() or file.name
    try:
        file = pipeline.folders.arrange_file(file=file, name=name, into=into, by=seat.person, at=timezone.now())
    except AlreadyWithdrawn as told:
        messages.info(request, str(told))
        return redirect("firm_folder", company_id, folder)
    except (NameTaken, NotThere) as refusal:
        return refused(request, str(refusal), _sheet, doors.Shown(seat, file, tree), typed=name)
    messages.success(request, f"C’est fait : « {file.name} », dans « {folder_files.named(tree, into)} ».")
    return redirect("firm_file_sheet", company_id, file.folder, file_id)


def _sheet(request: HttpRequest, shown: doors.Shown[Any], *, typed: str = "") -> HttpResponse:
    seat, file, tree = shown
    file.refresh_from_db(fields=["name"])
    preview = previews.of(file.original, file.name)
    if preview.is_coming:
        pipeline.filing.draw_later(file)
    context = frame(seat, "folders") | {
        "file": file,
        "preview": preview,
        "versions": folders.versions(file),
        "crumbs": folder_files.crumbs("firm", seat, tree, file.place, with_last=True),
        "access": tree.access(file.place),
        "is_owned": bool(tree.owners(file.place)),
        "places": places(tree, seat),
        "here": written(file.place),
        "typed": typed or file.name,
        "purposes": [(one.value, one.label) for one in Document.Purpose if one.value],
        "address": request.path,
    }
    return render(request, "firm/shared_file.html", context)


@doors.signed_in
@require_POST
def hand_in(request: HttpRequest, company_id: UUID, folder: str, file_id: UUID) -> HttpResponse:
    """A file becomes a piece too, without another copy of its bytes."""
    seat, file, tree = doors.file_to_keep(request, company_id, folder, file_id)
    asked = request.POST.get("purpose", "")
    purpose = asked if asked in Document.Purpose.values else ""
    try:
        piece = pipeline.folders.hand_in_file(file=file, purpose=purpose, by=seat.person, at=timezone.now())
    except AlreadyHandedIn as twin:
        messages.info(request, "Ce fichier est déjà une pièce du dossier : la voici.")
        return redirect("firm_review", company_id, twin.document.pk)
    except readers.NotReadable as refusal:
        return refused(request, str(refusal), _sheet, doors.Shown(seat, file, tree))
    messages.success(request, f"« {piece.filename} » est aussi une pièce du dossier.")
    return redirect("firm_review", company_id, piece.pk)


@doors.signed_in
@require_http_methods(["GET", "POST"])
def copy_piece(request: HttpRequest, company_id: UUID, document_id: UUID) -> HttpResponse:
    """Choose a folder for a copy of a piece, then put it there, without another copy of its bytes."""
    seat, document = doors.document_to_review(request, company_id, document_id, Act.FILL_FOLDERS)
    tree = folders.tree(seat.company)
    if request.method != "POST":
        return _choose(request, seat, document, tree)
    into = doors.place_named(seat, tree, request.POST.get("into", ""))
    try:
        pipeline.folders.copy_piece(document=document, place=into, by=seat.person, at=timezone.now())
    except (AlreadyInFolder, NotThere, readers.NotReadable) as refusal:
        return refused(request, str(refusal), _choose, seat, document, tree)
    messages.success(request, f"« {document.filename} » est copié dans « {folder_files.named(tree, into)} ».")
    return redirect(folder_files.address("firm", seat, into))


def _choose(request: HttpRequest, seat: Seat, document: Document, tree: Tree) -> HttpResponse:
    context = frame(seat, "folders") | {
        "document": document,
        "places": places(tree, seat),
        "here": written(Place(Folder.PERMANENT)),
        "address": request.path,
    }
    return render(request, "firm/copy_piece.html", context)


def places(tree: Tree, seat: Seat) -> list[tuple[str, str]]:
    """Every folder that this person may fill, as a list to choose from shows it."""
    return [
        (written(place), f"{'— ' * len(tree.path(place))}{folder_files.named(tree, place)}")
        for place in tree.seen(doors.viewer(seat))
    ]


def written(place: Place) -> str:
    """A place as a form names it (`doors.place_named`)."""
    return f"{place.folder}:{place.key}" if place.key else place.folder.value
