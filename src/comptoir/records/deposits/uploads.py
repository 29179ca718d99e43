"""Files on their way in: begun, continued after a cut, ended once, and forgotten when nobody comes back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from comptoir.lib import rows
from comptoir.lib.partial_files import PartialFiles
from comptoir.records.deposits.models import Document, Upload
from comptoir.records.firms.models import Company, Person

LARGEST = 100 * 1024 * 1024
"""One file to be split, or one archive (`product.md` §2)."""
KEPT = timedelta(days=7)
"""How long a half-arrived file waits for the rest of it: a phone may be off over a long weekend."""
MOST_PAGES = 30
"""How many photos make one piece."""
MOST_OPEN = 2_000
"""How many files one person may have on their way at a time."""


class TooLong(Exception):
    """Ce fichier dépasse 100 Mo : il n’a pas été gardé. Coupez-le en plusieurs fichiers, ou réduisez-le."""

    def __init__(self) -> None:
        super().__init__(self.__class__.__doc__)


class TooManyOpen(Exception):
    """Trop d’envois sont en cours : attendez qu’ils se terminent, puis recommencez."""

    def __init__(self) -> None:
        super().__init__(self.__class__.__doc__)


@dataclass(frozen=True, slots=True)
class Announced:
    """What a sender says of a file before its bytes: a name, how long it is, and what it is for."""

    key: str
    length: int
    filename: str
    purpose: str = ""
    way: str = Document.Channel.WEB
    justifies: UUID | None = None
    sees_all: bool = False
    pages: tuple[int, ...] = ()
    paid_by: Person | None = None
    place: str = ""
    path: str = ""


@transaction.atomic(savepoint=False)
def begin(*, company: Company, announced: Announced, by: Person, at: datetime, is_whole: bool = False) -> Upload:
    """The upload under this key, new or as it stands, held until the commit; raises `TooLong`, `TooManyOpen`.

    One that comes with all its bytes is not counted among those on their way.
    """
    if announced.length > LARGEST:
        raise TooLong
    new = Upload(
        firm_id=company.firm_id,
        company=company,
        by=by,
        key=announced.key[:64],
        length=announced.length,
        pages=list(announced.pages),
        paid_by=announced.paid_by,
        filename=announced.filename[-255:],
        purpose=announced.purpose,
        way=announced.way,
        justifies=announced.justifies,
        sees_all=announced.sees_all,
        place=announced.place,
        path=announced.path,
        begun_at=at,
    )
    if rows.add(new):
        if not is_whole:
            _refuse_too_many(company, by)
        return new
    found = Upload.objects.select_for_update(of=("self",)).get(company=company, by=by, key=new.key)
    found.company, found.by = company, by
    return found


def _refuse_too_many(company: Company, by: Person) -> None:
    if Upload.objects.filter(company=company, by=by, ended_at=None)[: MOST_OPEN + 1].count() > MOST_OPEN:
        raise TooManyOpen


def of(company: Company, by: Person, upload_id: UUID) -> Upload | None:
    """A person's own upload."""
    return (
        Upload.objects.filter(company=company, by=by, pk=upload_id)
        .select_related("company", "by", "paid_by")
        .first()
    )


def offset(upload: Upload) -> int:
    """How many of its bytes are here."""
    return upload.length if upload.ended_at else files().offset(str(upload.pk))


def append(upload: Upload, at: int, chunks: Iterable[bytes]) -> int:
    """Add bytes, and say how many are here; raises what `PartialFiles.append` raises."""
    return files().append(str(upload.pk), at, chunks, most=upload.length)


def content(upload: Upload) -> bytes:
    """The bytes that are here."""
    return files().read(str(upload.pk))


def pages(upload: Upload, content: bytes) -> list[bytes]:
    """The photos that the bytes are, each as it was taken."""
    ends = list(accumulate(upload.pages))
    return [content[end - length : end] for end, length in zip(ends, upload.pages, strict=True)]


def wait(upload: Upload, content: bytes) -> None:
    """Put bytes that came at once where half-arrived ones wait, for what is still missing (a password)."""
    if not offset(upload):
        _refuse_too_many(upload.company, upload.by)
        append(upload, 0, [content])


def hold(upload: Upload) -> Upload:
    """The upload as it stands, held until the commit: it ends once, whoever asks."""
    return (
        Upload.objects.select_for_update(of=("self",)).select_related("company", "by", "paid_by").get(pk=upload.pk)
    )


def end(*, upload: Upload, outcome: Mapping[str, Any], at: datetime) -> None:
    """It has arrived, and this is what became of it."""
    upload.ended_at, upload.outcome = at, dict(outcome)
    upload.save(update_fields=["ended_at", "outcome"])
    transaction.on_commit(lambda: files().forget(str(upload.pk)))


@transaction.atomic
def cancel(upload: Upload) -> None:
    """Its sender gives it up: what had arrived goes."""
    Upload.objects.filter(pk=upload.pk).delete()
    transaction.on_commit(lambda: files().forget(str(upload.pk)))


def arrived(before: datetime) -> list[Upload]:
    """Those that are whole and were never ended, since whoever should have ended them was killed."""
    waiting = Upload.objects.filter(ended_at=None, begun_at__lt=before).select_related("company", "by", "paid_by")
    return [upload for upload in waiting if offset(upload) == upload.length]


def forget_old(*, before: datetime, but: Iterable[UUID] = ()) -> int:
    """Those that nobody came back for, and those whose answer nobody asks for any more; none of the dossiers `but`."""
    old = list(
        Upload.objects.filter(begun_at__lt=before).exclude(company__in=list(but)).values_list("pk", flat=True)
    )
    for key in old:
        files().forget(str(key))
    Upload.objects.filter(pk__in=old).delete()
    return len(old)


def files() -> PartialFiles:
    """Where half-arrived files wait."""
    return PartialFiles(settings.UPLOADS)
