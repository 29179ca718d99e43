"""Reading, then what follows from it."""

import logging
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from procrastinate.contrib.django import app

from comptoir import readers
from comptoir.domain import proposal
from comptoir.domain.cutting import Part, joined
from comptoir.domain.leaf import Leaf
from comptoir.domain.notice import Kind
from comptoir.domain.ports import Reader
from comptoir.lib import tenancy
from comptoir.pipeline.between import AGAIN, books_of, days, tell
from comptoir.pipeline.lettering import settle
from comptoir.pipeline.matching import pair, unlink
from comptoir.pipeline.missing import relist_of
from comptoir.pipeline.noticing import tell_keepers
from comptoir.records.deposits import actions as deposits
from comptoir.records.deposits import arranging, leaves
from comptoir.records.deposits import queries as documents
from comptoir.records.deposits.models import Document
from comptoir.records.firms.models import Person
from comptoir.records.ledger import actions as ledger
from comptoir.records.ledger import pieces
from comptoir.records.ledger.context import context
from comptoir.records.ledger.models import Entry
from comptoir.records.matching import queries as matches
from comptoir.records.readings import actions as readings
from comptoir.records.readings import duplicates
from comptoir.records.readings import queries as read_values

log = logging.getLogger(__name__)

READER: Reader = readers.LocalReader()
"""Who reads pieces: behind the port, so that another engine may take its place."""
UNREAD = "La lecture n’a pas abouti : la pièce est gardée, le cabinet la saisira."


def read_later(document: Document) -> None:
    """Queue the reading; the job exists only if the piece does."""
    read.defer(firm_id=str(document.firm_id), company_id=str(document.company_id), document_id=str(document.pk))


@app.task(queue="reading", retry=AGAIN, name="read")
def read(firm_id: str, company_id: str, document_id: str) -> None:
    """Cut a file into the pieces that it holds, read the first, keep what was read, and start what follows."""
    with tenancy.within(UUID(firm_id), UUID(company_id)):
        document = documents.get(UUID(document_id))
        readings.start(document=document, at=timezone.now())
        tell(document)
    cut_now(document, at=timezone.now())
    read_now(document, at=timezone.now())


def cut_now(document: Document, *, at: datetime) -> None:
    """Cut a file where it is sure that another document begins; where it is only likely, propose it to a person.

    Once for each file, and never one that a person has arranged: what they undid stays undone.
    """
    with tenancy.within(document.firm_id, document.company_id):
        if not arranging.is_to_be_looked_at(document):
            return
        content = leaves.content(document)
    try:
        parts = readers.cutting.parts_of(content, own=document.company.identity)
    except Exception:  # a file that cannot be cut is read whole, and its reading says what is wrong with it
        log.exception("cutting %s failed", document.pk)
        return
    if len(parts) < 2:
        return
    with books_of(document.company):
        arranging.hold(document)
        if arranging.is_to_be_looked_at(document) and not ledger.is_posted(document=document):
            _cut(document, parts, at=at)


def _cut(document: Document, parts: Sequence[Part], *, at: datetime) -> None:
    """Each group of parts that is surely apart becomes a piece; doubts within one are kept as a proposal for it."""
    groups = joined(parts)
    pages = [[leaf for part in group for leaf in leaves.of_part(document, part)] for group in groups]
    is_cut = len(groups) > 1
    pieces = arranging.split(document=document, parts=pages, by=None, at=at) if is_cut else [document]
    for piece, group in zip(pieces, groups, strict=True):
        doubts = [(leaves.of_part(document, part), part) for part in group]
        arranging.propose(document=piece, parts=doubts if len(doubts) > 1 else [], at=at)
    for piece in pieces[1:]:
        read_later(piece)
    tell(document)


def read_now(document: Document, *, at: datetime) -> None:
    """Read a piece; what cannot be read is kept with the sentence that says why."""
    company, pages = document.company, _pages(document)
    try:
        reading = READER.read(
            _content(document),
            filename=document.filename,
            own=company.identity,
            beside=readable_page(document),
        )
        look = _look(document)
    except readers.NotReadable as fault:
        _unread(document, str(fault), at=at)
        return
    except Exception:  # a fault of the reader's own must not leave a piece *en lecture* for ever
        log.exception("reading %s failed", document.pk)
        _unread(document, UNREAD, at=at)
        return
    with books_of(company):
        if _pages(document) != pages:  # cut or put together meanwhile: it was queued again then
            return
        leaves.keep_seen(document, reading.seen)
        readings.record(document=document, reading=reading.handed_in_as(document.purpose), look=look, at=at)
        follow_reading(document, at=at)


def _content(document: Document) -> bytes:
    """The piece's own pages. Without saying whose they are, its leaves would not be seen, and it would be read as the whole file."""
    with tenancy.within(document.firm_id, document.company_id):
        return leaves.content(document)


def _look(document: Document) -> str:
    """How a photo looks; what is no photo is known by its bytes and by what is read on it."""
    with tenancy.within(document.firm_id, document.company_id):
        is_photo = document.original.media_type.startswith("image/")
        return readers.likeness.look(leaves.picture(document, 1, at_most=1600)) if is_photo else ""


def readable_page(document: Document) -> bytes:
    with tenancy.within(document.firm_id, document.company_id):
        page = documents.readable(document)
    return documents.content(page) if page else b""


def _pages(document: Document) -> Sequence[Leaf]:
    with tenancy.within(document.firm_id, document.company_id):
        return leaves.of(document)


def _unread(document: Document, sentence: str, *, at: datetime) -> None:
    with tenancy.within(document.firm_id, document.company_id):
        readings.record_fault(document=document, sentence=sentence, at=at)
        relist_of(document, at=at)
        tell(document)


def follow_reading(document: Document, *, at: datetime, beside: Sequence[UUID] = ()) -> None:
    """After a reading or a correction: the entry it proves, then the movement that paid it, or pieces `beside` it.

    While a person has yet to say whether it is one piece or several, what was read is of no one of them.
    """
    if arranging.proposal(document) is not None:
        ledger.withdraw_proposal(document=document)
        relist_of(document, at=at)
        tell(document)
        return
    for asked in duplicates.compare(document=document, at=at):
        if asked.pk != document.pk:
            propose(asked)
            relist_of(asked, at=at)
            tell(asked)
    propose(document)
    pair(document.company, new=[document.pk, *beside], around=days(document), at=at)
    settle(document.company, documents=[document.pk], at=at)
    tell(document)
    if pieces.waits(document):
        day = timezone.localdate(at)
        key, sentence = f"review-{day}", f"Des pièces sont à revoir chez {document.company.name}."
        tell_keepers(document.company, Kind.REVIEW, key, sentence, "production/", at=at, is_latest=True)


def propose(document: Document) -> Entry | None:
    """Keep the entry that the piece proves as a draft for the firm."""
    reading = read_values.current(document)
    if reading is None or document.purpose == Document.Purpose.ADMIN or deposits.is_dismissed(document):
        return None
    if document.company.is_kept_by_hand:  # tenue manuelle: read and matched, but the firm writes the entry
        ledger.withdraw_proposal(document=document)
        return None
    found = proposal.propose(reading, context(document, reading))
    if found is None:
        ledger.withdraw_proposal(document=document)
        return None
    questions = [f"{duplicates.QUESTION} {row.reason}" for row in duplicates.undecided(document)]
    doubts = (*found.doubts, *questions)
    return ledger.propose(document=document, proposal=proposal.Proposal(found.entry, found.reasons, doubts))


@app.task(queue="reading", retry=AGAIN, name="propose_again")
def propose_again(firm_id: str, company_id: str) -> None:
    """Propose again what waits for the firm in a dossier whose VAT regime or way to be kept has changed."""
    with tenancy.within(UUID(firm_id), UUID(company_id)):
        waiting = pieces.waiting(UUID(company_id))
    for document in waiting:
        with books_of(document.company):
            propose(document)
            relist_of(document, at=timezone.now())
            tell(document)


def correct(*, document: Document, values: dict[str, str], by: Person, at: datetime) -> None:
    """A person corrects what was read; everything that was derived from it is made again."""
    with books_of(document.company):
        readings.correct(document=document, values=values, by=by, at=at)
        beside = unlink(document, at=at) if values.keys() & matches.MATCHED_BY else []
        follow_reading(document, at=at, beside=beside)
        if values:
            ledger.doubt_revised(document=document)
