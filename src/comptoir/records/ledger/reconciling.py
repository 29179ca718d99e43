"""A bank account beside its 512: the statements that prove it, and what only one of the two sides knows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import F, Q, QuerySet, Sum

from comptoir.domain import reconciliation
from comptoir.domain.merging import Proved
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
    first = _first(account)
    if last is None or first is None:
        return None
    begins_on = _begins_on(first)
    booked = Line.objects.filter(
        company=account.company_id,
        account=account.ledger_account,
        entry__posted_at__isnull=False,
        entry__dated_on__lte=on,
    )
    held = before(account, begins_on)
    alone = booked.filter(_ALONE).exclude(pk__in=held.values("pk"))
    unbooked = Transaction.objects.filter(account=account, booked_on__lte=on, merged=None).filter(
        Q(entry=None) | Q(entry__posted_at=None)
    )
    figures = reconciliation.reconcile(
        bank=last.closing or Decimal(0),
        books=worth(booked),
        start=(first.opening or Decimal(0)) - worth(held),
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


_ALONE = Q(entry__transaction=None, merged=None, entry__once_told=None, entry__reverses__once_told=None)
"""Lines that tell no movement of the bank's, nor told one before it was reversed, nor undo that."""


def before(account: BankAccount, begins_on: date) -> QuerySet[Line]:
    """What the books held before the first statement, balances brought forward (AN) included: its old balance.

    A line that is a movement of the bank's is told by it, whenever it was written.
    """
    rows = Line.objects.filter(
        company=account.company_id,
        account=account.ledger_account,
        entry__posted_at__isnull=False,
    ).filter(_ALONE)
    # An old balance of the evening of 31/12 is what is brought forward on 01/01.
    is_brought = Q(entry__journal__code="AN", entry__dated_on__lte=begins_on + timedelta(days=1))
    return rows.filter(Q(entry__dated_on__lt=begins_on) | is_brought)


def proved(account: BankAccount) -> Proved | None:
    """What the statements prove from their first day to their last; None where none does."""
    last = _proving(account).order_by("-closed_on", "-at").first()
    first = _first(account)
    if first is None or last is None or last.closed_on is None:
        return None
    opening, closing = first.opening or Decimal(0), last.closing or Decimal(0)
    return Proved(_begins_on(first), opening, last.closed_on, closing)


def _first(account: BankAccount) -> Statement | None:
    return _proving(account).order_by(F("opened_on").asc(nulls_last=True), "closed_on", "at").first()


def _begins_on(first: Statement) -> date:
    found = first.opened_on or first.closed_on
    assert found is not None, "what proves a balance has a day"
    return found


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


def worth(lines: QuerySet[Line]) -> Decimal:
    """What lines of the bank's account come to: positive where it holds money."""
    found = lines.aggregate(debit=Sum("debit"), credit=Sum("credit"))
    return (found["debit"] or Decimal(0)) - (found["credit"] or Decimal(0))
