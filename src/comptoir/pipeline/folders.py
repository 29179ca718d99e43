"""Shared folders: kept for the client, never read nor booked."""

from datetime import datetime

from comptoir import readers
from comptoir.domain.folder import Folder, file_name
from comptoir.lib import tenancy
from comptoir.lib.live import announce
from comptoir.records.firms.models import Company, Person
from comptoir.records.folders import actions as folders
from comptoir.records.folders.models import SharedFile


def put_file(
    *, company: Company, folder: Folder, content: bytes, filename: str, by: Person, at: datetime
) -> SharedFile:
    """The firm shares a file; every open list that may show it does, within a second.

    Raises `readers.NotReadable` for what is not shared, `folders.AlreadyInFolder` for what is there.
    """
    media_type = readers.admit_to_folder(content, file_name(filename))
    with tenancy.within(company.firm_id, company.pk):
        file = folders.put(
            company=company,
            folder=folder,
            content=content,
            name=filename,
            media_type=media_type,
            pages=readers.pages_of(content),
            by=by,
            at=at,
        )
        announce(company.pk, [folder.topic])
    return file


def withdraw_file(*, file: SharedFile, by: Person, at: datetime) -> None:
    """The firm takes a file back: gone from every list, kept with its proof. Raises `folders.AlreadyWithdrawn`."""
    with tenancy.within(file.firm_id, file.company_id):
        folders.withdraw(file=file, by=by, at=at)
        announce(file.company_id, [file.folder_enum.topic])
