"""Reading the shared folders: the tree, how full each folder is, what is in one, and what waits in the bin."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TypeVar
from uuid import UUID

from django.db.models import Count, Max, QuerySet
from django.utils.timezone import get_default_timezone, localdate

from comptoir.domain.folder import Folder
from comptoir.domain.retention import Retention, binds
from comptoir.domain.rights import Role
from comptoir.domain.shelving import Access, Node, Place, Tree, Viewer
from comptoir.lib import keyset
from comptoir.lib.english.catalog import english
from comptoir.records.firms.models import Company, Person
from comptoir.records.folders.models import FileVersion, SharedFile, ShelfAccess, SubFolder

Row = TypeVar("Row", SharedFile, SubFolder)

PAGE = 50
KEPT_IN_BIN = timedelta(days=30)
"""How long what is in the bin can be restored at least."""
MOST_IN_BIN = 500
JUST_NOW = timedelta(hours=1)
"""How long what somebody took out themselves is shown where it was, to be put back."""
MOST_JUST_NOW = 5


@dataclass(frozen=True, slots=True)
class Shelf:
    """A folder as a list of folders shows it: how many files, however deep, and when the last came."""

    place: Place
    name: str
    count: int
    last_at: datetime | None
    access: Access
    owner: UUID | None = None

    @property
    def folder(self) -> Folder:
        """The fixed folder that it is, or stands in."""
        return self.place.folder

    @property
    def is_reserved(self) -> bool:
        """Whether only the *dirigeant* sees it, among the client's people."""
        return self.access.readers == {Role.DIRIGEANT}


def tree(company: Company) -> Tree:
    """The company's folders that are there."""
    rows = SubFolder.objects.filter(company=company, withdrawn_at=None)
    accesses = ShelfAccess.objects.filter(company=company)
    return Tree.of(
        [_node(row) for row in rows],
        {Folder(row.folder): Access(_roles(row.readers), _roles(row.writers)) for row in accesses},
    )


Counted = dict[Place, tuple[int, datetime]]
"""How many files are right in each folder, and when the last came."""


def counted(company: Company) -> Counted:
    """How full every folder is."""
    rows = SharedFile.objects.of(company).there().order_by().values("folder", "inside")
    return {
        Place(Folder(row["folder"]), row["inside"]): (row["n"], row["last"])
        for row in rows.annotate(n=Count("id"), last=Max("put_at"))
    }


def shelves(
    company: Company, viewer: Viewer, *, among: Tree | None = None, full: Counted | None = None
) -> list[Shelf]:
    """The folders that this person may enter from the top, and how full each is; the others are not asked for.

    Those are the fixed folders, and for whom a folder is that stands where they see nothing: that one.
    """
    found = among or tree(company)
    tops = [Place(folder) for folder in Folder if found.sees(viewer, Place(folder))]
    tops += [place for place in found.seen(viewer) if place.key and not found.sees(viewer, _around(found, place))]
    return _filled(found, viewer, tops, counted(company) if full is None else full)


def folders_in(among: Tree, viewer: Viewer, place: Place, full: Counted) -> list[Shelf]:
    """The folders right in this one that are there for who looks."""
    inner = [Place(node.folder, node.key) for node in among.within[place]]
    return _filled(among, viewer, [one for one in inner if among.sees(viewer, one)], full)


def is_any_seen(company: Company, viewer: Viewer) -> bool:
    """Whether a folder is there for them at all."""
    return bool(tree(company).seen(viewer))


def listed(company: Company, place: Place, *, after: keyset.Key | None = None) -> keyset.Page[SharedFile]:
    """One page of the files right in a folder, the latest first."""
    rows = SharedFile.objects.of(company).there().at(place)
    return keyset.page(rows.select_related("original", "put_by"), by="put_at", after=after, size=PAGE)


def one(company: Company, folder: Folder, file_id: UUID, *, is_there: bool = True) -> SharedFile | None:
    """A file somewhere in this fixed folder, or None; one in the bin only where `is_there` is not asked."""
    rows = SharedFile.objects.of(company).filter(folder=folder, pk=file_id)
    rows = rows.there() if is_there else rows
    return rows.select_related("original", "company", "put_by").first()


def subfolder(company: Company, folder: Folder, key: UUID, *, is_there: bool = True) -> SubFolder | None:
    """A folder that the firm made below this fixed one, or None."""
    rows = SubFolder.objects.filter(company=company, folder=folder, pk=key)
    return (rows.filter(withdrawn_at=None) if is_there else rows).select_related("company", "owner").first()


def versions(file: SharedFile) -> list[FileVersion]:
    """Every version of a file, the last first."""
    rows = FileVersion.objects.filter(company=file.company_id, file=file)
    return list(rows.select_related("original", "put_by").order_by("-number"))


def version(file: SharedFile, number: int) -> FileVersion | None:
    """One version of a file."""
    rows = FileVersion.objects.filter(company=file.company_id, file=file, number=number)
    return rows.select_related("original").first()


def taken_back(company: Company, place: Place, by: Person, *, at: datetime) -> list[SharedFile]:
    """What this person has just taken out of a folder, the last first: they may put it back."""
    rows = SharedFile.objects.filter(company=company, withdrawn_at__gt=at - JUST_NOW, emptied_at=None).at(place)
    return list(rows.filter(put_by=by, withdrawn_by=by).order_by("-withdrawn_at", "-pk")[:MOST_JUST_NOW])


@dataclass(frozen=True, slots=True)
class Binned:
    """What is in the bin: a file or a folder, where it was, who put it there and when."""

    key: UUID
    name: str
    is_folder: bool
    where: str
    by: str
    at: datetime
    kept_until: datetime


def in_bin(company: Company, kept: Retention) -> list[Binned]:
    """What can be restored, the last first."""
    names = dict(SubFolder.objects.filter(company=company).values_list("pk", "name"))
    files = _binned(SharedFile.objects.filter(company=company))
    folders = _binned(SubFolder.objects.filter(company=company))
    found = [_told(row, row.inside_id, names, kept, is_folder=False) for row in files]
    found += [_told(row, row.parent_id, names, kept, is_folder=True) for row in folders]
    return sorted(found, key=lambda one: one.at, reverse=True)[:MOST_IN_BIN]


def over(company: Company, kept: Retention, at: datetime) -> tuple[list[UUID], list[UUID]]:
    """What of the bin need not be kept any more: files, folders."""
    waiting = {"company": company, "withdrawn_at__lte": at - KEPT_IN_BIN, "emptied_at": None}
    files = SharedFile.objects.filter(**waiting).iterator()
    subfolders = SubFolder.objects.filter(**waiting).iterator()
    return (
        [row.pk for row in files if _kept_until(row, kept) <= at],
        [row.pk for row in subfolders if _kept_until(row, kept) <= at],
    )


def _kept_until(row: SharedFile | SubFolder, kept: Retention) -> datetime:
    """A month in the bin at least; what is the client's, until its time is over. A folder came last when it was put away."""
    assert row.withdrawn_at is not None  # the query asks for those in the bin
    month = row.withdrawn_at + KEPT_IN_BIN
    if not binds(Folder(row.folder)):
        return month
    came = row.put_at if isinstance(row, SharedFile) else row.withdrawn_at
    ends = datetime.combine(kept.until(localdate(came)) + timedelta(days=1), time(), get_default_timezone())
    return max(month, ends)


def thing_in_bin(company: Company, key: UUID) -> SharedFile | SubFolder | None:
    """A file or a folder that is in the bin, or that was, so that a second click is answered."""
    file = SharedFile.objects.filter(company=company, pk=key).select_related("company").first()
    return file or SubFolder.objects.filter(company=company, pk=key).select_related("company").first()


def beneath(
    company: Company, among: Tree, viewer: Viewer | None, place: Place
) -> Iterator[tuple[str, SharedFile]]:
    """Every file in a folder that is there for who looks (without a viewer: all of them), with its way from there:
    `2025/Bail.pdf`."""
    start = len(among.path(place))
    for one in among.beneath(place):
        if viewer is None or among.sees(viewer, one):
            way = "".join(f"{node.name}/" for node in among.path(one)[start:])
            rows = SharedFile.objects.of(company).there().at(one).select_related("original")
            for file in rows.order_by("name_key", "pk"):
                yield way + file.name, file


def _filled(among: Tree, viewer: Viewer, places: Iterable[Place], full: Counted) -> list[Shelf]:
    return [_shelf(among, viewer, place, full) for place in places]


def _shelf(among: Tree, viewer: Viewer, place: Place, full: Counted) -> Shelf:
    found = [full[one] for one in among.beneath(place) if one in full and among.sees(viewer, one)]
    node = among.nodes[place.key] if place.key else None
    return Shelf(
        place,
        node.name if node else place.folder.french,
        sum(count for count, _ in found),
        max((last for _, last in found), default=None),
        among.access(place),
        node.owner if node else None,
    )


def _around(among: Tree, place: Place) -> Place:
    return Place(place.folder, among.nodes[place.key].parent if place.key else None)


def _binned(rows: "QuerySet[Row]") -> "QuerySet[Row]":
    waiting = rows.filter(withdrawn_at__isnull=False, emptied_at=None)
    return waiting.select_related("withdrawn_by").order_by("-withdrawn_at")[:MOST_IN_BIN]


def _told(
    row: SharedFile | SubFolder, inside: UUID | None, names: dict[UUID, str], kept: Retention, *, is_folder: bool
) -> Binned:
    top = english(Folder(row.folder).french)
    at, by = row.withdrawn_at, row.withdrawn_by
    assert at is not None and by is not None  # noqa: PT018  # the query asks for those in the bin
    where = f"{top} › {names[inside]}" if inside else top
    return Binned(row.pk, row.name, is_folder, where, by.full_name, at, _kept_until(row, kept))


def _node(row: SubFolder) -> Node:
    readers = None if row.readers is None else _roles(row.readers)
    writers = None if row.writers is None else _roles(row.writers)
    return Node(row.pk, row.parent_id, Folder(row.folder), row.name, readers, writers, row.owner_id)


def _roles(written: Iterable[str]) -> frozenset[Role]:
    return frozenset(Role(role) for role in written)
