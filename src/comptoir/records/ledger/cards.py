"""The monthly debit of a card stands against the card’s own account, where its purchases were booked day by day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction as db
from django.db.models import Q

from comptoir.domain import card as domain
from comptoir.domain.chart import INTERNAL_TRANSFERS, SUSPENSE
from comptoir.domain.label import Kind
from comptoir.domain.money import french, total
from comptoir.records.banking import cards
from comptoir.records.banking.models import BankAccount, CardDebit, DeferredCard, Transaction
from comptoir.records.firms.models import Company
from comptoir.records.ledger import bank as bank_entries
from comptoir.records.ledger import locks
from comptoir.records.ledger.models import Entry, Line


@db.atomic
def settle(*, company: Company, at: datetime) -> list[Transaction]:
    """Give each debit to its card and the purchases that it pays to it; says which transactions that touched.

    The oldest debit first, since each leaves fewer purchases to the next. Asked again, it finds what was not there before.
    """
    touched: list[Transaction] = []
    by_account: dict[BankAccount, list[DeferredCard]] = {}
    for row in cards.of(company):
        by_account.setdefault(row.pays, []).append(row)
    for pays, held in by_account.items():
        debits = _debits(pays, held)
        if debits:
            pools = {row.card: _Pool(list(cards.unpaid(row.card))) for row in held}
            for debit in debits:
                touched += _settle(debit, pools, at)
    return touched


@dataclass(slots=True)
class _Pool:
    """What a card has told and no debit has paid."""

    rows: list[Transaction]

    def paid(self, debit: Transaction) -> list[Transaction]:
        of = domain.paid(_seen(debit), (_seen(row) for row in self.rows if not _is_mirror(row)))
        ids = {one.id for one in of}
        return [row for row in self.rows if str(row.pk) in ids]

    def mirror(self, debit: Transaction) -> Transaction | None:
        # « AVOIR CB » is a shop's, however much it gives back.
        found = domain.mirror(_seen(debit), (_seen(row) for row in self.rows if row.kind is not Kind.PURCHASE))
        return next((row for row in self.rows if found and str(row.pk) == found.id), None)

    def take(self, gone: Sequence[Transaction]) -> None:
        taken = {row.pk for row in gone}
        self.rows = [row for row in self.rows if row.pk not in taken]


def _debits(pays: BankAccount, held: Sequence[DeferredCard]) -> list[Transaction]:
    """What left the current account and may be a card's: it waits in suspense, or stands on a card's account already."""
    places = [SUSPENSE, *(row.card.ledger_account for row in held)]
    open_ones = Entry.objects.filter(~locks.is_entry_locked(), transaction__account=pays, validated_at=None)
    lines = Line.objects.filter(account__in=places, entry__in=open_ones, debit__gt=0)
    is_settled = Q(card_debit__purchases__isnull=False) & Q(card_debit__mirror__isnull=False)
    rows = Transaction.objects.filter(account=pays, amount__lt=0, entry__lines__in=lines).exclude(is_settled)
    rows = rows.filter(withdrawal=None, undoes=None).select_related("entry", "account").distinct()
    return sorted(rows, key=lambda row: (row.booked_on, row.pk))


def _settle(debit: Transaction, pools: dict[BankAccount, _Pool], at: datetime) -> list[Transaction]:
    card = _card_of(debit, pools)
    if card is None:
        return []
    known = CardDebit.objects.filter(transaction=debit).prefetch_related("purchases").first()
    is_paid = known is not None and bool(known.purchases.all())
    pool = pools[card]
    mirror = pool.mirror(debit) if known is None or known.mirror_id is None else None
    if mirror is not None:
        if locks.is_locked(mirror):  # the other side cannot follow: neither goes
            return []
        pool.take([mirror])
    bought = [] if is_paid else pool.paid(debit)
    pool.take(bought)
    if known is not None and not bought and mirror is None:
        return []
    cards.keep(debit=debit, card=card, mirror=mirror, purchases=[row.pk for row in bought], at=at)
    _book(debit, card, mirror, _said(card, bought) if not is_paid else debit.entry.reasons[0], at)
    return [debit, *([mirror] if mirror else []), *bought]


def _card_of(debit: Transaction, pools: dict[BankAccount, _Pool]) -> BankAccount | None:
    """The card of a debit: where it stands already, the one its label names, the one whose purchases it pays, the only one."""
    accounts = {line.account for line in bank_entries.counterparts(debit.entry)}
    placed = [card for card in pools if card.ledger_account in accounts]
    if placed:
        return placed[0]
    if not domain.is_deferred_debit(debit.label):
        return None
    named = [card for card in pools if domain.names(debit.label, card.number)]
    if len(named) == 1:
        return named[0]
    fits = [card for card, pool in pools.items() if pool.paid(debit)]
    if len(fits) == 1:
        return fits[0]
    return next(iter(pools)) if len(pools) == 1 else None


def _book(debit: Transaction, card: BankAccount, mirror: Transaction | None, reason: str, at: datetime) -> None:
    """Against the card's account; where the card tells it too, both stand on 580, so that nothing counts twice."""
    if mirror is None:
        _assign(debit.entry, card.ledger_account, reason, at)
        return
    _assign(debit.entry, INTERNAL_TRANSFERS, reason, at)
    entry = Entry.objects.filter(transaction=mirror, validated_at=None).first()
    if entry is not None:
        _assign(entry, INTERNAL_TRANSFERS, f"Débit du {debit.booked_on:%d/%m/%Y} sur {debit.account.name}", at)


def _assign(entry: Entry, account: str, reason: str, at: datetime) -> None:
    is_there = [line.account for line in bank_entries.counterparts(entry)] == [account]
    if not is_there or (entry.revised_by_id is None and entry.reasons != [reason]):
        bank_entries.assign(entry=entry, account=account, by=None, at=at, reason=reason)


def _said(card: BankAccount, bought: Sequence[Transaction]) -> str:
    if not bought:
        return f"Débit de « {card.name} » : tous ses achats ne sont pas encore arrivés"
    days = sorted(row.booked_on for row in bought)
    count = f"{len(bought)} achat{'s' if len(bought) > 1 else ''}"
    period = f"du {days[0]:%d/%m} au {days[-1]:%d/%m/%Y}" if len(bought) > 1 else f"du {days[0]:%d/%m/%Y}"
    return f"Débit de « {card.name} » : {count} {period}, {french(-total(row.amount for row in bought))}\u00a0€"


def _is_mirror(row: Transaction) -> bool:
    return row.amount > 0 and domain.is_deferred_debit(row.label)


def _seen(row: Transaction) -> domain.Seen:
    return domain.Seen(str(row.pk), row.booked_on, row.amount)
