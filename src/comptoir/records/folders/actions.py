"""Putting a file in a shared folder, taking it away, and noting who read what is reserved."""

from datetime import datetime

from django.db import transaction

from comptoir.domain.folder import Folder, file_name
from comptoir.records.audit.actions import record
from comptoir.records.deposits.actions import keep
from comptoir.records.firms.models import Company, Person
from comptoir.records.folders.models import SharedFile


class AlreadyInFolder(Exception):
    """Ce fichier est déjà dans ce dossier."""

    def __init__(self, there: SharedFile) -> None:
        folder = there.folder_enum.french
        super().__init__(f"Ce fichier est déjà dans « {folder} », sous le nom « {there.name} ».")
        self.there = there


class AlreadyWithdrawn(Exception):
    """Ce fichier a déjà été retiré."""


@transaction.atomic
def put(
    *,
    company: Company,
    folder: Folder,
    content: bytes,
    name: str,
    media_type: str,
    pages: int,
    by: Person,
    at: datetime,
) -> SharedFile:
    """Share a file with the client; the same bytes twice in one folder raise `AlreadyInFolder`.

    The bytes of a piece may be shared too, and the other way round: neither tells of the other.
    """
    # Keeping it locks the original: of two at once, the second finds what the first put.
    original = keep(company=company, content=content, media_type=media_type, pages=pages, at=at)
    there = SharedFile.objects.of(company).there().filter(folder=folder, original=original).first()
    if there is not None:
        raise AlreadyInFolder(there)
    file = SharedFile.objects.create(
        firm_id=company.firm_id,
        company=company,
        folder=folder,
        name=file_name(name),
        original=original,
        put_by=by,
        put_at=at,
    )
    record("put_file", file, by=by, at=at, filename=file.name, folder=folder, sha256=original.sha256)
    return file


@transaction.atomic
def withdraw(*, file: SharedFile, by: Person, at: datetime) -> None:
    """Take a file out of its folder, for everybody; nothing is deleted. Raises `AlreadyWithdrawn`."""
    rows = SharedFile.objects.filter(pk=file.pk).there()
    if not rows.update(withdrawn_by=by, withdrawn_at=at):
        raise AlreadyWithdrawn(AlreadyWithdrawn.__doc__)
    record("withdraw_file", file, by=by, at=at, filename=file.name, folder=file.folder)


def note_download(*, file: SharedFile, by: Person, at: datetime) -> None:
    """Remember that somebody took a copy of a reserved file."""
    record("download_file", file, by=by, at=at, filename=file.name, folder=file.folder)
