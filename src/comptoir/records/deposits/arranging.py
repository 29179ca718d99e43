"""Which pages make which piece: cut, put together, put in order, turned; the originals stay as they came."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from comptoir.domain.cutting import Part
from comptoir.domain.leaf import Leaf, covers, whole
from comptoir.records.audit.actions import record
from comptoir.records.deposits import actions, leaves
from comptoir.records.deposits import models as rows
from comptoir.records.deposits.actions import Deposit
from comptoir.records.deposits.models import Cutting, Dismissal, Document
from comptoir.records.firms.models import Company, Person


class NotAnArrangement(Exception):
    """Ces pages ne sont plus celles de la pièce : rechargez l’écran, puis recommencez."""

    def __init__(self) -> None:
        super().__init__(self.__class__.__doc__)


@transaction.atomic(savepoint=False)
def receive_pages(
    *, company: Company, deposits: Sequence[Deposit], by: Person | None, sees_all: bool, at: datetime
) -> Document:
    """Keep several photos, each bit for bit, and make them one piece in this order.

    Raises `AlreadyHandedIn` where just these pages are a piece already; one page of it alone is no reason to lose the others.
    """
    originals = [actions.keep_deposit(company=company, deposit=deposit, at=at) for deposit in deposits]
    pages = [leaf for original in originals for leaf in whole(original.pk, original.pages)]
    for twin in actions.twins(originals[0], by=by, sees_all=sees_all):
        if list(leaves.of(twin)) == pages:
            return actions.reopened(twin, by=by, at=at)
    document = actions.enter(company=company, original=originals[0], deposit=deposits[0], by=by, at=at)
    _lay(document, pages)
    return document


@transaction.atomic
def split(
    *, document: Document, parts: Sequence[Sequence[Leaf]], by: Person | None, at: datetime
) -> list[Document]:
    """Cut a piece into several: it keeps the first part, each other part is a new piece handed in by the same person.

    With one part, its pages are only put in order or turned. Pages in no part (blank ones, separators) stay in the
    original only. Raises `NotAnArrangement`.
    """
    if not covers(parts, leaves.of(document)):
        raise NotAnArrangement
    _lay(document, parts[0])
    pieces = [document, *(_cut_out(document, part, rank) for rank, part in enumerate(parts[1:], start=2))]
    record("cut" if len(pieces) > 1 else "arrange", document, by=by, at=at, pieces=len(pieces))
    return pieces


@transaction.atomic
def unite(*, documents: Sequence[Document], by: Person | None, at: datetime) -> Document:
    """Put pieces together, in this order: the first takes in the pages of the others, which are pieces no more."""
    first, *others = documents
    _lay(first, [leaf for document in documents for leaf in leaves.of(document)])
    for other in others:
        _take_in(other, into=first, by=by, at=at)
    record("unite", first, by=by, at=at, pieces=len(documents))
    return first


@transaction.atomic
def undo_cut(*, document: Document, by: Person | None, at: datetime) -> Document:
    """Put back what was cut out of a piece: it is all of its original again, blank pages too."""
    for other in Document.objects.kept().filter(cut_from=document):
        _take_in(other, into=document, by=by, at=at)
    document.leaves.all().delete()
    record("undo_cut", document, by=by, at=at)
    return document


def is_to_be_looked_at(document: Document) -> bool:
    """Whether a machine may cut this piece: as it came, of several pages or a picture, and never looked at before."""
    original = document.original
    may_hold_several = original.pages > 1 or original.media_type.startswith("image/")
    is_as_it_came = document.cut_from_id is None and leaves.is_all_of_original(document)
    return may_hold_several and is_as_it_came and not Cutting.objects.filter(document=document).exists()


def hold(document: Document) -> None:
    """Hold a piece until the commit: two workers look at it one after the other."""
    Document.objects.select_for_update(of=("self",)).get(pk=document.pk)


def propose(*, document: Document, parts: Sequence[tuple[Sequence[Leaf], Part]], at: datetime) -> Cutting:
    """Keep how a piece may be cut; without parts, that it was cut as far as one is sure, so that it is looked at once."""
    return Cutting.objects.create(
        firm_id=document.firm_id,
        company_id=document.company_id,
        document=document,
        parts=[
            {
                "leaves": [leaves.to_json(leaf) for leaf in pages],
                "why": part.why.value,
                "confidence": round(part.confidence, 3),
            }
            for pages, part in parts
        ],
        proposed_at=at,
        settled_at=None if parts else at,
    )


def proposal(document: Document) -> Cutting | None:
    """How the piece may be cut, while nobody has decided."""
    return Cutting.objects.filter(document=document, settled_at=None).first()


def was_cut(document: Document) -> bool:
    """Whether the piece is of a file that was cut, so that this can be undone."""
    first = document.cut_from_id or document.pk
    return Document.objects.kept().filter(cut_from=first).exists()


def settle(*, document: Document, by: Person | None, at: datetime) -> bool:
    """The proposal was followed, changed or set aside; says whether it was this act that did it."""
    return bool(Cutting.objects.filter(document=document, settled_at=None).update(settled_at=at, settled_by=by))


def _lay(document: Document, pages: Sequence[Leaf]) -> None:
    document.leaves.all().delete()
    rows.Leaf.objects.bulk_create(leaves.rows(document, pages))


def _cut_out(document: Document, part: Sequence[Leaf], rank: int) -> Document:
    """A piece of its own, with the rank it had in the file for a name."""
    stem, dot, ending = document.filename.rpartition(".")
    made = Document.objects.create(
        firm_id=document.firm_id,
        company_id=document.company_id,
        original_id=part[0].original,
        cut_from=document,
        filename=f"{(stem or ending)[:200]} ({rank}){dot}{ending if stem else ''}",
        purpose=document.purpose,
        channel=document.channel,
        deposited_by_id=document.deposited_by_id,
        paid_by_id=document.paid_by_id,
        deposited_at=document.deposited_at,
    )
    _lay(made, part)
    return made


def _take_in(other: Document, *, into: Document, by: Person | None, at: datetime) -> None:
    Dismissal.objects.create(
        firm_id=other.firm_id,
        company_id=other.company_id,
        document=other,
        into=into,
        reason=f"Réunie à « {into.filename} »"[:300],
        by=by,
        at=at,
    )
