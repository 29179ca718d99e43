"""The company's treasury: its accounts day by day, as far as a statement proves them or the bank says them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import timezone

from comptoir.domain import treasury
from comptoir.records.banking.queries import Balance, moved_by_day
from comptoir.records.connections.models import Feed
from comptoir.records.firms.models import Company

SHOWN = 91


@dataclass(frozen=True, slots=True)
class Treasury:
    """The last three months of the accounts whose balance is known, as one curve."""

    days: tuple[date, ...]
    amounts: treasury.Curve
    unknown: tuple[str, ...]
    """The accounts that are left out, since nobody says their balance."""


def of(company: Company, told: Iterable[tuple[Balance, Feed | None]], *, on: date) -> Treasury | None:
    """The curve, in two questions; None where no balance is known."""
    shown = treasury.days(on, SHOWN)
    known, unknown = {}, []
    for balance, feed in told:
        if balance.paid_by is not None:
            continue  # a card with deferred debit: its account will pay
        if anchor := _known(balance, feed):
            known[balance.account.pk] = anchor
        else:
            unknown.append(balance.account.name)
    if not known:
        return None
    first = min(shown[0], *(day for day, _ in known.values()))
    moved = moved_by_day(company, since=first)
    curves = [
        treasury.curve(shown, known_on=day, known=amount, moved=moved[account])
        for account, (day, amount) in known.items()
    ]
    return Treasury(shown, treasury.together(curves), tuple(unknown))


def _known(balance: Balance, feed: Feed | None) -> tuple[date, Decimal] | None:
    """A day, and the balance at its end: as a statement proves it, else as the bank says it."""
    if balance.proved_on is not None:
        return balance.proved_on, balance.proved or Decimal(0)
    if feed is not None and feed.balance is not None and feed.told_at is not None:
        return timezone.localdate(feed.told_at), feed.balance
    return None
