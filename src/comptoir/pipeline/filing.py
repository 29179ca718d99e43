"""Files come into the shared folders, whole or along the way in which they stood in a directory; their screens are told."""

from contextlib import suppress
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction as db
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from comptoir import readers
from comptoir.domain.folder import Folder, file_name
from comptoir.domain.shelving import Place, Viewer
from comptoir.lib import tenancy
from comptoir.lib.live import announce
from comptoir.pipeline.between import AGAIN
from comptoir.records.deposits import actions as deposits
from comptoir.records.firms.models import Company, Person
from comptoir.records.folders import actions as folders
from comptoir.records.folders import previews
from comptoir.records.folders import queries as shelves
from comptoir.records.folders.models import SharedFile


def put_file(
    *,
    company: Company,
    content: bytes,
    filename: str,
    by: Person,
    at: datetime,
    folder: Folder | None = None,
    place: Place | None = None,
    is_new: bool = False,
) -> SharedFile:
    """Share a file, or its next version unless `is_new`; every open list that may show it does, within a second.

    Raises `readers.NotReadable` for what is not shared, `folders.AlreadyInFolder` for what is there, `folders.NotThere`.
    """
    into = place or Place(folder or Folder.PERMANENT)
    media_type = _admitted(content, filename)
    with tenancy.within(company.firm_id, company.pk):
        pages = readers.pages_of(content)
        original = deposits.keep(company=company, content=content, media_type=media_type, pages=pages, at=at)
        file = folders.put(
            company=company, place=into, original=original, name=filename, is_new=is_new, by=by, at=at
        )
        draw_later(file)
        tell_folders(company, into)
    return file


def _admitted(content: bytes, filename: str) -> str:
    if settings.ANTIVIRUS is not None and (virus := settings.ANTIVIRUS.found(content)):
        raise readers.Infected(virus)
    return readers.admit_to_folder(content, file_name(filename))


def way_along(*, company: Company, place: Place, path: str, viewer: Viewer, by: Person, at: datetime) -> Place:
    """Where a file goes that stood in a directory: the same folders, those that are missing made.

    Raises `folders.NotThere` where they may not put files any more, and what `folders.make_folder` raises.
    """
    with tenancy.within(company.firm_id, company.pk):
        into, made = folders.way_along(company=company, place=place, path=path, viewer=viewer, by=by, at=at)
        if made:
            tell_folders(company, place, into)
    return into


def draw_later(file: SharedFile) -> None:
    """Queue the drawing of an Office document, once, where this machine can."""
    if not previews.is_to_draw(file.original, file.name):
        return
    job = draw_file.configure(queueing_lock=f"draw-{file.original_id}")
    with suppress(AlreadyEnqueued), db.atomic():
        job.defer(firm_id=str(file.firm_id), company_id=str(file.company_id), file_id=str(file.pk))


@app.task(queue="reading", retry=AGAIN, name="draw_file")
def draw_file(firm_id: str, company_id: str, file_id: str) -> None:
    """Draw an Office document's pages, and tell who looks at its folder."""
    with tenancy.within(UUID(firm_id), UUID(company_id)):
        file = SharedFile.objects.select_related("original", "company").get(pk=UUID(file_id))
    previews.draw(file.original, file.name)
    with tenancy.within(UUID(firm_id), UUID(company_id)):
        tell_folders(file.company, file.place)


def tell_folders(company: Company, *places: Place) -> None:
    """Tell the screens that show these folders."""
    announce(company.pk, set().union(*(topics_of(company, place) for place in places)))


def topics_of(company: Company, place: Place) -> set[str]:
    """Under which names a change there is announced; what is in the bin is nobody's but the firm's."""
    found = shelves.tree(company)
    return set(found.topics(place if found.has(place) else Place(Folder.CABINET)))
