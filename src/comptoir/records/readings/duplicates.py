"""Pieces that may be one paper handed in twice: found by the machine, decided by a person, and never asked again."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from comptoir.domain import duplicate
from comptoir.records.audit.actions import record
from comptoir.records.deposits.models import Document
from comptoir.records.firms.models import Person
from comptoir.records.readings.models import Reading, Resemblance

QUESTION = "Déjà reçue ?"
"""How the doubt of an entry begins whose piece may be a copy."""
AROUND = timedelta(days=120)
"""The same slip is photographed again within weeks; an older one is found by what was read on it."""


@transaction.atomic
def compare(*, document: Document, at: datetime) -> list[Document]:
    """Look for the same paper among the dossier's other pieces; gives those of which it is now asked, the newer of each pair.

    What was found once is not found again; an open question that a correction has answered goes.
    """
    own = Reading.objects.filter(document=document, read_at__isnull=False).select_related("document").first()
    if own is None:
        return []
    _withdraw_answered(own)
    known = {pk for pair in _pairs(document).values_list("document", "other") for pk in pair}
    found = [
        _asked(own.document, other.document, reason, at)
        for other in _candidates(own)
        if other.document_id not in known and (reason := duplicate.why_same(_paper(own), _paper(other)))
    ]
    Resemblance.objects.bulk_create(found, ignore_conflicts=True)
    return [row.document for row in found]


def undecided(document: Document) -> list[Resemblance]:
    """The pieces that this one may be a copy of, while nobody has said; those set aside meanwhile are no question."""
    rows = Resemblance.objects.filter(document=document, decided_at=None, other__dismissal=None)
    return list(rows.select_related("other__reading", "other__original").order_by("found_at", "pk"))


@transaction.atomic
def decide(*, resemblance: Resemblance, is_same: bool, by: Person, at: datetime) -> bool:
    """A person says whether two pieces are one paper, once; says whether it was this act that did it."""
    done = Resemblance.objects.filter(pk=resemblance.pk, decided_at=None).update(
        is_same=is_same, decided_by=by, decided_at=at
    )
    if done:
        said = "same" if is_same else "different"
        record("decide_duplicate", resemblance.document, by=by, at=at, said=said, other=str(resemblance.other_id))
    return bool(done)


def get(document: Document, resemblance_id: UUID) -> Resemblance | None:
    """One question about a piece."""
    rows = Resemblance.objects.select_related("document__company", "other")
    return rows.filter(document=document, pk=resemblance_id).first()


def _asked(one: Document, another: Document, reason: str, at: datetime) -> Resemblance:
    older, newer = sorted((one, another), key=lambda document: (document.deposited_at, document.pk))
    return Resemblance(
        firm_id=newer.firm_id,
        company_id=newer.company_id,
        document=newer,
        other=older,
        reason=reason,
        found_at=at,
    )


def _candidates(own: Reading) -> Iterable[Reading]:
    """Pieces that something may say are the same: of the same bytes, read alike, or photographed lately."""
    document = own.document
    rows = Reading.objects.filter(
        company_id=document.company_id, document__dismissal=None, read_at__isnull=False
    ).exclude(document=document)
    asked = [rows.filter(document__original_id=document.original_id)]
    if own.total is not None:
        asked.append(rows.filter(total=own.total))
    if own.look:
        lately = (document.deposited_at - AROUND, document.deposited_at + AROUND)
        asked.append(rows.filter(document__deposited_at__range=lately).exclude(look=""))
    found = {row.pk: row for some in asked for row in some.select_related("document").only(*SEEN)}
    return found.values()


SEEN = (
    "supplier", "number", "issued_on", "total", "look",
    *(f"document__{name}" for name in ("firm", "company", "original", "cut_from", "deposited_at")),
)  # fmt: skip
"""What two pieces are compared by: not their whole text."""


def _withdraw_answered(own: Reading) -> None:
    for row in _pairs(own.document).filter(decided_at=None).select_related("document__reading", "other__reading"):
        if not duplicate.why_same(_paper(row.document.reading), _paper(row.other.reading)):
            row.delete()


def _pairs(document: Document) -> QuerySet[Resemblance]:
    return Resemblance.objects.filter(Q(document=document) | Q(other=document))


def _paper(row: Reading) -> duplicate.Paper:
    is_whole = row.document.cut_from_id is None
    return duplicate.Paper(
        supplier=row.supplier,
        number=row.number,
        issued_on=row.issued_on,
        total=row.total,
        look=row.look,
        original=str(row.document.original_id) if is_whole else "",
    )
