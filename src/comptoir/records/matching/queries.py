"""What waits to be matched, as the domain sees it, and who is linked with whom."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Abs, Coalesce
from django.utils import timezone

from comptoir.domain.match import Hints, OpenMovement, OpenPiece
from comptoir.domain.money import total
from comptoir.domain.reading import SURE, Kind
from comptoir.lib.plainly import plainly
from comptoir.records.banking.models import Transaction
from comptoir.records.deposits.models import Document
from comptoir.records.firms.models import Company, Person
from comptoir.records.ledger.models import Line
from comptoir.records.matching.models import Match, Rejection
from comptoir.records.readings.models import Correction, Reading

MATCHED_KINDS = (
    Kind.PURCHASE_INVOICE, Kind.CREDIT_NOTE, Kind.RECEIPT, Kind.SALES_INVOICE, Kind.SALES_CREDIT_NOTE,
    Kind.NOTE_DE_FRAIS,
)  # fmt: skip
"""Kinds that one bank movement may explain. Z de caisse are met by payouts, not by one amount."""

MATCHED_BY = frozenset({"total", "kind", "issued_on", "number", "supplier", "customer"})
"""The fields a match is made of: where a person corrects one, the machine's link is made again."""

BEFORE, AFTER = timedelta(days=45), timedelta(days=130)
"""How far from a piece's day its payment may stand."""


@dataclass(frozen=True, slots=True)
class Window:
    """The days between which pieces and movements are looked for."""

    opens_on: date
    closes_on: date

    def with_rivals(self) -> "Window":
        """The window in which whatever could claim something of this one stands."""
        return Window(self.opens_on - BEFORE - AFTER, self.closes_on + BEFORE + AFTER)


def around_pieces(days: Iterable[date]) -> Window:
    """Where the payments of pieces of these days may be."""
    kept = sorted(days)
    return Window(kept[0] - BEFORE, kept[-1] + AFTER)


def around_movements(days: Iterable[date]) -> Window:
    """Where the pieces of movements of these days may be."""
    kept = sorted(days)
    return Window(kept[0] - AFTER, kept[-1] + BEFORE)


def open_pieces(company: Company, window: Window | None = None) -> list[OpenPiece]:
    """Read pieces of which no transaction is known, signed as the bank will show them."""
    rows = Reading.objects.filter(
        ~Exists(Match.objects.filter(document=OuterRef("document"))),
        company=company,
        total__gt=0,
        kind__in=MATCHED_KINDS,
        document__dismissal=None,
    ).exclude(document__purpose="admin")
    if window:
        rows = rows.filter(Q(issued_on__range=(window.opens_on, window.closes_on)) | Q(issued_on=None))
    by_hand = Correction.objects.filter(document=OuterRef("document"), field="total")
    rows = rows.annotate(is_total_by_hand=Exists(by_hand)).filter(Q(currency="EUR") | Q(is_total_by_hand=True))
    rows = rows.select_related("document__deposited_by", "document__paid_by")
    return [_piece(row) for row in rows.order_by("id")]


def open_movements(
    company: Company,
    window: Window | None = None,
    *,
    hints: Hints | None = None,
    among: Iterable[UUID] | None = None,
) -> list[OpenMovement]:
    """Transactions of which no piece is known: in a window, those that the hints speak of, or among these only."""
    rows = Transaction.objects.filter(~Exists(Match.objects.filter(transaction=OuterRef("pk"))), company=company)
    rows = rows.filter(withdrawal=None, undoes=None)  # what the bank took back explains nothing
    if window:
        rows = rows.filter(booked_on__range=(window.opens_on, window.closes_on))
    if among is not None:
        rows = rows.filter(pk__in=list(among))
    if hints and hints.narrows:
        stems = "|".join(sorted(re.escape(stem.lower()) for stem in hints.stems)) or "^$"
        rows = rows.annotate(said=plainly("label", "payee"))
        rows = rows.filter(Q(amount__in=hints.amounts) | Q(said__regex=stems))
    return [
        OpenMovement(str(row.pk), row.amount, row.booked_on, row.label, row.payee, row.reference)
        for row in rows.order_by("booked_on", "id").only("amount", "booked_on", "label", "payee", "reference")
    ]


def rejected(company: Company) -> frozenset[tuple[str, str]]:
    """Pairs that a person refused."""
    rows = Rejection.objects.filter(company=company).values_list("document_id", "transaction_id")
    return frozenset((str(document), str(transaction)) for document, transaction in rows)


@dataclass(frozen=True, slots=True)
class Group:
    """Pieces and transactions linked with each other, directly or through one another."""

    documents: frozenset[UUID]
    transactions: frozenset[UUID]
    reason: str
    is_by_person: bool


def groups(*, documents: Iterable[UUID] = (), transactions: Iterable[UUID] = ()) -> list[Group]:
    """The groups that these pieces or transactions belong to."""
    seeds = list(Match.objects.filter(Q(document__in=list(documents)) | Q(transaction__in=list(transactions))))
    return _connected(_closure(seeds))


@dataclass(frozen=True, slots=True)
class Explained:
    """A transaction that a piece explains, and why, in words."""

    transaction_id: UUID
    payee: str
    booked_on: date
    amount: Decimal
    reason: str


def explained(document: Document) -> list[Explained]:
    """The transactions that this piece explains."""
    rows = Match.objects.filter(document=document).select_related("transaction").order_by("transaction__booked_on")
    return [
        Explained(
            row.transaction_id,
            row.transaction.payee,
            row.transaction.booked_on,
            row.transaction.amount,
            row.reason,
        )
        for row in rows
    ]


def unlettered(company: Company, opens_on: date, closes_on: date) -> list[UUID]:
    """The pieces that explain transactions of these days whose entries, not final yet, bear no letter."""
    lettered = Line.objects.filter(entry__transaction=OuterRef("transaction"), lettered__isnull=False)
    rows = Match.objects.filter(
        ~Exists(lettered),
        company=company,
        transaction__entry__dated_on__range=(opens_on, closes_on),
        transaction__entry__posted_at__isnull=False,
        transaction__entry__validated_at=None,
    )
    return list(rows.values_list("document_id", flat=True).distinct())


def linked_with(transactions: Iterable[UUID]) -> list[UUID]:
    """The pieces that are linked with these transactions."""
    rows = Match.objects.filter(transaction__in=list(transactions))
    return list(rows.values_list("document_id", flat=True).distinct())


def gap(group: Group) -> Decimal:
    """What the pieces of a group do not explain of its transactions: zero where they agree to the cent."""
    moved = Transaction.objects.filter(pk__in=group.transactions).aggregate(sum=Sum("amount"))["sum"]
    return (moved or Decimal(0)) - total(worth(group.documents).values())


def worth(documents: Iterable[UUID]) -> dict[UUID, Decimal]:
    """What each of these pieces is of, signed as the bank shows it.

    A piece counts for what its entry says, which a person may have corrected; for its reading where it has none.
    """
    ids = list(documents)
    booked = Line.objects.of_third_parties().filter(
        entry__document__in=ids, entry__reverses=None, entry__reversed_by=None
    )
    told = booked.order_by().values_list("entry__document").annotate(sum=Sum(F("debit") - F("credit")))
    found: dict[UUID, Decimal] = dict(told)
    unbooked = Reading.objects.filter(document__in=[pk for pk in ids if pk not in found])
    unbooked = unbooked.annotate(is_total_by_hand=Value(value=False)).select_related(
        "document__deposited_by", "document__paid_by"
    )
    return found | {row.document_id: _piece(row).amount for row in unbooked}


def _closure(seeds: Sequence[Match]) -> list[Match]:
    known = {match.pk: match for match in seeds}
    while True:
        found = Match.objects.filter(
            Q(document__in={m.document_id for m in known.values()})
            | Q(transaction__in={m.transaction_id for m in known.values()})
        )
        grown = {match.pk: match for match in found}
        if len(grown) == len(known):
            return list(known.values())
        known = grown


def _connected(matches: Sequence[Match]) -> list[Group]:
    neighbours: dict[tuple[str, UUID], set[tuple[str, UUID]]] = defaultdict(set)
    reasons: dict[UUID, str] = {}
    by_person = {match.document_id for match in matches if match.by_id}
    for match in matches:
        document, movement = ("d", match.document_id), ("t", match.transaction_id)
        neighbours[document].add(movement)
        neighbours[movement].add(document)
        reasons[match.document_id] = match.reason
    found, seen = [], set()
    for start in neighbours:
        if start in seen:
            continue
        reached, edge = {start}, [start]
        while edge:
            new = neighbours[edge.pop()] - reached
            reached |= new
            edge += new
        seen |= reached
        documents = frozenset(pk for side, pk in reached if side == "d")
        found.append(
            Group(
                documents,
                frozenset(pk for side, pk in reached if side == "t"),
                reasons[next(iter(documents))],
                is_by_person=bool(documents & by_person),
            )
        )
    return found


def _piece(row: Reading) -> OpenPiece:
    kind = Kind(row.kind)
    incoming = kind.is_sale != kind.gives_back
    total = row.total or Decimal(0)
    return OpenPiece(
        id=str(row.document_id),
        amount=total if incoming else -total,
        issued_on=row.issued_on,
        due_on=row.due_on,
        names=tuple(filter(None, [_other_side(row)])),
        number=row.number or None,
        is_sure=_is_sure(row),
    )


def _other_side(row: Reading) -> str:
    """Whose name the bank will write: a note de frais is paid back to who advanced it."""
    match row.kind:
        case Kind.SALES_INVOICE | Kind.SALES_CREDIT_NOTE:
            return row.customer
        case Kind.NOTE_DE_FRAIS:
            return row.document.claimant.full_name if row.document.claimant else ""
        case _:
            return row.supplier


def _is_sure(row: Reading) -> bool:
    """Whether the amount is certain: a person wrote it, or the machine read it surely."""
    if row.is_total_by_hand:  # type: ignore[attr-defined]
        return True
    values = row.values.get("values", {})
    total = values.get("total")
    return bool(total) and total["confidence"] >= SURE


def reasons(transactions: Iterable[UUID]) -> dict[UUID, str]:
    """Why each of these transactions is matched, in words."""
    return dict(
        Match.objects.filter(transaction__in=list(transactions)).values_list("transaction_id", F("reason"))
    )


@dataclass(frozen=True, slots=True)
class ExpenseReport:
    """What one person advanced in one month: its receipts, their one total, and how much of it was paid back."""

    person: Person
    month: date
    receipts: int
    unread: int
    total: Decimal
    repaid: Decimal

    @property
    def is_repaid(self) -> bool:
        """Whether nothing is owed any more."""
        return not self.unread and self.repaid >= self.total > 0


def expense_reports(company: Company, *, only_by: Person | None = None) -> list[ExpenseReport]:
    """The notes de frais of a company, a person and a month each, the latest first; one's own only, for a *déposant*."""
    is_one = Q(purpose=Document.Purpose.EXPENSE) | Q(reading__kind=Kind.NOTE_DE_FRAIS)
    rows = Document.objects.of(company).standing().filter(is_one, dismissal=None)
    # A link without an amount is of the whole piece.
    part = Abs(Coalesce(F("amount"), F("document__reading__total")))
    repaid = Match.objects.filter(document=OuterRef("pk")).order_by().values("document")
    rows = rows.annotate(repaid=Subquery(repaid.annotate(sum=Sum(part)).values("sum")))
    found: dict[tuple[UUID, date], list[Document]] = defaultdict(list)
    for row in rows.select_related("reading", "deposited_by", "paid_by"):
        if row.claimant is not None and only_by in (None, row.claimant, row.deposited_by):
            found[row.claimant.pk, _month(row)].append(row)
    reports = [_report(month, receipts) for (_, month), receipts in found.items()]
    return sorted(reports, key=lambda report: (report.month, report.person.full_name), reverse=True)


def _report(month: date, receipts: Sequence[Document]) -> ExpenseReport:
    totals = [_total(row) for row in receipts]
    person = receipts[0].claimant
    assert person is not None, "receipts of nobody are left out"
    return ExpenseReport(
        person=person,
        month=month,
        receipts=len(receipts),
        unread=totals.count(None),
        total=sum((one for one in totals if one is not None), Decimal(0)),
        repaid=sum((row.repaid or Decimal(0) for row in receipts), Decimal(0)),  # type: ignore[attr-defined]
    )


def _total(row: Document) -> Decimal | None:
    reading = getattr(row, "reading", None)
    return reading.total if reading is not None else None


def _month(row: Document) -> date:
    reading = getattr(row, "reading", None)
    day = (reading and reading.issued_on) or timezone.localdate(row.deposited_at)
    return date(day.year, day.month, 1)
