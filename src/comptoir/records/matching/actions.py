"""Linking pieces and transactions: by the machine where it is sure, by a person, and taking it back."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction as db
from django.db.models import Q

from comptoir.domain.match import Pairing
from comptoir.lib.ids import uuid7
from comptoir.records.audit.actions import record
from comptoir.records.banking.models import Transaction
from comptoir.records.deposits.models import Document
from comptoir.records.firms.models import Company, Person
from comptoir.records.matching.models import Match, Proposal, Rejection


class Settled(Exception):
    """Cette pièce est déjà comptabilisée et lettrée : écrivez à votre cabinet pour la retirer."""


@db.atomic
def keep_pairings(*, company: Company, pairings: Sequence[Pairing], at: datetime) -> list[Match]:
    """Link the sure ones, propose the others; what was proposed before for the same pieces is made again."""
    sure = [pairing for pairing in pairings if pairing.is_sure]
    matches = Match.objects.bulk_create(
        [row for pairing in sure for row in _matches(company, pairing, at)], batch_size=1000
    )
    _end_proposals(matches)
    _propose(company, [pairing for pairing in pairings if not pairing.is_sure])
    if matches:
        record("match", matches[0], by=None, at=at, matches=len(matches))
    return matches


@db.atomic
def attach(*, document: Document, transaction: Transaction, by: Person, at: datetime, reason: str = "") -> Match:
    """A person says that this piece explains this transaction; saying it twice changes nothing."""
    match, is_new = Match.objects.get_or_create(
        document=document,
        transaction=transaction,
        defaults={
            "firm_id": document.firm_id,
            "company_id": document.company_id,
            "reason": reason or f"Jointe par {by.full_name}",
            "by": by,
            "at": at,
        },
    )
    if is_new:
        _end_proposals([match])
        record("attach", match, by=by, at=at, transaction=transaction.pk, document=document.pk)
    return match


@db.atomic
def detach(*, document: Document, transaction: Transaction, by: Person, at: datetime) -> None:
    """A person says that the two do not belong together: unlinked, and never proposed again."""
    Match.objects.filter(document=document, transaction=transaction).delete()
    Proposal.objects.filter(document=document, transaction=transaction).delete()
    rejection, is_new = Rejection.objects.get_or_create(
        document=document,
        transaction=transaction,
        defaults={"firm_id": document.firm_id, "company_id": document.company_id, "by": by, "at": at},
    )
    if is_new:
        record("reject_match", rejection, by=by, at=at, transaction=transaction.pk, document=document.pk)


@db.atomic
def forget(*, document: Document, by: Person | None, at: datetime) -> list[UUID]:
    """Unlink everything from a piece that is set aside; its transactions wait again."""
    matches = Match.objects.filter(document=document)
    freed = list(matches.values_list("transaction_id", flat=True))
    matches.delete()
    Proposal.objects.filter(document=document).delete()
    if freed:
        record("unmatch", document, by=by, at=at, transactions=[str(pk) for pk in freed])
    return freed


@db.atomic
def release(*, transactions: Sequence[Transaction], at: datetime) -> list[UUID]:
    """Unlink movements that the bank has taken back, whoever linked them; says which pieces are unpaid again."""
    matches = Match.objects.filter(transaction__in=transactions)
    freed = list(matches.values_list("document_id", flat=True).distinct())
    if freed:
        record("unmatch", transactions[0], by=None, at=at, documents=[str(pk) for pk in freed])
    matches.delete()
    Proposal.objects.filter(transaction__in=transactions).delete()
    return freed


@db.atomic
def hand_over(*, document: Document, to: Document, by: Person | None, at: datetime) -> list[UUID]:
    """A piece becomes part of another: what a person linked it with is the other's; what the machine did is taken back."""
    for match in Match.objects.filter(document=document).select_related("transaction", "by"):
        if match.by is not None:
            attach(document=to, transaction=match.transaction, by=match.by, at=match.at, reason=match.reason)
    kept = set(Match.objects.filter(document=to).values_list("transaction_id", flat=True))
    return [freed for freed in forget(document=document, by=by, at=at) if freed not in kept]


@db.atomic
def unlink_by_machine(*, company: Company, documents: Iterable[UUID], at: datetime) -> list[UUID]:
    """Take back what the machine linked these pieces with, when a person says that it had read one wrong."""
    matches = Match.objects.filter(company=company, document__in=list(documents), by=None)
    freed = list(matches.values_list("transaction_id", flat=True).distinct())
    matches.delete()
    if freed:
        record("unmatch", company, by=None, at=at, transactions=[str(pk) for pk in freed])
    return freed


def end_proposals_of(document: Document) -> None:
    """What was proposed for a piece that says something else now is proposed no longer."""
    Proposal.objects.filter(document=document).delete()


def _end_proposals(matches: Sequence[Match]) -> None:
    """What is linked is proposed for nothing else, on either side."""
    documents, transactions = ({m.document_id for m in matches}, {m.transaction_id for m in matches})
    Proposal.objects.filter(Q(document__in=documents) | Q(transaction__in=transactions)).delete()


def _matches(company: Company, pairing: Pairing, at: datetime) -> Iterable[Match]:
    for document_id, transaction_id in _pairs(pairing):
        yield Match(
            firm_id=company.firm_id,
            company=company,
            document_id=document_id,
            transaction_id=transaction_id,
            score=pairing.score,
            reason=pairing.reason[:200],
            at=at,
        )


def _propose(company: Company, pairings: Sequence[Pairing]) -> None:
    pieces = {UUID(piece) for pairing in pairings for piece in pairing.pieces}
    Proposal.objects.filter(company=company, document_id__in=pieces).delete()
    Proposal.objects.bulk_create(
        [
            Proposal(
                firm_id=company.firm_id,
                company=company,
                document_id=document_id,
                transaction_id=transaction_id,
                group=group,
                score=pairing.score,
                reason=pairing.reason[:200],
            )
            for pairing in pairings
            for group in [uuid7()]
            for document_id, transaction_id in _pairs(pairing)
        ],
        batch_size=1000,
    )


def _pairs(pairing: Pairing) -> list[tuple[UUID, UUID]]:
    return [(UUID(piece), UUID(movement)) for piece in pairing.pieces for movement in pairing.movements]
