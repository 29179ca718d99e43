"""Which pages make which piece: cut, put together, put in order, turned; the originals stay as they came."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from comptoir.domain.leaf import Leaf, covers
from comptoir.records.audit.actions import record
from comptoir.records.deposits import leaves
from comptoir.records.deposits import models as rows
from comptoir.records.deposits.models import Cutting, Dismissal, Document
from comptoir.records.firms.models import Person


class NotAnArrangement(Exception):
    """Ces pages ne sont plus celles de la pièce : rechargez l’écran, puis recommencez."""

    def __init__(self) -> None:
        super().__init__(self.__class__.__doc__)


@transaction.atomic
def split(
    *, document: Document, parts: Sequence[Sequence[Leaf]], by: Person | None, at: datetime
) -> list[Document]:
    """Cut a piece into several: it keeps the first part, each other part is a new piece handed in by the same person.

    Pages in no part (blank ones, separators) stay in the original only. Raises `NotAnArrangement`.
    """
    if not covers(parts, leaves.of(document)):
        raise NotAnArrangement
    _lay(document, parts[0])
    pieces = [document, *(_cut_out(document, part, rank) for rank, part in enumerate(parts[1:], start=2))]
    if len(pieces) > 1:
        record("cut", document, by=by, at=at, pieces=len(pieces))
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
def arrange(*, document: Document, pages: Sequence[Leaf], by: Person | None, at: datetime) -> None:
    """Put the pages of a piece in another order, turn them, or take some out; raises `NotAnArrangement`."""
    own = {(leaf.original, leaf.page, leaf.outline) for leaf in leaves.of(document)}
    kept = [(leaf.original, leaf.page, leaf.outline) for leaf in pages]
    if not kept or len(set(kept)) != len(kept) or not set(kept) <= own:
        raise NotAnArrangement
    _lay(document, pages)
    record("arrange", document, by=by, at=at, pages=len(pages))


@transaction.atomic
def undo_cut(*, document: Document, by: Person | None, at: datetime) -> Document:
    """Put back what was cut out of a piece: it is all of its original again, blank pages too."""
    for other in Document.objects.kept().filter(cut_from=document):
        _take_in(other, into=document, by=by, at=at)
    document.leaves.all().delete()
    record("undo_cut", document, by=by, at=at)
    return document


def propose(*, document: Document, parts: Sequence[dict[str, object]], at: datetime) -> Cutting | None:
    """Keep how a file may be cut, once; None where that is known already."""
    made, is_new = Cutting.objects.get_or_create(
        document=document,
        defaults={
            "firm_id": document.firm_id,
            "company_id": document.company_id,
            "parts": list(parts),
            "proposed_at": at,
        },
    )
    return made if is_new else None


def settle(*, cutting: Cutting, by: Person | None, at: datetime) -> bool:
    """The proposal was followed, changed or set aside; says whether it was this act that did it."""
    return bool(Cutting.objects.filter(pk=cutting.pk, settled_at=None).update(settled_at=at, settled_by=by))


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
