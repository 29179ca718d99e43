"""What a person changes of a piece that is in no book yet: its kind, its dossier, its pages."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from comptoir import readers
from comptoir.domain.leaf import Leaf
from comptoir.pipeline.between import books_of, tell
from comptoir.pipeline.booking import rebook
from comptoir.pipeline.deciding import dismiss
from comptoir.pipeline.deposit import hand_in, hand_in_pages
from comptoir.pipeline.matching import unlink
from comptoir.pipeline.missing import relist, relist_of
from comptoir.pipeline.reading import follow_reading, read_later, readable_page
from comptoir.records.deposits import actions as deposits
from comptoir.records.deposits import arranging, leaves
from comptoir.records.deposits import queries as documents
from comptoir.records.deposits.models import Document
from comptoir.records.firms.models import Company, Person
from comptoir.records.ledger import actions as ledger
from comptoir.records.matching import actions as matching


def say_who_paid(*, document: Document, person: Person, by: Person, at: datetime) -> None:
    """Somebody else advanced a note de frais: what it proposes is owed to them, and paid back to them.

    Raises `ledger.AlreadyPosted`, `deposits.IsDismissed`.
    """
    with _arranging(document):
        if deposits.say_who_paid(document=document, person=person, by=by, at=at):
            follow_reading(document, at=at, beside=unlink(document, at=at))


def reclassify(*, document: Document, purpose: str, by: Person, at: datetime) -> None:
    """A person moves a piece to another kind: it is read again as that, or only kept from now on.

    Raises `ledger.AlreadyPosted`, `deposits.IsDismissed`.
    """
    with _arranging(document):
        if deposits.reclassify(document=document, purpose=purpose, by=by, at=at):
            _arranged([document], at=at)


def move(*, document: Document, to: Company, by: Person, at: datetime) -> Document:
    """The firm moves a piece to the dossier that it belongs to: handed in there, set aside here without naming where to.

    Raises `ledger.AlreadyPosted`, `deposits.IsDismissed`; what is in that dossier already is only set aside here.
    """
    with _arranging(document):
        try:
            moved = _handed_in_there(document, to, by=by, at=at)
        except deposits.AlreadyHandedIn as twin:
            moved = twin.document
        dismiss(document=document, reason=MOVED, by=by, at=at)
    return moved


def _handed_in_there(document: Document, to: Company, *, by: Person, at: datetime) -> Document:
    """The originals bit for bit, where the piece is all of them; else its own pages alone: the rest is not that dossier's."""
    way: dict[str, Any] = {
        "company": to,
        "filename": document.filename,
        "by": by,
        "at": at,
        "purpose": document.purpose,
    }
    originals = leaves.originals_of(document)
    if len(originals) > 1 and leaves.are_whole(document):
        photos = [documents.content(original) for original in originals]
        return hand_in_pages(pages=photos, channel=Document.Channel.WEB, **way)
    page = readable_page(document)
    return hand_in(
        content=leaves.content(document),
        sent={"moved": "d’un autre dossier du cabinet"},
        beside=readers.archive.Member(f"{document.filename}.pdf", page) if page else None,
        **way,
    )


MOVED = "Cette pièce concernait un autre dossier : le cabinet l’y a mise."


def split(*, document: Document, parts: Sequence[Sequence[Leaf]], by: Person, at: datetime) -> list[Document]:
    """Cut a piece into several, or put the pages of one in order; what justified a transaction stays with the first.

    Raises `ledger.AlreadyPosted`, `deposits.IsDismissed`, `arranging.NotAnArrangement`.
    """
    with _arranging(document):
        pieces = arranging.split(document=document, parts=parts, by=by, at=at)
        arranging.settle(document=document, by=by, at=at)
        _arranged(pieces, at=at)
    return pieces


def unite(*, documents: Sequence[Document], by: Person, at: datetime) -> Document:
    """Put pieces together into the first, in this order; what the others justified, the first justifies.

    Raises what `split` raises.
    """
    with _arranging(*documents):
        first, *others = documents
        for other in others:
            _hand_over(other, to=first, by=by, at=at)
        arranging.unite(documents=documents, by=by, at=at)
        _arranged([first], at=at)
    return first


def undo_cut(*, document: Document, by: Person, at: datetime) -> Document:
    """A file that was cut is one piece again. Raises what `split` raises, for any of its pieces."""
    cut_out = list(Document.objects.kept().filter(cut_from=document).select_related("company", "original"))
    with _arranging(document, *cut_out):
        for other in cut_out:
            _hand_over(other, to=document, by=by, at=at)
        arranging.undo_cut(document=document, by=by, at=at)
        _arranged([document], at=at)
    return document


@contextmanager
def _arranging(*pieces: Document) -> Iterator[None]:
    """Only what is in no book and not set aside may change its pages."""
    with books_of(pieces[0].company):
        for piece in pieces:
            ledger.refuse_posted(document=piece)
            deposits.refuse_dismissed(piece)
        yield


def _arranged(pieces: Sequence[Document], *, at: datetime) -> None:
    """What was read before is of other pages: the draft and the machine's links go, and each piece is read."""
    for piece in pieces:
        ledger.withdraw_draft(document=piece)
        unlink(piece, at=at)
        relist_of(piece, at=at)
        tell(piece)
        read_later(piece)


def _hand_over(document: Document, *, to: Document, by: Person, at: datetime) -> None:
    """A piece that becomes part of another leaves it what it justified; its draft goes."""
    ledger.withdraw_draft(document=document)
    freed = matching.hand_over(document=document, to=to, by=by, at=at)
    rebook(document.company, freed, at=at)
    relist(document.company, freed, at=at)
    tell(document)
