"""Shared folders: kept for the client, never read nor booked; what changes is told to those for whom it is there."""

from collections.abc import Iterable
from datetime import datetime

from comptoir import readers
from comptoir.domain.folder import file_name
from comptoir.domain.rights import Role
from comptoir.domain.shelving import Access, Place
from comptoir.lib import tenancy
from comptoir.lib.live import announce
from comptoir.pipeline.deposit import hand_in
from comptoir.pipeline.filing import put_file, tell_folders, topics_of
from comptoir.records.deposits import leaves
from comptoir.records.deposits import queries as documents
from comptoir.records.deposits.models import Document
from comptoir.records.firms import retention
from comptoir.records.firms.models import Company, Person
from comptoir.records.folders import actions as folders
from comptoir.records.folders.models import SharedFile, SubFolder
from comptoir.records.ledger import retention as kept
from comptoir.records.requests import actions as requests


def copy_piece(*, document: Document, place: Place, by: Person, at: datetime) -> SharedFile:
    """Put a copy of a piece in a folder: over the same bytes where the piece is a whole file, else its pages as one.

    Raises what `put_file` does.
    """
    company = document.company
    if not leaves.is_all_of_original(document):
        name = f"{document.filename.rpartition('.')[0] or document.filename}.pdf"
        content = leaves.content(document)
        name = name if content.startswith(b"%PDF") else f"{name.removesuffix('.pdf')}.jpg"
        return put_file(company=company, content=content, filename=name, by=by, at=at, place=place)
    readers.admit_to_folder(documents.content(document.original), file_name(document.filename))
    with tenancy.within(company.firm_id, company.pk):
        file = folders.put(
            company=company, place=place, original=document.original, name=document.filename, by=by, at=at
        )
        tell_folders(company, place)
    return file


def hand_in_file(*, file: SharedFile, purpose: str, by: Person, at: datetime) -> Document:
    """A file of a folder becomes a piece too, over the same bytes. Raises what `hand_in` raises."""
    return hand_in(
        company=file.company,
        content=documents.content(file.original),
        filename=file.name,
        by=by,
        at=at,
        purpose=purpose,
    )


def arrange_file(*, file: SharedFile, name: str, into: Place, by: Person, at: datetime) -> SharedFile:
    """Give a file another name or folder. Raises `folders.NameTaken`, `folders.AlreadyWithdrawn`, `folders.NotThere`."""
    with tenancy.within(file.firm_id, file.company_id):
        before = file.place
        moved = folders.arrange_file(file=file, name=name, into=into, by=by, at=at)
        tell_folders(file.company, before, into)
    return moved


def withdraw_file(*, file: SharedFile, by: Person, at: datetime) -> None:
    """A file goes to the bin: gone from every list, kept with its proof. Raises `folders.AlreadyWithdrawn`, `retention.Held`."""
    with tenancy.within(file.firm_id, file.company_id):
        retention.refuse_while_held(file.company)
        folders.withdraw(file=file, by=by, at=at)
        tell_folders(file.company, file.place)


def take_back_file(*, file: SharedFile, by: Person, at: datetime) -> None:
    """A client takes out what they put in, as long as nobody else has worked on it.

    Raises `folders.NotYours`, `folders.WorkedOn`, `folders.AlreadyWithdrawn`, `retention.Held`.
    """
    with tenancy.within(file.firm_id, file.company_id):
        folders.refuse_taking_back(file=file, by=by)
        if requests.is_an_answer(file):
            raise folders.WorkedOn("Ce fichier répond à une demande du cabinet : reprenez-le depuis « Demandes ».")
        withdraw_file(file=file, by=by, at=at)


def undo_taking_back(*, file: SharedFile, by: Person, at: datetime) -> SharedFile:
    """What a client took out is where it was again. Raises `folders.NotYours`, `folders.AlreadyBack`, `folders.FolderInBin`."""
    if file.withdrawn_at is not None and file.withdrawn_by_id != by.pk:
        raise folders.NotYours("Votre cabinet a retiré ce fichier : demandez-lui de le restaurer.")
    restored = restore(thing=file, by=by, at=at)
    assert isinstance(restored, SharedFile)  # a file comes back as one
    return restored


def may_take_back(*, file: SharedFile, by: Person) -> bool:
    """Whether a client may take out what they put in."""
    try:
        folders.refuse_taking_back(file=file, by=by)
    except (folders.NotYours, folders.WorkedOn):
        return False
    return not requests.is_an_answer(file) and retention.standing(file.company) is None


def make_folder(*, company: Company, place: Place, name: str, by: Person, at: datetime) -> SubFolder:
    """Make a folder in another. Raises what `folders.make_folder` raises."""
    with tenancy.within(company.firm_id, company.pk):
        made = folders.make_folder(company=company, place=place, name=name, by=by, at=at)
        tell_folders(company, place)
    return made


def arrange_folder(*, subfolder: SubFolder, name: str, into: Place, by: Person, at: datetime) -> SubFolder:
    """Give a folder another name or place. Raises what `folders.arrange_folder` raises."""
    company = subfolder.company
    with tenancy.within(company.firm_id, company.pk):
        topics = topics_of(company, subfolder.place)
        moved = folders.arrange_folder(subfolder=subfolder, name=name, into=into, by=by, at=at)
        announce(company.pk, topics | topics_of(company, moved.place))
    return moved


def set_access(
    *, company: Company, place: Place, readers: Iterable[Role], writers: Iterable[Role], by: Person, at: datetime
) -> Access:
    """Say who of the client's people sees a folder, and who puts files in it: at once, on every open screen."""
    with tenancy.within(company.firm_id, company.pk):
        topics = topics_of(company, place)
        access = folders.set_access(company=company, place=place, readers=readers, writers=writers, by=by, at=at)
        announce(company.pk, topics | topics_of(company, place))
    return access


def give_folder(*, subfolder: SubFolder, owner: Person | None, by: Person, at: datetime) -> None:
    """Say for whom of the client's people a folder is."""
    company = subfolder.company
    with tenancy.within(company.firm_id, company.pk):
        topics = topics_of(company, subfolder.place)
        folders.give_folder(subfolder=subfolder, owner=owner, by=by, at=at)
        announce(company.pk, topics | topics_of(company, subfolder.place))


def withdraw_folder(*, subfolder: SubFolder, by: Person, at: datetime) -> None:
    """A folder goes to the bin with all that it holds. Raises `folders.AlreadyWithdrawn`."""
    company = subfolder.company
    with tenancy.within(company.firm_id, company.pk):
        retention.refuse_while_held(company)
        topics = topics_of(company, subfolder.place)
        folders.withdraw_folder(subfolder=subfolder, by=by, at=at)
        announce(company.pk, topics)


def restore(*, thing: SharedFile | SubFolder, by: Person, at: datetime) -> SharedFile | SubFolder:
    """Take a file or a folder out of the bin. Raises `folders.AlreadyBack`, `folders.FolderInBin`."""
    company = thing.company
    with tenancy.within(company.firm_id, company.pk):
        back: SharedFile | SubFolder
        if isinstance(thing, SharedFile):
            back = folders.restore_file(file=thing, by=by, at=at)
        else:
            back = folders.restore_folder(subfolder=thing, by=by, at=at)
        tell_folders(company, back.place)
    return back


def empty_bin(*, company: Company, by: Person, at: datetime) -> int:
    """Give up what need not be kept any more; says how many. Raises `retention.Held`."""
    with tenancy.within(company.firm_id, company.pk):
        retention.refuse_while_held(company)
        return folders.empty_bin(company=company, kept=kept.of(company), by=by, at=at)
