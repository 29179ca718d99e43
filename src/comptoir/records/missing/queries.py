"""The open list as its screens show it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, QuerySet, Sum
from django.db.models.functions import Abs
from django.utils import timezone

from comptoir.domain.fault import Fault
from comptoir.domain.missing import Status
from comptoir.domain.reading import Kind
from comptoir.records.banking.models import Transaction
from comptoir.records.deposits.models import Document
from comptoir.records.firms.models import Company
from comptoir.records.ledger.models import Auxiliary, Line
from comptoir.records.matching.models import Match
from comptoir.records.missing import facts
from comptoir.records.missing.asked import Asked, Order, Tab, page
from comptoir.records.missing.lines import Wanted, told
from comptoir.records.missing.models import Item, Question, Series, Waiver

MOST_IN_A_FILE = 20_000
"""How many lines an export holds."""
PAGE = 30


@dataclass(frozen=True, slots=True)
class Found:
    """A line that has just left the list, and why."""

    transaction_id: UUID
    document_id: UUID
    payee: str
    amount: Decimal
    reason: str
    is_by_machine: bool


@dataclass(frozen=True, slots=True)
class Summary:
    """How many documents are missing, for how much, how many are on their way, and whether the bank has said anything yet."""

    count: int
    total: Decimal
    optional: int
    in_progress: int
    in_validation: int
    has_movements: bool

    @property
    def with_firm(self) -> int:
        """What waits for the firm, or is being read."""
        return self.in_progress + self.in_validation


@dataclass(frozen=True, slots=True)
class MissingList:
    """The list's screen: what is wanted, what has just been found, and how much in all."""

    asked: Asked
    wanted: list[Wanted]
    found: list[Found]
    summary: Summary
    next_after: str
    groups: dict[str, tuple[int, Decimal]]

    @property
    def count(self) -> int:
        """How many documents are missing: the same figure on every screen."""
        return self.summary.count

    @property
    def total(self) -> Decimal:
        """For how much."""
        return self.summary.total


def screen(company: Company, asked: Asked | None = None, *, now: datetime, just: timedelta) -> MissingList:
    """One page of the open list, by keyset; `just` is how long a line that left stays visible."""
    asked = asked or Asked()
    items = asked.rows(Item.objects.filter(firm_id=company.firm_id, company=company))
    rows, next_after = page(items.select_related("transaction", "document"), asked.order, asked.after, PAGE)
    is_first = asked.tab is Tab.TO_JUSTIFY and not asked.after
    return MissingList(
        asked=asked,
        wanted=told(rows),
        found=_found(company, now - just) if is_first else [],
        summary=summary(company),
        next_after=next_after,
        groups=_groups(items, {row.party for row in rows}) if asked.order is Order.PARTY else {},
    )


def head(company: Company, asked: Asked) -> MissingList:
    """What stands above the list, for a tab that shows other lines than its own."""
    return MissingList(asked, wanted=[], found=[], summary=summary(company), next_after="", groups={})


def whole(company: Company, asked: Asked, most: int = MOST_IN_A_FILE) -> list[Wanted]:
    """Every line that is asked for, for a file."""
    items = asked.rows(Item.objects.filter(firm_id=company.firm_id, company=company))
    rows, _ = page(items.select_related("transaction", "document"), asked.order, "", most)
    return told(rows)


def line(company: Company, transaction: Transaction) -> Wanted | None:
    """One transaction's line of the open list."""
    rows = Item.objects.filter(company=company, transaction=transaction).select_related("transaction", "document")
    return next(iter(told(list(rows))), None)


def status_of(company: Company, transaction: Transaction) -> Status | None:
    """How far one transaction's document is, justified ones included; None where none is asked."""
    policy = facts.policy_of(company)
    return next((row.status(policy) for row in facts.booked(company, [transaction.pk])), None)


def summary(company: Company) -> Summary:
    """The whole list in a few figures."""
    count, total, optional, in_progress, in_validation = _figures(company)
    has_movements = bool(count) or Transaction.objects.filter(company=company).exists()
    return Summary(count, total, optional, in_progress, in_validation, has_movements)


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of a month's documents have come."""

    month: date
    given: int
    wanted: int


def progress(company: Company, on: date) -> Progress | None:
    """How many of this month's documents have come; None where none was wanted."""
    month = on.replace(day=1)
    days = {"booked_on__gte": month, "booked_on__lte": on}
    linked = Match.objects.filter(transaction=OuterRef("pk"))
    rows = Transaction.objects.filter(firm_id=company.firm_id, company=company, **days)
    given = rows.filter(Exists(linked)).count()
    items = Item.objects.filter(firm_id=company.firm_id, company=company, status=Status.TO_JUSTIFY.value, **days)
    wanted = given + items.filter(is_optional=False, wants_piece=True).count()
    return Progress(month, given, wanted) if wanted else None


def is_open(status: Status | None) -> bool:
    """Whether a line of that status is kept on the open list."""
    return status in (Status.TO_JUSTIFY, Status.IN_PROGRESS, Status.IN_VALIDATION)


def with_followers(company: Company, transactions: Iterable[UUID]) -> list[UUID]:
    """These transactions, and those that follow one of them by one piece for many debits."""
    ids = list(transactions)
    keys = Series.objects.filter(company=company, first__in=ids).values_list("label_key", flat=True)
    found = labelled(company, set(keys)) if keys else []
    return [*dict.fromkeys([*ids, *found])]


def labelled(company: Company, keys: Iterable[str]) -> list[UUID]:
    """The transactions of these labels."""
    rows = Transaction.objects.filter(company=company, label_key__in=list(keys))
    return list(rows.values_list("pk", flat=True))


def booked_on_party(company: Company, auxiliary: Auxiliary) -> list[UUID]:
    """The transactions that are booked on a third party."""
    rows = Line.objects.filter(company=company, auxiliary=auxiliary, entry__transaction__isnull=False)
    return [pk for pk in rows.values_list("entry__transaction", flat=True).distinct() if pk]


def party_of(transaction: Transaction) -> Auxiliary | None:
    """The third party that a transaction is booked on."""
    rows = Line.objects.filter(entry__transaction=transaction, auxiliary__isnull=False).select_related("auxiliary")
    row = rows.first()
    return row.auxiliary if row else None


def question(company: Company, question_id: UUID) -> Question | None:
    """One question of the firm's in this company."""
    rows = Question.objects.filter(company=company, pk=question_id)
    return rows.select_related("company", "transaction", "document").first()


def questions_on(document: Document) -> list[Question]:
    """The questions that stand on a piece."""
    rows = Question.objects.filter(document=document, closed_at=None).select_related("by", "answered_by")
    return list(rows)


def questions_on_movements(company: Company, transactions: Iterable[UUID]) -> dict[UUID, Question]:
    """The last question that stands on each of these movements, where there is one."""
    rows = Question.objects.filter(company=company, transaction__in=list(transactions), closed_at=None)
    return {row.transaction_id: row for row in rows.order_by("at", "pk") if row.transaction_id}


def waiver(company: Company, waiver_id: UUID) -> Waiver | None:
    """One of what the firm no longer asks."""
    return Waiver.objects.filter(company=company, pk=waiver_id).select_related("company", "auxiliary").first()


def series(company: Company, series_id: UUID) -> Series | None:
    """One piece that counts for many movements."""
    return Series.objects.filter(company=company, pk=series_id).select_related("company", "first").first()


def waivers(company: Company) -> list[Waiver]:
    """What the firm no longer asks, and who said so."""
    return list(Waiver.objects.filter(company=company, ended_at=None).select_related("by").order_by("name"))


def standing_series(company: Company) -> list[Series]:
    """The pieces that count for many movements."""
    rows = Series.objects.filter(company=company, ended_at=None).select_related("by", "first", "document__reading")
    return list(rows.order_by("-at"))


@dataclass(frozen=True, slots=True)
class QuestionedPiece:
    """A piece that the firm has a question on, as its line shows it."""

    id: UUID
    status: Status
    name: str
    on: date
    amount: Decimal


def questioned_pieces(company: Company, documents: Sequence[UUID]) -> list[QuestionedPiece]:
    """Which of these pieces have a question that stands."""
    rows = Question.objects.filter(company=company, document__in=documents, closed_at=None)
    found: dict[UUID, QuestionedPiece] = {}
    for row in rows.select_related("document__reading").order_by("at"):
        piece = row.document
        assert piece is not None, "asked by the piece"
        if piece.pk in found and found[piece.pk].status is Status.TO_JUSTIFY:
            continue
        reading = getattr(piece, "reading", None)
        day = (reading and reading.issued_on) or timezone.localdate(piece.deposited_at)
        named = f"{reading.supplier} {reading.number}".strip() if reading else ""
        amount = (reading and reading.total) or Decimal("0.00")
        status = Status.IN_VALIDATION if row.answered_at else Status.TO_JUSTIFY
        found[piece.pk] = QuestionedPiece(piece.pk, status, named or piece.filename, day, amount)
    return list(found.values())


def unlinked(company: Company, *, near: Transaction, limit: int = 20) -> list[Document]:
    """Pieces that are linked with nothing and could explain the transaction, those of about its amount first."""
    out = (Kind.SALES_INVOICE, Kind.CREDIT_NOTE) if near.amount < 0 else (Kind.PURCHASE_INVOICE, Kind.RECEIPT)
    rows = (
        Document.objects.filter(
            ~Exists(Match.objects.filter(document=OuterRef("pk"))), company=company, dismissal=None
        )
        .exclude(reading__kind__in=(*out, Kind.Z_DE_CAISSE))
        .annotate(distance=Abs(F("reading__total") - abs(near.amount)))
    )
    return list(rows.order_by(F("distance").asc(nulls_last=True), "-deposited_at")[:limit])


def count(company: Company) -> int:
    """How many documents are missing: the same figure on every screen."""
    return _figures(company)[0]


def _figures(company: Company) -> tuple[int, Decimal, int, int, int]:
    """How long the list is, and for how much, as far as the session may see it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT n, total, optional, in_progress, in_validation FROM documents_missing(%s)", [company.pk]
        )
        wanted, total, *others = cursor.fetchone()
    return wanted, total or Decimal("0.00"), *others


def unanswered(company: Company, *, most: int) -> list[Question]:
    """The firm's questions that wait for the client's words, the latest first."""
    rows = Question.objects.filter(company=company, closed_at=None, answered_at=None)
    return list(rows.select_related("by", "transaction", "document").order_by("-at", "-id")[:most])


def is_wanted(transaction: Transaction) -> bool:
    """Whether the transaction is on the list now."""
    return Item.objects.filter(transaction=transaction, status=Status.TO_JUSTIFY.value).exists()


def wrong(company: Company) -> list[UUID]:
    """Transactions that are on the open list and should not be, or otherwise than they should: none, if all is well."""
    rows = Item.objects.filter(company=company, transaction__isnull=False)
    kept = set(rows.values_list("transaction_id", "status", "is_optional", "wants_piece"))
    policy = facts.policy_of(company)
    wanted = {
        (row.id, found.value, row.is_optional(policy), row.wants_piece(policy))
        for row in facts.booked(company, facts.all_ids(company))
        if (found := row.status(policy)) and is_open(found)
    }
    return sorted({key for key, *_ in kept ^ wanted if key})


def verify_lists() -> Iterator[Fault]:
    """Each company whose kept list is not what the rule gives."""
    for company in Company.objects.order_by("id"):
        if found := wrong(company):
            yield Fault("missing_list", f"{company.name} : {len(found)} ligne(s) fausses.", "Relancez son calcul.")


def _groups(items: QuerySet[Item], parties: set[str]) -> dict[str, tuple[int, Decimal]]:
    rows = items.filter(party__in=parties).order_by().values_list("party").annotate(n=Count("pk"), sum=Sum("size"))
    return {party: (n, total) for party, n, total in rows}


def _found(company: Company, since: datetime) -> list[Found]:
    rows = Match.objects.filter(company=company, at__gte=since).select_related("transaction").order_by("-at")
    return [
        Found(
            row.transaction_id,
            row.document_id,
            row.transaction.payee,
            row.transaction.amount,
            row.reason,
            row.by_id is None,
        )
        for row in rows[:20]
    ]
