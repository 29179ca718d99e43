"""Putting files in folders, arranging both, taking them away and back, and noting who read what is reserved."""

import re
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from comptoir.domain.folder import LONGEST_FOLDER, Folder, beside, file_name, name_key, renamed, subfolder_name
from comptoir.domain.retention import Retention
from comptoir.domain.rights import Role
from comptoir.domain.shelving import MAY_PUT, MOST, Access, Place, Tree, Viewer
from comptoir.lib.alone import in_turn
from comptoir.records.audit.actions import note, record
from comptoir.records.audit.models import Event
from comptoir.records.deposits.models import Document, Original
from comptoir.records.firms.models import Company, Person
from comptoir.records.folders.models import FileVersion, SharedFile, ShelfAccess, SubFolder
from comptoir.records.folders.queries import over, tree


class AlreadyInFolder(Exception):
    """Ce fichier est déjà dans ce dossier."""

    def __init__(self, there: SharedFile, where: str) -> None:
        super().__init__(f"Ce fichier est déjà dans « {where} », sous le nom « {there.name} ».")
        self.there = there


class AlreadyWithdrawn(Exception):
    """Ce fichier a déjà été retiré."""


class AlreadyBack(Exception):
    """C’est déjà restauré, ou la corbeille a été vidée."""


class NameTaken(Exception):
    """Ce nom est déjà pris."""

    def __init__(self, name: str, where: str) -> None:
        super().__init__(f"« {name} » est déjà dans « {where} » : choisissez un autre nom.")


class NoName(Exception):
    """Donnez un nom à ce dossier."""


class TooManyFolders(Exception):
    """Ce dossier a déjà deux mille sous-dossiers : rangez dans ceux qui sont là."""


class NotThere(Exception):
    """Ce dossier n’est plus là : il a été déplacé ou mis à la corbeille."""


class NotYours(Exception):
    """Vous ne pouvez retirer que ce que vous avez déposé vous-même."""


class WorkedOn(Exception):
    """Votre cabinet a déjà travaillé sur ce fichier : demandez-lui de le retirer."""


class FolderInBin(Exception):
    """Le dossier qui le contenait est à la corbeille : restaurez d’abord ce dossier."""


@transaction.atomic
def put(
    *,
    company: Company,
    place: Place,
    original: Original,
    name: str,
    is_new: bool = False,
    by: Person,
    at: datetime,
) -> SharedFile:
    """Share what is kept already; the name again is the next version, the same bytes twice raise `AlreadyInFolder`.

    With `is_new` it is a file of its own whatever its name, which is changed a little where it is taken.
    The bytes of a piece may be shared too, and the other way round: neither tells of the other.
    """
    found = _tree(company, place)
    name = file_name(name)
    there = SharedFile.objects.of(company).there().at(place)
    same = there.filter(name_key=name_key(name)).first()
    twin = there.filter(original=original).first()
    if twin is not None:
        raise AlreadyInFolder(twin, where(found, place))
    if same is not None and not is_new:
        return _put_version(same, original, by=by, at=at)
    if same is not None:
        name = _free(name, there.values_list("name_key", flat=True))
    file = SharedFile.objects.create(
        firm_id=company.firm_id,
        company=company,
        folder=place.folder,
        inside_id=place.key,
        name=name,
        name_key=name_key(name),
        original=original,
        put_by=by,
        put_at=at,
    )
    _keep_version(file)
    said = {"filename": file.name, "folder": place.folder, "sha256": original.sha256}
    record("put_file", file, by=by, at=at, **said)
    return file


def _put_version(file: SharedFile, original: Original, *, by: Person, at: datetime) -> SharedFile:
    file.original, file.put_by, file.put_at, file.version = original, by, at, file.version + 1
    file.save(update_fields=["original", "put_by", "put_at", "version"])
    _keep_version(file)
    said = {"filename": file.name, "folder": file.folder, "sha256": original.sha256, "number": file.version}
    record("put_version", file, by=by, at=at, **said)
    return file


def _keep_version(file: SharedFile) -> None:
    FileVersion.objects.create(
        firm_id=file.firm_id,
        company_id=file.company_id,
        file=file,
        number=file.version,
        original_id=file.original_id,
        put_by_id=file.put_by_id,
        put_at=file.put_at,
    )


@transaction.atomic
def arrange_file(*, file: SharedFile, name: str, into: Place, by: Person, at: datetime) -> SharedFile:
    """Give a file another name or another folder; its ending stays. Raises `NameTaken`, `AlreadyWithdrawn`, `NotThere`."""
    found = _tree(file.company, into)
    file = _still(file)
    former, before = file.name, file.place
    file.name = renamed(former, name)
    if (file.name, file.place) == (former, into):
        return file
    file.name_key, file.folder, file.inside_id = name_key(file.name), into.folder, into.key
    rows = SharedFile.objects.of(file.company).there().at(into).filter(name_key=file.name_key)
    if rows.exclude(pk=file.pk).exists():
        raise NameTaken(file.name, where(found, into))
    file.save(update_fields=["name", "name_key", "folder", "inside"])
    verb = "rename_file" if before == into else "move_file"
    record(verb, file, by=by, at=at, filename=file.name, former=former, folder=file.folder)
    return file


@transaction.atomic
def withdraw(*, file: SharedFile, by: Person, at: datetime) -> None:
    """Put a file in the bin, for everybody; nothing is deleted. Raises `AlreadyWithdrawn`."""
    rows = SharedFile.objects.filter(pk=file.pk).there()
    if not rows.update(withdrawn_by=by, withdrawn_at=at):
        raise AlreadyWithdrawn(AlreadyWithdrawn.__doc__)
    record("withdraw_file", file, by=by, at=at, filename=file.name, folder=file.folder)


@transaction.atomic
def way_along(
    *, company: Company, place: Place, path: str, viewer: Viewer, by: Person, at: datetime
) -> tuple[Place, bool]:
    """The place that a way leads to, `2025/TVA`, and whether a folder was made for it.

    A folder of that name that is not there for who puts the file, or takes none of theirs, stays out of it: another is
    made, under a rank. Raises `NotThere`, `TooManyFolders`, `shelving.TooDeep`.
    """
    found, is_new = _tree(company, place), False
    if not found.may_put(viewer, place):
        raise NotThere("Vous ne pouvez plus déposer dans ce dossier.")
    for name in filter(None, (subfolder_name(part) for part in path.split("/"))):
        inner = _open_to(found, viewer, place, name)
        if inner is None:
            taken = [name_key(node.name) for node in found.within[place]]
            free = _free_folder(name, taken)
            inner = make_folder(company=company, place=place, name=free, by=by, at=at).place
            found, is_new = tree(company), True
        place = inner
    return place, is_new


def _open_to(found: Tree, viewer: Viewer, place: Place, name: str) -> Place | None:
    """The folder of this name in which they may put files; one made for it under a rank before, too."""
    nodes = sorted(found.within[place], key=lambda node: len(node.name))
    for node in nodes:
        one = Place(node.folder, node.key)
        is_named_so = name_key(name) in (name_key(node.name), _stem(node.name))
        if is_named_so and found.sees(viewer, one) and found.may_put(viewer, one):
            return one
    return None


def _stem(name: str) -> str:
    return re.sub(r" \(\d{1,3}\)$", "", name_key(name))


def _free_folder(name: str, taken: Iterable[str]) -> str:
    keys, rank, one = set(taken), 1, name
    while name_key(one) in keys:
        rank += 1
        one = f"{name[: LONGEST_FOLDER - 6]} ({rank})"
    return one


def refuse_taking_back(*, file: SharedFile, by: Person) -> None:
    """Raises `NotYours`, or `WorkedOn` where somebody moved or named it, put a version, or made it a piece."""
    writers = set(FileVersion.objects.filter(file=file).values_list("put_by", flat=True))
    if writers != {by.pk}:
        raise NotYours(NotYours.__doc__)
    others = Event.objects.filter(company_id=file.company_id, subject_id=file.pk).exclude(person_id=by.pk)
    is_arranged = others.filter(verb__in=("rename_file", "move_file", "restore_file")).exists()
    if is_arranged or Document.objects.filter(company=file.company_id, original=file.original_id).exists():
        raise WorkedOn(WorkedOn.__doc__)


@transaction.atomic
def make_folder(*, company: Company, place: Place, name: str, by: Person, at: datetime) -> SubFolder:
    """Make a folder in another. Raises `NoName`, `NameTaken`, `TooManyFolders`, `shelving.TooDeep`, `NotThere`."""
    found, name = _tree(company, place), subfolder_name(name)
    if len(found.nodes) >= MOST:
        raise TooManyFolders(TooManyFolders.__doc__)
    found.refuse_depth(place)
    _refuse_name(found, place, name)
    made = SubFolder.objects.create(
        firm_id=company.firm_id,
        company=company,
        folder=place.folder,
        parent_id=place.key,
        name=name,
        name_key=name_key(name),
        made_by=by,
        made_at=at,
    )
    record("make_folder", made, by=by, at=at, name=name, folder=place.folder)
    return made


@transaction.atomic
def arrange_folder(*, subfolder: SubFolder, name: str, into: Place, by: Person, at: datetime) -> SubFolder:
    """Give a folder another name or place, with all that it holds. Raises what `make_folder` does, and `shelving.IntoItself`."""
    found = _tree(subfolder.company, into)
    former, moved = subfolder.name, found.place(subfolder.pk)
    if moved is None:
        raise NotThere(NotThere.__doc__)
    subfolder.refresh_from_db()
    name, before = subfolder_name(name), subfolder.around
    if (name, into) == (former, before):
        return subfolder
    if before != into:
        found.refuse_move(moved, into)
    _refuse_name(found, into, name, own=subfolder.pk)
    SubFolder.objects.filter(pk=subfolder.pk).update(name=name, name_key=name_key(name), parent=into.key)
    if into.folder is not moved.folder:
        _carry(found, moved, into.folder)
    verb = "rename_folder" if before == into else "move_folder"
    record(verb, subfolder, by=by, at=at, name=name, former=former, folder=into.folder)
    subfolder.refresh_from_db()
    return subfolder


def _carry(found: Tree, moved: Place, folder: Folder) -> None:
    """All that is in a folder stands in another fixed one now, what of it is in the bin too."""
    keys = {place.key for place in found.beneath(moved) if place.key}
    while inner := set(
        SubFolder.objects.filter(parent__in=keys).exclude(pk__in=keys).values_list("pk", flat=True)
    ):
        keys |= inner
    SubFolder.objects.filter(pk__in=keys, emptied_at=None).update(folder=folder)
    SharedFile.objects.filter(inside__in=keys, emptied_at=None).update(folder=folder)


@transaction.atomic
def set_access(
    *, company: Company, place: Place, readers: Iterable[Role], writers: Iterable[Role], by: Person, at: datetime
) -> Access:
    """Say who of the client's people sees a folder, and who puts files in it; the *dirigeant* sees every one."""
    _tree(company, place)
    seen = frozenset({Role.DIRIGEANT, *readers})
    access = Access(seen, frozenset(writers) & seen & frozenset(MAY_PUT))
    said = {"readers": sorted(access.readers), "writers": sorted(access.writers)}
    if place.key:
        SubFolder.objects.filter(company=company, pk=place.key).update(**said)
    else:
        ShelfAccess.objects.update_or_create(
            company=company,
            folder=place.folder,
            defaults=said,
            create_defaults={**said, "firm_id": company.firm_id},
        )
    told = ", ".join(role.french for role in access.said())
    note(
        "set_folder_access",
        firm_id=company.firm_id,
        company_id=company.pk,
        person_id=by.pk,
        at=at,
        folder=place.folder,
        role=told,
    )
    return access


@transaction.atomic
def give_folder(*, subfolder: SubFolder, owner: Person | None, by: Person, at: datetime) -> None:
    """Say for whom of the client's people a folder is: it is there for them whatever their role."""
    if subfolder.owner_id == (owner.pk if owner else None):
        return
    SubFolder.objects.filter(pk=subfolder.pk).update(owner=owner)
    record("give_folder", subfolder, by=by, at=at, name=owner.full_name if owner else "", folder=subfolder.folder)


@transaction.atomic
def withdraw_folder(*, subfolder: SubFolder, by: Person, at: datetime) -> None:
    """Put a folder in the bin, with all that it holds. Raises `AlreadyWithdrawn`."""
    rows = SubFolder.objects.filter(pk=subfolder.pk, withdrawn_at=None)
    if not rows.update(withdrawn_by=by, withdrawn_at=at):
        raise AlreadyWithdrawn("Ce dossier a déjà été mis à la corbeille.")
    record("withdraw_folder", subfolder, by=by, at=at, name=subfolder.name, folder=subfolder.folder)


@transaction.atomic
def restore_file(*, file: SharedFile, by: Person, at: datetime) -> SharedFile:
    """Take a file out of the bin, to where it was; under a rank where its name is taken meanwhile."""
    in_turn(_turn(file.company_id))
    file = SharedFile.objects.select_related("company").get(pk=file.pk)
    _refuse_back(file, file.place)
    there = SharedFile.objects.of(file.company).there().at(file.place)
    file.name = _free(file.name, there.values_list("name_key", flat=True))
    file.name_key, file.withdrawn_at, file.withdrawn_by = name_key(file.name), None, None
    file.save(update_fields=["name", "name_key", "withdrawn_at", "withdrawn_by"])
    record("restore_file", file, by=by, at=at, filename=file.name, folder=file.folder)
    return file


@transaction.atomic
def restore_folder(*, subfolder: SubFolder, by: Person, at: datetime) -> SubFolder:
    """Take a folder out of the bin, to where it was, with all that it held."""
    in_turn(_turn(subfolder.company_id))
    row = SubFolder.objects.select_related("company").get(pk=subfolder.pk)
    _refuse_back(row, row.around)
    beside_it = SubFolder.objects.filter(company=row.company_id, folder=row.folder, parent=row.parent_id)
    row.name = _free(row.name, beside_it.filter(withdrawn_at=None).values_list("name_key", flat=True))
    row.name_key, row.withdrawn_at, row.withdrawn_by = name_key(row.name), None, None
    row.save(update_fields=["name", "name_key", "withdrawn_at", "withdrawn_by"])
    record("restore_folder", row, by=by, at=at, name=row.name, folder=row.folder)
    return row


@transaction.atomic
def empty_bin(*, company: Company, kept: Retention, by: Person, at: datetime) -> int:
    """Give up what need not be kept any more; says how many. Rows, fingerprints and the log stay as proof."""
    files, subfolders = over(company, kept, at)
    count = SharedFile.objects.filter(pk__in=files).update(emptied_at=at)
    count += SubFolder.objects.filter(pk__in=subfolders).update(emptied_at=at)
    if count:
        note("empty_bin", firm_id=company.firm_id, company_id=company.pk, person_id=by.pk, at=at, count=count)
    return count


def note_download(*, file: SharedFile, by: Person, at: datetime) -> None:
    """Remember that somebody took a copy of a reserved file."""
    record("download_file", file, by=by, at=at, filename=file.name, folder=file.folder)


def note_folder_taken(*, company: Company, place: Place, count: int, by: Person, at: datetime) -> None:
    """Remember that somebody took a copy of a whole folder."""
    said = {"folder": place.folder, "count": count}
    note("take_folder", firm_id=company.firm_id, company_id=company.pk, person_id=by.pk, at=at, **said)


def where(found: Tree, place: Place) -> str:
    """How a place is called: `Fiscal › 2025`."""
    return " › ".join([place.folder.french, *(node.name for node in found.path(place))])


def _tree(company: Company, place: Place) -> Tree:
    """The tree as it is, held until the commit: a company's folders are changed one at a time."""
    in_turn(_turn(company.pk))
    found = tree(company)
    if not found.has(place):
        raise NotThere(NotThere.__doc__)
    return found


def _turn(company_id: UUID) -> str:
    return f"folders-{company_id}"


def _still(file: SharedFile) -> SharedFile:
    there = SharedFile.objects.filter(pk=file.pk).there().select_related("company").first()
    if there is None:
        raise AlreadyWithdrawn(AlreadyWithdrawn.__doc__)
    return there


def _refuse_name(found: Tree, place: Place, name: str, own: UUID | None = None) -> None:
    if not name:
        raise NoName(NoName.__doc__)
    if any(name_key(node.name) == name_key(name) and node.key != own for node in found.within[place]):
        raise NameTaken(name, where(found, place))


def _refuse_back(row: SharedFile | SubFolder, place: Place) -> None:
    if row.withdrawn_at is None or row.emptied_at is not None:
        raise AlreadyBack(AlreadyBack.__doc__)
    if not tree(row.company).has(place):
        raise FolderInBin(FolderInBin.__doc__)


def _free(name: str, taken: Iterable[str]) -> str:
    keys, rank, one = set(taken), 1, name
    while name_key(one) in keys:
        rank += 1
        one = beside(name, rank)
    return one
