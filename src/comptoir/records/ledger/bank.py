"""Bank entries: each transaction on its 512, against the counterpart that rules, history or a match give."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction as db
from django.utils import timezone

from comptoir.domain import entry as domain_entry
from comptoir.domain import rules as domain_rules
from comptoir.domain.chart import SUSPENSE
from comptoir.domain.money import ZERO
from comptoir.domain.rules import Booking, Precedent
from comptoir.records.audit.actions import record
from comptoir.records.banking import queries as bank
from comptoir.records.banking.models import Transaction
from comptoir.records.firms.models import Company, Person
from comptoir.records.ledger import parties, queries
from comptoir.records.ledger.actions import AlreadyValidated, lines_of
from comptoir.records.ledger.models import Auxiliary, Entry, FiscalYear, Journal, Line


@dataclass(frozen=True, slots=True)
class Booked:
    """A transaction and where it was booked; `rule_id` names the rule that did it."""

    transaction: Transaction
    booking: Booking
    rule_id: UUID | None = None


class NotAssignable(Exception):
    """Ce mouvement ne peut pas aller sur ce compte."""


@db.atomic
def book(*, booked: Sequence[Booked], at: datetime) -> list[Entry]:
    """Post the bank entries of new transactions, in bulk; those before any fiscal year wait for it to open."""
    if not booked:
        return []
    company_id = booked[0].transaction.company_id
    years = list(FiscalYear.objects.filter(company_id=company_id, closed_at=None))
    journals = {journal.code: journal for journal in Journal.objects.filter(company_id=company_id)}
    known = {row.code: row for row in Auxiliary.objects.filter(company_id=company_id)}
    entries, lines = [], []
    for item in booked:
        if year := _year(years, item.transaction):
            entry = _entry(item, year, journals[item.transaction.account.journal], at)
            entries.append(entry)
            lines += _lines(entry, item, known)
    Entry.objects.bulk_create(entries, batch_size=1000)
    Line.objects.bulk_create(lines, batch_size=2000)
    return entries


@db.atomic
def assign(
    *,
    entry: Entry,
    account: str,
    auxiliary: str = "",
    by: Person | None,
    at: datetime,
    reason: str,
    rule_id: UUID | None = None,
) -> Entry:
    """Move a bank entry's counterpart to another account, as long as it is neither validated nor lettered.

    Raises `NotAssignable` for the bank's own account: the movement would stand against itself.
    """
    entry = Entry.objects.select_for_update(of=("self",)).select_related("transaction__account").get(pk=entry.pk)
    line = counterpart(entry)
    if entry.transaction and account == entry.transaction.account.ledger_account:
        raise NotAssignable(f"{account} est le compte de la banque elle-même : choisissez sa contrepartie.")
    if entry.validated_at:
        raise AlreadyValidated(AlreadyValidated.__doc__)
    if line is None or hasattr(line, "lettered"):
        return entry
    line.account = account
    line.auxiliary = parties.by_code(entry, auxiliary, account) if auxiliary else None
    line.save(update_fields=["account", "auxiliary"])
    entry.reasons, entry.revised_by, entry.rule_id = [reason], by, rule_id
    entry.save(update_fields=["reasons", "revised_by", "rule_id"])
    record("assign", entry, by=by, at=at, account=account, auxiliary=auxiliary)
    return entry


def counterpart(entry: Entry) -> Line | None:
    """The one line against the bank's; None where a person made several."""
    assert entry.transaction is not None
    own = entry.transaction.account.ledger_account
    others = [line for line in entry.lines.select_related("lettered", "auxiliary") if line.account != own]
    return others[0] if len(others) == 1 else None


def _year(years: Sequence[FiscalYear], transaction: Transaction) -> FiscalYear | None:
    return next((y for y in years if y.opens_on <= transaction.booked_on <= y.closes_on), None)


def _entry(item: Booked, year: FiscalYear, journal: Journal, at: datetime) -> Entry:
    transaction = item.transaction
    return Entry(
        firm_id=transaction.firm_id,
        company_id=transaction.company_id,
        fiscal_year=year,
        journal=journal,
        dated_on=transaction.booked_on,
        label=transaction.label[:200],
        # LPF art. A47 A-1: never empty; the bank's reference, else our own.
        piece_ref=transaction.reference[:100] or f"{journal.code}-{transaction.booked_on:%Y%m%d}",
        piece_on=transaction.booked_on,
        transaction=transaction,
        rule_id=item.rule_id,
        reasons=[item.booking.reason],
        doubts=["À affecter."] if item.booking.account == SUSPENSE else [],
        posted_at=at,
    )


def _lines(entry: Entry, item: Booked, known: Mapping[str, Auxiliary]) -> list[Line]:
    amount, label = item.transaction.amount, item.transaction.label
    booking = item.booking
    auxiliary = known.get(booking.auxiliary) or (
        parties.by_code(entry, booking.auxiliary, booking.account) if booking.auxiliary else None
    )
    comes_in, goes_out = max(amount, ZERO), max(-amount, ZERO)
    own, other = lines_of(
        entry,
        [
            domain_entry.Line(item.transaction.account.ledger_account, label, comes_in, goes_out),
            domain_entry.Line(booking.account, label, goes_out, comes_in),
        ],
    )
    other.auxiliary = auxiliary
    return [own, other]


def bookings(
    company: Company, transactions: Sequence[Transaction], *, at: datetime, again: bool = False
) -> list[Booked]:
    """Where each goes: by the firm's rules in force today, else by its label's history, else in suspense."""
    if not transactions:
        return []
    rules = bank.rules_in_force(company, timezone.localdate(at))
    domain = [bank.domain_rule(rule) for rule in rules]
    history = precedents_of(transactions, again=again)
    booked = []
    for transaction in transactions:
        booking = domain_rules.book(bank.movement(transaction), domain, history.get(transaction.label_key, ()))
        rule_id = rules[booking.rule].pk if booking.rule is not None else None
        booked.append(Booked(transaction, booking, rule_id))
    return booked


def precedents_of(transactions: Sequence[Transaction], *, again: bool) -> dict[str, list[Precedent]]:
    """What the history of their labels says of these transactions; where they stand themselves is none."""
    if not transactions:
        return {}
    without = [t.pk for t in transactions] if again else []
    return queries.precedents(transactions[0].company_id, {t.label_key for t in transactions}, without=without)
