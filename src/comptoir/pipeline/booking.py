"""A bank transaction becomes an entry: by rule, by history, by a person’s word, else in suspense."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from comptoir.domain import rules as domain_rules
from comptoir.domain.chart import SUSPENSE
from comptoir.domain.rules import Booking
from comptoir.lib.live import announce
from comptoir.pipeline.between import books_of
from comptoir.pipeline.missing import relist
from comptoir.records.banking import actions as banking
from comptoir.records.banking.models import Transaction
from comptoir.records.firms.models import Company, Person
from comptoir.records.ledger import bank as bank_entries
from comptoir.records.ledger import queries as books
from comptoir.records.ledger.models import Entry
from comptoir.records.matching import settling


def book(company: Company, transactions: Sequence[Transaction], *, at: datetime) -> list[Entry]:
    """Book transactions by the firm's rules, else by their label's history, else in suspense."""
    entries = bank_entries.book(booked=bank_entries.bookings(company, transactions, at=at), at=at)
    relist(company, [t.pk for t in transactions], at=at)
    return entries


def write_rule(*, company: Company, rule: domain_rules.Rule, by: Person, at: datetime) -> None:
    """The firm adds a rule; what waited in suspense is booked by it at once."""
    with books_of(company):
        banking.write_rule(company=company, rule=rule, by=by, at=at)
        waiting = books.transactions_in_suspense(company)
        rebook(company, waiting, at=at)
        relist(company, waiting, at=at)
        announce(company.pk, ["bank"])


def assign(*, entry: Entry, account: str, auxiliary: str, by: Person, at: datetime) -> None:
    """A person says where a bank entry goes."""
    with books_of(entry.company):
        entry = bank_entries.assign(
            entry=entry,
            account=account,
            auxiliary=auxiliary,
            by=by,
            at=at,
            reason=f"Choisi par {by.full_name}",
        )
        relist(entry.company, [entry.transaction_id] if entry.transaction_id else [], at=at)
        announce(entry.company_id, ["bank"])


def rebook(company: Company, transaction_ids: Iterable[UUID], *, at: datetime) -> None:
    """Book again what a match had moved, unless a person chose or validated it."""
    entries = Entry.objects.posted().filter(transaction__in=list(transaction_ids), revised_by=None)
    transactions = [e.transaction for e in entries.select_related("transaction__account") if e.transaction]
    for item in bank_entries.bookings(company, transactions, at=at, again=True):
        bank_entries.assign(
            entry=item.transaction.entry,
            account=item.booking.account,
            auxiliary=item.booking.auxiliary,
            by=None,
            at=at,
            reason=item.booking.reason,
            rule_id=item.rule_id,
        )


def book_mirror(transaction: Transaction, mirror: Transaction, *, at: datetime) -> None:
    """A movement that the bank took back is undone against the same account, and the two pay each other off."""
    entry = Entry.objects.filter(transaction=transaction, reverses=None).first()
    line = bank_entries.counterpart(entry) if entry else None
    if entry is None:
        return  # before any fiscal year, neither is in the books
    account, auxiliary = (line.account, line.auxiliary.code if line.auxiliary else "") if line else (SUSPENSE, "")
    reason = f"Annule le mouvement du {transaction.booked_on:%d/%m/%Y}, repris par la banque"
    made = bank_entries.book(booked=[bank_entries.Booked(mirror, Booking(account, auxiliary, reason))], at=at)
    for undoing in made:
        settling.letter_with_mirror(entry, undoing, by=None, at=at)
