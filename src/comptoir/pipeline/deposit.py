"""Handing in: what comes is kept, and is being read."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from comptoir import readers
from comptoir.domain.shelving import Place, TooDeep, Viewer
from comptoir.domain.till import Till
from comptoir.lib import tenancy
from comptoir.pipeline.between import tell
from comptoir.pipeline.filing import put_file, way_along
from comptoir.pipeline.matching import attach
from comptoir.pipeline.reading import read_later, read_now
from comptoir.pipeline.talking import attach_to_talk
from comptoir.records.banking.models import Transaction
from comptoir.records.deposits import actions as deposits
from comptoir.records.deposits import arranging, leaves, uploads
from comptoir.records.deposits import log as deposit_log
from comptoir.records.deposits import queries as documents
from comptoir.records.deposits.answers import Answer
from comptoir.records.deposits.models import Document, Original, Upload
from comptoir.records.firms.models import Company, Person
from comptoir.records.firms.queries import seat_of
from comptoir.records.folders import actions as folders


def hand_in(
    *,
    company: Company,
    content: bytes,
    filename: str,
    by: Person | None,
    at: datetime,
    sees_all: bool = True,
    purpose: str = "",
    channel: str = Document.Channel.WEB,
    sent: Mapping[str, str] | None = None,
    justifies: Transaction | None = None,
    password: str = "",
    beside: readers.archive.Member | None = None,
    paid_by: Person | None = None,
    looked_at: deposits.Deposit | None = None,
) -> Document:
    """A client hands in a file; it is durable when this returns, and is being read.

    Raises `readers.NotReadable` for what is not a piece, `deposits.AlreadyHandedIn` for what is already here.
    `justifies` is the transaction that the client hands it in for: it leaves the missing list at once. `sent` is what
    the channel says of itself (a mail's sender, a phone's name), for the deposit log. A PDF under a `password` is kept
    as it came, beside the copy that opens without it; the password is kept nowhere. `beside` is the readable page of an
    e-invoice that is bare data: kept with it, shown for it, compared with it. `looked_at` is the file where it was
    admitted already.
    """
    came, content = content, readers.unlocked(content, password) if password else content
    deposit = looked_at or _admitted(content, filename, purpose, channel)
    with tenancy.within(company.firm_id, company.pk):
        document = deposits.receive(company=company, deposit=deposit, by=by, sees_all=sees_all, at=at)
        _advanced(document, paid_by, by=by, at=at)
        if justifies is not None and by is not None:
            attach(document=document, transaction=justifies, by=by, at=at)
        tell(document)
        if deposit.media_type in readers.READ:
            read_later(document)
        deposit_log.enter(
            document=document,
            original=_as_it_came(document, came, at=at) if password else document.original,
            filename=filename,
            way=channel,
            by=by,
            at=at,
            sent=sent,
        )
        if beside is not None:
            _put_beside(document, beside, way=channel, by=by, at=at, sent=sent)
    return document


def hand_in_till(*, company: Company, till: Till, by: Person, at: datetime, sees_all: bool) -> Document:
    """A Z that was typed, read at once whatever waits to be read: the next one that is typed begins where it ends."""
    document = hand_in(
        company=company,
        content=readers.till.written(till),
        filename=f"{till.said}.csv",
        by=by,
        at=at,
        sees_all=sees_all,
        sent={"typed": "oui"},
    )
    with tenancy.within(company.firm_id, company.pk):
        read_now(document, at=at)
    return document


def _advanced(document: Document, paid_by: Person | None, *, by: Person | None, at: datetime) -> None:
    if paid_by is not None and by is not None and document.purpose == Document.Purpose.EXPENSE:
        deposits.say_who_paid(document=document, person=paid_by, by=by, at=at)


def hand_in_pages(
    *,
    company: Company,
    pages: Sequence[bytes],
    filename: str,
    by: Person | None,
    at: datetime,
    sees_all: bool = True,
    purpose: str = "",
    channel: str = Document.Channel.PHONE,
    justifies: Transaction | None = None,
    paid_by: Person | None = None,
) -> Document:
    """Several photos, taken one after the other, are one piece; each is an original of its own. Raises what `hand_in` raises."""
    taken = [_admitted(content, filename, purpose, channel) for content in pages]
    if sum(deposit.pages for deposit in taken) > readers.faults.MAX_PAGES:
        raise readers.TooManyPages(sum(deposit.pages for deposit in taken))
    with tenancy.within(company.firm_id, company.pk):
        document = arranging.receive_pages(company=company, deposits=taken, by=by, sees_all=sees_all, at=at)
        _advanced(document, paid_by, by=by, at=at)
        if justifies is not None and by is not None:
            attach(document=document, transaction=justifies, by=by, at=at)
        tell(document)
        read_later(document)
        for number, original in enumerate(leaves.originals_of(document), start=1):
            deposit_log.enter(
                document=document,
                original=original,
                filename=filename,
                way=channel,
                by=by,
                at=at,
                sent={"page": f"{number}/{len(taken)}"},
            )
    return document


def _put_beside(
    document: Document, beside: readers.archive.Member, *, way: str, by: Person | None, at: datetime, sent: Any
) -> None:
    """The readable page of an e-invoice: a line of the deposit log of its own, and the invoice is read with it."""
    deposit = _admitted(beside.content, beside.filename, document.purpose, way)
    page = deposits.put_beside(document=document, content=beside.content, pages=deposit.pages, at=at)
    if page is not None:
        deposit_log.enter(
            document=document, original=page, filename=beside.filename, way=way, by=by, at=at, sent=sent
        )


def hand_in_all(*, content: bytes, filename: str, password: str = "", **way: Any) -> list[Answer]:
    """Hand in a file, or each file of a ZIP, and say of each what became of it; `way` is what `hand_in` wants besides.

    One file that is refused keeps no other out.
    """
    if len(days := readers.till.reports(content)) > 1:
        # A till's export of many days: each is a Z of its own, and says which file it came in.
        way["sent"] = {**(way.get("sent") or {}), "archive": filename}
        return [_answer(readers.till.written(day), f"{day.said}.csv", **way) for day in days]
    if not readers.archive.is_archive(content):
        return [_answer(content, filename, password=password, **way)]
    try:
        found = readers.pairs.joined(list(readers.archive.members(content)))
    except readers.NotReadable as fault:
        return [Answer.refused(filename, str(fault))]
    way["sent"] = {**(way.get("sent") or {}), "archive": filename}
    return [
        Answer.refused(member.filename, member.refused)
        if member.refused
        else _answer(member.content, member.filename, password=password, beside=member.beside, **way)
        for member in found
    ]


def _answer(content: bytes, filename: str, **way: Any) -> Answer:
    return _answered(filename, lambda: hand_in(content=content, filename=filename, **way), **way)


def _answered(
    filename: str, act: Callable[[], Document], *, justifies: Transaction | None = None, **way: Any
) -> Answer:
    try:
        document = act()
    except readers.Encrypted as fault:
        return Answer(filename, Answer.LOCKED, str(fault))
    except readers.NotReadable as fault:
        return Answer.refused(filename, str(fault))
    except deposits.AlreadyHandedIn as twin:
        if justifies is not None:
            attach(document=twin.document, transaction=justifies, by=way["by"], at=way["at"])
        if way.get("beside") is not None:
            _add_beside(twin.document, **way)
        return Answer(filename, Answer.TWIN, str(twin), twin.document.pk)
    return Answer(filename, Answer.RECEIVED, f"« {document.filename} » est reçu.", document.pk)


def _add_beside(
    document: Document, *, beside: readers.archive.Member, by: Person | None, at: datetime, **way: Any
) -> None:
    """The data was here, its page was not: the page joins it, and both are read together."""
    with tenancy.within(document.firm_id, document.company_id):
        if documents.readable(document) is None and leaves.is_all_of_original(document):
            channel = way.get("channel", Document.Channel.WEB)
            _put_beside(document, beside, way=channel, by=by, at=at, sent=way.get("sent"))
            read_later(document)


def end_upload(*, upload: Upload, at: datetime, password: str = "") -> Upload:
    """A file has arrived to its last byte: hand it in, once, whoever asks and however often.

    Where only a password is missing, its bytes wait for it.
    """
    with tenancy.within(upload.firm_id, upload.company_id):
        upload = uploads.hold(upload)
        if upload.ended_at is None:
            _end(upload, uploads.content(upload), password=password, looked_at=None, at=at)
    return upload


def take_whole(
    *, company: Company, came: Sequence[tuple[uploads.Announced, bytes]], by: Person, at: datetime
) -> list[Upload]:
    """Small files that came whole, in one request: each ended as by `end_upload`, all of them at one commit.

    They are looked at and written first: what takes long is done while the company's other deposits go on.
    """
    looked_at = [_looked_at(announced, content) for announced, content in came]
    with tenancy.within(company.firm_id, company.pk):
        deposit_log.alone(company.pk)
        taken = []
        for (announced, content), deposit in zip(came, looked_at, strict=True):
            upload = uploads.begin(company=company, announced=announced, by=by, at=at, is_whole=True)
            if upload.ended_at is None:
                _end(upload, content, password="", looked_at=deposit, at=at)
            taken.append(upload)
    return taken


def _end(
    upload: Upload, content: bytes, *, password: str, looked_at: deposits.Deposit | None, at: datetime
) -> None:
    answers = _taken_in(upload, content, password=password, looked_at=looked_at, at=at)
    upload.outcome = {"answers": [answer.said() for answer in answers]}
    if [answer.kind for answer in answers] == [Answer.LOCKED]:
        uploads.wait(upload, content)
    else:
        uploads.end(upload=upload, outcome=upload.outcome, at=at)


def _looked_at(announced: uploads.Announced, content: bytes) -> deposits.Deposit | None:
    """One file that is one piece, already in the store; None for what holds several, goes elsewhere or is refused."""
    if announced.purpose in (MESSAGE, FOLDER) or len(announced.pages) > 1 or _holds_several(content):
        return None
    try:
        deposit = _admitted(content, announced.filename, announced.purpose, announced.way)
    except readers.NotReadable:
        return None
    deposits.put_away(deposit)
    return deposit


def _holds_several(content: bytes) -> bool:
    return readers.archive.is_archive(content) or len(readers.till.reports(content)) > 1


def _taken_in(
    upload: Upload, content: bytes, *, password: str, looked_at: deposits.Deposit | None, at: datetime
) -> list[Answer]:
    if upload.purpose == MESSAGE:
        return [_attached(upload, content, at=at)]
    if upload.purpose == FOLDER:
        return [_filed(upload, content, at=at)]
    way: dict[str, Any] = {
        "company": upload.company,
        "filename": upload.filename,
        "by": upload.by,
        "at": at,
        "sees_all": upload.sees_all,
        "purpose": upload.purpose,
        "channel": upload.way,
        "paid_by": upload.paid_by,
        "justifies": _transaction(upload.company, upload.justifies) if upload.justifies else None,
    }
    if looked_at is not None:
        return [_answer(content, looked_at=looked_at, **way)]
    if len(upload.pages) < 2:
        return hand_in_all(content=content, password=password, **way)
    photos = uploads.pages(upload, content)
    return [_answered(act=lambda: hand_in_pages(pages=photos, **way), **way)]


MESSAGE = "message"
"""What an upload is for that goes with a message: kept beside it, never a piece."""


FOLDER = "folder"
"""What an upload is for that goes into a shared folder: kept there, never a piece."""


def _filed(upload: Upload, content: bytes, *, at: datetime) -> Answer:
    """Who may no longer put files there when the last byte comes is told so."""
    seat = seat_of(upload.by, upload.company_id, timezone.localdate(at))
    place = Place.written(upload.place)
    if seat is None or place is None:
        return Answer.refused(upload.filename, "Vous ne pouvez plus déposer dans ce dossier.")
    try:
        into = way_along(
            company=upload.company,
            place=place,
            path=upload.path,
            viewer=Viewer(seat.role, upload.by_id),
            by=upload.by,
            at=at,
        )
        file = put_file(
            company=upload.company, content=content, filename=upload.filename, place=into, by=upload.by, at=at
        )
    except folders.AlreadyInFolder as twin:
        return Answer(upload.filename, Answer.TWIN, str(twin))
    except (readers.NotReadable, folders.NotThere, folders.TooManyFolders, TooDeep) as fault:
        return Answer.refused(upload.filename, str(fault))
    again = f"« {file.name} » : version {file.version}." if file.version > 1 else f"« {file.name} » est déposé."
    return Answer(file.name, Answer.RECEIVED, again)


def _attached(upload: Upload, content: bytes, *, at: datetime) -> Answer:
    try:
        kept = attach_to_talk(
            company=upload.company, content=content, filename=upload.filename, by=upload.by, at=at
        )
    except readers.NotReadable as fault:
        return Answer.refused(upload.filename, str(fault))
    return Answer(kept.name, Answer.RECEIVED, f"« {kept.name} » est joint.", kept.pk)


def _transaction(company: Company, transaction_id: UUID) -> Transaction | None:
    return Transaction.objects.filter(company=company, pk=transaction_id).first()


def _admitted(content: bytes, filename: str, purpose: str, channel: str) -> deposits.Deposit:
    """What came, looked at: a piece, or any document that a person writes where it is only to be kept."""
    if settings.ANTIVIRUS is not None and (virus := settings.ANTIVIRUS.found(content)):
        raise readers.Infected(virus)
    try:
        media_type, pages = readers.admit(content, filename), readers.page_count(content)
    except readers.WrongKind:
        if purpose != Document.Purpose.ADMIN:
            raise
        media_type, pages = readers.admit_to_folder(content, filename), 1
    return deposits.Deposit(content, filename, media_type, pages, purpose, channel)


def _as_it_came(document: Document, content: bytes, *, at: datetime) -> Original:
    """The protected file, bit for bit: it is what came in, though nobody can read it."""
    return deposits.keep(
        company=document.company,
        content=content,
        media_type="application/pdf",
        pages=document.original.pages,
        at=at,
    )
