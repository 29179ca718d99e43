"""Doors to the shared folders: what is not there for somebody has no address, by whatever name it is asked for."""

from typing import Generic, NamedTuple, TypeVar
from uuid import UUID

from django.http import Http404, HttpRequest

from comptoir.domain.folder import Folder
from comptoir.domain.rights import Act
from comptoir.domain.shelving import Place, Tree, Viewer
from comptoir.records.firms.queries import Seat
from comptoir.records.folders import queries as folders
from comptoir.records.folders.models import SharedFile, SubFolder
from comptoir.web.doors.seats import NotTheirs, as_key, company, dossier, there

T = TypeVar("T")


class Entered(NamedTuple):
    """A folder, the seat from which it is seen, and the tree that it stands in."""

    seat: Seat
    place: Place
    tree: Tree


class Shown(NamedTuple, Generic[T]):
    """A thing in a folder, the seat from which it is seen, and the tree that it stands in."""

    seat: Seat
    thing: T
    tree: Tree


def viewer(seat: Seat) -> Viewer:
    """Who looks, as folders know them."""
    return Viewer(seat.role, seat.person.pk)


def shelves(request: HttpRequest, company_id: UUID) -> tuple[Seat, Tree]:
    """The client's folders, for those for whom one is there."""
    seat = company(request, company_id, Act.SEE_FOLDERS, Act.TAKE_PART)
    found = folders.tree(seat.company)
    if not found.seen(viewer(seat)):
        raise NotTheirs(None, company_id)
    return seat, found


def folder(
    request: HttpRequest, side: str, company_id: UUID, name: str, key: UUID | None = None, *, to_put: bool = False
) -> Entered:
    """A folder from one side, for whom it is there, or only for those of them who may put files in it."""
    seat = _seat(request, side, company_id)
    found, place = folders.tree(seat.company), Place(folder_named(name), key)
    allowed = found.has(place) and found.sees(viewer(seat), place)
    if not allowed or (to_put and not found.may_put(viewer(seat), place)):
        raise NotTheirs(None, company_id)
    return Entered(seat, place, found)


def shared_file(request: HttpRequest, side: str, company_id: UUID, name: str, file_id: UUID) -> Shown[SharedFile]:
    """A file from one side; one in the bin, or in a folder that is not there, is not there."""
    seat, shelf, found = _shelf(request, side, company_id, name)
    file = there(folders.one(seat.company, shelf, file_id))
    if not found.has(file.place) or not found.sees(viewer(seat), file.place):
        raise NotTheirs(None, company_id)
    return Shown(seat, file, found)


def file_to_take_back(request: HttpRequest, company_id: UUID, name: str, file_id: UUID) -> Shown[SharedFile]:
    """A file that somebody of the client's sees, or saw before it went to the bin: theirs to take out, or not."""
    seat, shelf, found = _shelf(request, "client", company_id, name)
    file = there(folders.one(seat.company, shelf, file_id, is_there=False))
    is_seen = found.has(file.place) and found.sees(viewer(seat), file.place)
    if not is_seen or (file.withdrawn_at is not None and file.put_by_id != seat.person.pk):
        raise NotTheirs(None, company_id)
    return Shown(seat, file, found)


def file_to_keep(
    request: HttpRequest, company_id: UUID, name: str, file_id: UUID, *, is_there: bool = True
) -> Shown[SharedFile]:
    """A file as the firm works on it; one in the bin too where `is_there` is not asked."""
    seat = dossier(request, company_id, Act.FILL_FOLDERS)
    file = there(folders.one(seat.company, folder_named(name), file_id, is_there=is_there))
    found = folders.tree(seat.company)
    if is_there and not found.has(file.place):
        raise Http404
    return Shown(seat, file, found)


def subfolder_to_keep(
    request: HttpRequest, company_id: UUID, name: str, key: UUID, *, is_there: bool = True
) -> Shown[SubFolder]:
    """A folder that the firm made, as it works on it."""
    seat = dossier(request, company_id, Act.FILL_FOLDERS)
    row = there(folders.subfolder(seat.company, folder_named(name), key, is_there=is_there))
    found = folders.tree(seat.company)
    if is_there and not found.has(row.place):
        raise Http404
    return Shown(seat, row, found)


def thing_in_bin(request: HttpRequest, company_id: UUID, key: UUID) -> Shown[SharedFile | SubFolder]:
    """What is in the bin, for the firm."""
    seat = dossier(request, company_id, Act.FILL_FOLDERS)
    thing: SharedFile | SubFolder | None = folders.thing_in_bin(seat.company, key)
    if thing is None:
        raise Http404
    return Shown(seat, thing, folders.tree(seat.company))


def place_named(seat: Seat, among: Tree, written: str) -> Place:
    """The place that a form names, `fiscal` or `fiscal:<key>`, for who may put files there; 404 for none."""
    name, _, key = written.partition(":")
    place = Place(folder_named(name), as_key(key) if key else None)
    if (key and place.key is None) or not among.has(place) or not among.may_put(viewer(seat), place):
        raise Http404
    return place


def shelf_of(place: Place) -> Place:
    """The fixed folder around a place."""
    return Place(place.folder)


def folder_named(name: str) -> Folder:
    """The fixed folder of this name; 404 for none."""
    try:
        return Folder(name)
    except ValueError as error:
        raise Http404 from error


def _seat(request: HttpRequest, side: str, company_id: UUID) -> Seat:
    if side == "firm":
        return dossier(request, company_id, Act.SEE_FOLDERS)
    return company(request, company_id, Act.SEE_FOLDERS, Act.TAKE_PART)


def _shelf(request: HttpRequest, side: str, company_id: UUID, name: str) -> tuple[Seat, Folder, Tree]:
    seat = _seat(request, side, company_id)
    return seat, folder_named(name), folders.tree(seat.company)
