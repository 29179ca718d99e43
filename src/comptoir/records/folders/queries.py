"""Reading the shared folders: how full each is, and what is in one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Max

from comptoir.domain.folder import Folder
from comptoir.lib import keyset
from comptoir.records.firms.models import Company
from comptoir.records.folders.models import SharedFile

PAGE = 50


@dataclass(frozen=True, slots=True)
class Shelf:
    """A folder as the list of folders shows it: how many files, and when the last came."""

    folder: Folder
    count: int
    last_at: datetime | None


def shelves(company: Company, visible: Sequence[Folder]) -> list[Shelf]:
    """The folders that somebody may see, and how full each is; the others are not asked for."""
    rows = SharedFile.objects.of(company).there().filter(folder__in=visible).order_by()
    found = {row["folder"]: row for row in rows.values("folder").annotate(n=Count("id"), last=Max("put_at"))}
    return [
        Shelf(folder, found[folder]["n"], found[folder]["last"]) if folder in found else Shelf(folder, 0, None)
        for folder in visible
    ]


def listed(company: Company, folder: Folder, *, after: keyset.Key | None = None) -> keyset.Page[SharedFile]:
    """One page of a folder, the latest first."""
    rows = SharedFile.objects.of(company).there().filter(folder=folder)
    return keyset.page(rows.select_related("original", "put_by"), by="put_at", after=after, size=PAGE)


def one(company: Company, folder: Folder, file_id: UUID, *, is_there: bool = True) -> SharedFile | None:
    """A file of this folder, or None; a withdrawn one only where `is_there` is not asked."""
    rows = SharedFile.objects.of(company).filter(folder=folder, pk=file_id)
    rows = rows.there() if is_there else rows
    return rows.select_related("original", "company", "put_by").first()
