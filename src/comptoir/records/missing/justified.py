"""What is justified, and why: linked, lettered, accepted without a piece, paid in part, or followed by one piece for many."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from comptoir.domain.missing import Status
from comptoir.domain.money import ZERO, total
from comptoir.lib import keyset
from comptoir.lib.plainly import bare, plainly
from comptoir.records.banking.models import Transaction
from comptoir.records.firms.models import Company
from comptoir.records.ledger.models import LetteredLine
from comptoir.records.matching import queries as matches
from comptoir.records.matching.models import Match
from comptoir.records.missing import facts
from comptoir.records.missing.asked import Asked
from comptoir.records.missing.models import Decision, Series

PAGE = 50
FEW = 500
"""Up to how many movements are asked for by their keys."""
LOOKED_AT = 200
"""How many transactions are looked at for one page: what is not asked for at all is left out of them."""


@dataclass(frozen=True, slots=True)
class Justified:
    """A movement that is off the list for good, and the fact that says why."""

    transaction: Transaction
    party: str
    why: str
    document_id: UUID | None = None
    remainder: Decimal | None = None
    acceptance: Decision | None = None


@dataclass(frozen=True, slots=True)
class JustifiedPage:
    """One page of them, the latest first."""

    rows: list[Justified]
    next_after: str


def page(company: Company, asked: Asked) -> JustifiedPage:
    """One page; a day or words narrow it."""
    after, kept = keyset.day_key(asked.after), []
    candidates, policy = _candidates(company, asked), facts.policy_of(company)
    while True:
        found = keyset.page(candidates, by="booked_on", after=after, size=LOOKED_AT)
        known = {row.id: row for row in facts.booked(company, [row.pk for row in found.rows])}
        for place, row in enumerate(found.rows):
            if row.pk in known and known[row.pk].status(policy) is Status.JUSTIFIED:
                kept.append((row, known[row.pk].party))
            if len(kept) == PAGE:
                is_last = place == len(found.rows) - 1 and not found.next_after
                return JustifiedPage(_told(kept), "" if is_last else keyset.written(row, "booked_on"))
        if not found.next_after:
            return JustifiedPage(_told(kept), "")
        after = keyset.day_key(found.next_after)


def _candidates(company: Company, asked: Asked) -> QuerySet[Transaction]:
    keys = Series.objects.filter(company=company, ended_at=None).values_list("label_key", flat=True)
    rows = Transaction.objects.filter(
        _with_a_fact(company, list(keys)), firm_id=company.firm_id, company=company, missing_item=None
    )
    if asked.words:
        rows = rows.annotate(found=plainly("payee", "label"))
        for word in bare(asked.words).split():
            rows = rows.filter(found__contains=word)
    if asked.since:
        rows = rows.filter(booked_on__gte=asked.since)
    if asked.until:
        rows = rows.filter(booked_on__lte=asked.until)
    if asked.at_least:
        rows = rows.filter(Q(amount__gte=asked.at_least) | Q(amount__lte=-asked.at_least))
    return rows


def _with_a_fact(company: Company, keys: Sequence[str]) -> Q:
    """Movements that something could justify: by their keys where they are few, else each as it comes.

    Where few are, walking through all movements for the next one would take as long as there are movements; where many
    are, the next one is near.
    """
    linked = Match.objects.filter(company=company)
    lettered = LetteredLine.objects.filter(company=company, line__entry__transaction__isnull=False)
    accepted = Decision.objects.filter(company=company, is_accepted=True, ended_at=None)
    followed = Transaction.objects.filter(company=company, label_key__in=keys)
    found = linked.values_list("transaction").union(
        lettered.values_list("line__entry__transaction"),
        accepted.values_list("transaction"),
        followed.values_list("pk"),
        all=True,
    )
    few = [pk for (pk,) in found[: FEW + 1]]
    if len(few) <= FEW:
        return Q(pk__in=few)
    this = OuterRef("pk")
    return (
        Exists(linked.filter(transaction=this))
        | Exists(lettered.filter(line__entry__transaction=this))
        | Exists(accepted.filter(transaction=this))
        | Q(label_key__in=keys)
    )


def _told(rows: Sequence[tuple[Transaction, str]]) -> list[Justified]:
    ids = [row.pk for row, _ in rows]
    accepted = Decision.objects.filter(transaction__in=ids, is_accepted=True, ended_at=None).select_related("by")
    acceptances = {row.transaction_id: row for row in accepted}
    links = {row.transaction_id: row for row in Match.objects.filter(transaction__in=ids)}
    lettered = LetteredLine.objects.filter(line__entry__transaction__in=ids)
    letters = {
        row.line.entry.transaction_id: row.lettrage for row in lettered.select_related("line__entry", "lettrage")
    }
    companies = {row.company_id for row, _ in rows}
    standing = Series.objects.filter(company__in=companies, ended_at=None).select_related("first")
    series = {row.label_key: row for row in standing}
    left = _remainders(ids)
    found = []
    for row, party in rows:
        acceptance, link, follows = acceptances.get(row.pk), links.get(row.pk), series.get(row.label_key)
        if link is not None:
            found.append(Justified(row, party, link.reason, link.document_id, left.get(row.pk), acceptance))
        elif acceptance is not None:
            found.append(Justified(row, party, _accepted(acceptance), acceptance=acceptance))
        elif row.pk in letters:
            found.append(Justified(row, party, letters[row.pk].reason or "Lettrée par votre cabinet"))
        elif follows is not None:
            why = f"Même pièce que le {follows.first.booked_on:%d/%m/%Y} : elle vaut pour toute la série"
            found.append(Justified(row, party, why, follows.document_id))
    return found


def _accepted(row: Decision) -> str:
    said = f"Acceptée sans pièce par {row.by.full_name}"
    return f"{said} : {row.reason}" if row.reason else said


def _remainders(ids: Sequence[UUID]) -> dict[UUID, Decimal]:
    """What is left to pay of the pieces that these movements pay in part."""
    groups = matches.groups(transactions=ids)
    moved = Transaction.objects.filter(pk__in={pk for group in groups for pk in group.transactions})
    amounts = dict(moved.values_list("pk", "amount"))
    worth = matches.worth({pk for group in groups for pk in group.documents})
    found: dict[UUID, Decimal] = {}
    for group in groups:
        paid = total(amounts[pk] for pk in group.transactions)
        said = total(worth.get(pk, ZERO) for pk in group.documents)
        if paid * said > 0 and abs(paid) < abs(said):
            found |= dict.fromkeys(group.transactions, abs(said) - abs(paid))
    return found
