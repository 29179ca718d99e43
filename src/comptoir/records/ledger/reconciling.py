"""A bank account beside its 512: the statements that prove it, and what only one of the two sides knows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F, Q, QuerySet, Sum

from comptoir.domain import reconciliation
from comptoir.domain.reconciliation import Gap, Proof, Reconciliation
from comptoir.records.banking.models import BankAccount, Statement, Transaction
from comptoir.records.ledger.models import Line

SHOWN = 200
"""How many lines of each list a page shows; the sums are of all of them."""


@dataclass(frozen=True, slots=True)
class State:
    """The state of reconciliation on a day that a statement proves."""

    account: BankAccount
    on: date
    figures: Reconciliation
    unbooked: tuple[Transaction, ...]
    alone: tuple[Line, ...]
    gaps: tuple[Gap, ...]

    @property
    def is_right(self) -> bool:
        """Whether every cent has its line, the books began where the bank did, and no statement is missing."""
        return self.figures.unexplained == self.figures.start == 0 and not self.gaps


def days(account: BankAccount) -> list[date]:
    """The days on which a statement proves the account's balance, the latest first."""
    rows = _proving(account).order_by("-closed_on").values_list("closed_on", flat=True).distinct()
    return [day for day in rows if day][:60]


def state(account: BankAccount, on: date) -> State | None:
    """The state on a day; None where no statement ends that day."""
    last = _proving(account).filter(closed_on=on).order_by("-at").first()
    first = _proving(account).order_by(F("opened_on").asc(nulls_last=True), "closed_on", "at").first()
    if last is None or first is None:
        return None
    begins_on = first.opened_on or first.closed_on or on
    booked = Line.objects.filter(
        company=account.company_id,
        account=account.ledger_account,
        entry__posted_at__isnull=False,
        entry__dated_on__lte=on,
    )
    unseen = booked.filter(entry__transaction=None)
    # What the books held before the first statement, balances brought forward (AN) included, is its old balance.
    before = unseen.filter(
        Q(entry__dated_on__lt=begins_on) | Q(entry__journal__code="AN", entry__dated_on=begins_on)
    )
    alone = unseen.exclude(pk__in=before.values("pk"))
    unbooked = Transaction.objects.filter(account=account, booked_on__lte=on).filter(
        Q(entry=None) | Q(entry__posted_at=None)
    )
    figures = reconciliation.reconcile(
        bank=last.closing or Decimal(0),
        books=_sum(booked),
        start=(first.opening or Decimal(0)) - _sum(before),
        unbooked=list(unbooked.values_list("amount", flat=True)),
        alone=[row.debit - row.credit for row in alone.only("debit", "credit")],
    )
    return State(
        account,
        on,
        figures,
        tuple(unbooked.order_by("booked_on", "pk")[:SHOWN]),
        tuple(alone.select_related("entry__journal").order_by("entry__dated_on", "pk")[:SHOWN]),
        tuple(gaps(account)),
    )


def gaps(account: BankAccount) -> list[Gap]:
    """Where a statement of the account is missing."""
    return reconciliation.gaps(_proofs(_proving(account)))


def _proofs(rows: Iterable[Statement]) -> list[Proof]:
    return [
        Proof(row.opened_on, row.opening, row.closed_on, row.closing)
        for row in rows
        if row.opening is not None and row.closing is not None and row.closed_on is not None
    ]


def _proving(account: BankAccount) -> QuerySet[Statement]:
    rows = Statement.objects.filter(account=account, opening__isnull=False, closing__isnull=False)
    return rows.exclude(closed_on=None)


def _sum(lines: QuerySet[Line]) -> Decimal:
    found = lines.aggregate(debit=Sum("debit"), credit=Sum("credit"))
    return (found["debit"] or Decimal(0)) - (found["credit"] or Decimal(0))
