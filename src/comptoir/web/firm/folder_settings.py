"""What the firm makes of its folders: new ones, their names and places, who of the client's people sees them."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from comptoir import pipeline
from comptoir.domain.rights import Role
from comptoir.domain.shelving import MAY_PUT, Misplaced, Place
from comptoir.records.firms import queries as people
from comptoir.records.firms.models import Person
from comptoir.records.firms.queries import Seat
from comptoir.records.folders import actions
from comptoir.records.folders.models import SubFolder
from comptoir.web import doors, folder_files
from comptoir.web.firm import folders as screens
from comptoir.web.firm.context import frame
from comptoir.web.refusals import refused

REFUSALS = (actions.NoName, actions.NameTaken, actions.TooManyFolders, actions.NotThere, Misplaced)
READERS = (Role.GESTIONNAIRE, Role.LECTEUR)
"""Of whom one chooses: the *dirigeant* sees every folder, a *déposant* those that are theirs."""


@doors.signed_in
@require_POST
def make(request: HttpRequest, company_id: UUID, folder: str, subfolder_id: UUID | None = None) -> HttpResponse:
    """Make a folder in this one."""
    entered = doors.folder(request, "firm", company_id, folder, subfolder_id, to_put=True)
    name = request.POST.get("name", "")
    try:
        made = pipeline.folders.make_folder(
            company=entered.seat.company, place=entered.place, name=name, by=entered.seat.person, at=timezone.now()
        )
    except REFUSALS as refusal:
        return refused(request, str(refusal), screens.page, entered, typed=name)
    messages.success(request, f"« {made.name} » est créé.")
    return redirect(folder_files.address("firm", entered.seat, made.place))


@doors.signed_in
@require_http_methods(["GET", "POST"])
def arrange(request: HttpRequest, company_id: UUID, folder: str, subfolder_id: UUID) -> HttpResponse:
    """The name and the place of a folder that the firm made."""
    shown = doors.subfolder_to_keep(request, company_id, folder, subfolder_id)
    seat, row, tree = shown
    if request.method != "POST":
        return _arranging(request, shown)
    name, into = request.POST.get("name", ""), doors.place_named(seat, tree, request.POST.get("into", ""))
    try:
        row = pipeline.folders.arrange_folder(
            subfolder=row, name=name, into=into, by=seat.person, at=timezone.now()
        )
    except REFUSALS as refusal:
        return refused(request, str(refusal), _arranging, shown, typed=name)
    messages.success(request, f"C’est fait : « {row.name} », dans « {folder_files.named(tree, into)} ».")
    return redirect(folder_files.address("firm", seat, row.place))


def _arranging(request: HttpRequest, shown: doors.Shown[SubFolder], *, typed: str | None = None) -> HttpResponse:
    seat, row, tree = shown
    context = frame(seat, "folders") | {
        "subfolder": row,
        "title": row.name,
        "typed": row.name if typed is None else typed,
        "places": screens.places(tree, seat),
        "here": screens.written(row.around),
        "back": folder_files.address("firm", seat, row.place),
        "address": request.path,
    }
    return render(request, "firm/arrange_folder.html", context)


@doors.signed_in
@require_http_methods(["GET", "POST"])
def access(request: HttpRequest, company_id: UUID, folder: str, subfolder_id: UUID | None = None) -> HttpResponse:
    """Who of the client's people sees a folder, and who puts files in it."""
    entered = doors.folder(request, "firm", company_id, folder, subfolder_id, to_put=True)
    if entered.place.folder.is_private:
        raise doors.NotTheirs(None, company_id)
    if request.method != "POST":
        return _access(request, entered)
    seat, place, tree = entered
    owner = _owner(seat, request.POST.get("owner", "")) if place.key else None
    pipeline.folders.set_access(
        company=seat.company,
        place=place,
        readers=_roles(request, "readers"),
        writers=_roles(request, "writers"),
        by=seat.person,
        at=timezone.now(),
    )
    if place.key:
        row = doors.subfolder_to_keep(request, company_id, folder, place.key).thing
        pipeline.folders.give_folder(subfolder=row, owner=owner, by=seat.person, at=timezone.now())
    messages.success(request, f"La visibilité de « {folder_files.named(tree, place)} » est enregistrée.")
    return redirect(folder_files.address("firm", seat, place))


def _access(request: HttpRequest, entered: doors.Entered) -> HttpResponse:
    seat, place, tree = entered
    node = tree.nodes[place.key] if place.key else None
    around = tree.access(Place(place.folder, node.parent)) if node else None
    context = frame(seat, "folders") | {
        "folder": place.folder,
        "title": folder_files.named(tree, place),
        "access": tree.access(place),
        "around": around,
        "readers": [(role, around is None or role in around.readers) for role in READERS],
        "writers": MAY_PUT,
        "people": people.payers(seat.company, timezone.localdate()) if node else [],
        "owner": node.owner if node else None,
        "place_is_inner": node is not None,
        "back": folder_files.address("firm", seat, place),
        "address": request.path,
    }
    return render(request, "firm/folder_access.html", context)


def _roles(request: HttpRequest, name: str) -> list[Role]:
    return [Role(role) for role in request.POST.getlist(name) if role in (*READERS, *MAY_PUT)]


def _owner(seat: Seat, written: str) -> Person | None:
    return next((one for one in people.payers(seat.company, timezone.localdate()) if str(one.pk) == written), None)
