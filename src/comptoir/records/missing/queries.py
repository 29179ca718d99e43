"""The client's list as its screen shows it, and the facts it is derived from."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import connection
from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Abs

from comptoir.domain.fault import Fault
from comptoir.domain.missing import BookedMovement, needs_document
from comptoir.domain.reading import Kind
from comptoir.lib import keyset
from comptoir.records.banking.models import Transaction
from comptoir.records.deposits.models import Document
from comptoir.records.firms.models import Company
from comptoir.records.ledger.models import Line
from comptoir.records.matching.models import Match, Proposal
from comptoir.records.missing.models import Item

PAGE = 50


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A piece already here that may be the one asked for, and why."""

    document_id: UUID
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """One line of the client's list."""

    transaction_id: UUID
    payee: str
    label: str
    means: str
    booked_on: date
    amount: Decimal
    suggestion: Suggestion | None = None


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
class MissingList:
    """The list's screen: what is wanted, what has just been found, and how much in all."""

    wanted: list[Wanted]
    found: list[Found]
    count: int
    total: Decimal
    has_movements: bool
    next_after: str


@dataclass(frozen=True, slots=True)
class Summary:
    """How many documents are missing, for how much, and whether the bank has said anything yet."""

    count: int
    total: Decimal
    has_movements: bool


@dataclass(frozen=True, slots=True)
class Booked:
    """A transaction with the facts that decide whether a document is missing."""

    id: UUID
    movement: BookedMovement


def screen(company: Company, *, after: keyset.Key | None = None, now: datetime, just: timedelta) -> MissingList:
    """One page of the list, latest first, by keyset; `just` is how long a line that left stays visible."""
    items = Item.objects.filter(firm_id=company.firm_id, company=company)
    whole = summary(company)
    page = keyset.page(items.select_related("transaction"), by="booked_on", after=after, size=PAGE)
    shown = [item.transaction_id for item in page.rows]
    suggestions, names = _suggestions(shown), _party_names(shown)
    return MissingList(
        wanted=[_wanted(item, suggestions.get(item.transaction_id), names) for item in page.rows],
        found=_found(company, now - just) if after is None else [],
        count=whole.count,
        total=whole.total,
        has_movements=whole.has_movements,
        next_after=page.next_after,
    )


def summary(company: Company) -> Summary:
    """The whole list in a few figures."""
    wanted, total = _figures(company)
    has_movements = bool(wanted) or Transaction.objects.filter(company=company).exists()
    return Summary(wanted, total, has_movements)


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


def _figures(company: Company) -> tuple[int, Decimal]:
    """How long the list is, and for how much, as far as the session may see it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT n, total FROM documents_missing(%s)", [company.pk])
        wanted, total = cursor.fetchone()
    return wanted, total or Decimal("0.00")


def is_wanted(transaction: Transaction) -> bool:
    """Whether the transaction is on the list now."""
    return Item.objects.filter(transaction=transaction).exists()


def all_ids(company: Company) -> list[UUID]:
    """Every transaction of the company."""
    return list(Transaction.objects.filter(company=company).values_list("id", flat=True))


def booked(company: Company, ids: list[UUID]) -> Iterator[Booked]:
    """These transactions as booked, with their facts."""
    standing = Transaction.objects.filter(company=company, pk__in=ids, withdrawal=None, undoes=None)
    rows = standing.values_list(
        "id", "booked_on", "amount", Exists(Match.objects.filter(transaction=OuterRef("pk")))
    )
    counterparts, lettered, closed = _counterparts(ids)
    for pk, booked_on, amount, is_matched in rows:
        yield Booked(
            pk,
            BookedMovement(
                booked_on,
                amount,
                tuple(counterparts.get(pk, ())),
                is_matched=is_matched,
                is_lettered=pk in lettered,
                in_closed_year=pk in closed,
            ),
        )


def wrong(company: Company) -> list[UUID]:
    """Transactions that are on the list and should not be, or should and are not: none, if all is well."""
    listed = set(Item.objects.filter(company=company).values_list("transaction_id", flat=True))
    wanted = {row.id for row in booked(company, all_ids(company)) if needs_document(row.movement, company.policy)}
    return sorted(listed ^ wanted)


def verify_lists() -> Iterator[Fault]:
    """Each company whose kept list is not what the rule gives."""
    for company in Company.objects.order_by("id"):
        if found := wrong(company):
            yield Fault("missing_list", f"{company.name} : {len(found)} ligne(s) fausses.", "Relancez son calcul.")


def _counterparts(ids: list[UUID]) -> tuple[dict[UUID, list[str]], set[UUID], set[UUID]]:
    rows = Line.objects.filter(entry__transaction__in=ids).values_list(
        "entry__transaction_id",
        "account",
        "entry__transaction__account__ledger_account",
        "lettered__id",
        "entry__fiscal_year__closed_at",
    )
    accounts: dict[UUID, list[str]] = {}
    lettered, closed = set(), set()
    for pk, account, own, letter, closed_at in rows:
        if account != own:
            accounts.setdefault(pk, []).append(account)
            if letter:
                lettered.add(pk)
        if closed_at:
            closed.add(pk)
    return accounts, lettered, closed


def _wanted(item: Item, suggestion: Suggestion | None, names: dict[UUID, str]) -> Wanted:
    row = item.transaction
    return Wanted(
        row.pk, names.get(row.pk, row.payee), row.label, row.means, row.booked_on, row.amount, suggestion
    )


def _party_names(ids: list[UUID]) -> dict[UUID, str]:
    """The third party that a transaction is booked on, under the name that its pieces bear."""
    rows = Line.objects.filter(entry__transaction__in=ids, auxiliary__isnull=False)
    return dict(rows.values_list("entry__transaction_id", "auxiliary__name"))


def _suggestions(ids: list[UUID]) -> dict[UUID, Suggestion]:
    rows = (
        Proposal.objects.filter(transaction__in=ids).select_related("document__reading").order_by("-score", "id")
    )
    best: dict[UUID, Suggestion] = {}
    for row in rows:
        reading = row.document.reading
        name = f"{reading.supplier or row.document.filename} {reading.number}".strip()
        best.setdefault(row.transaction_id, Suggestion(row.document_id, name, row.reason))
    return best


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
