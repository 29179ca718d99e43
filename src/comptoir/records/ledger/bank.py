"""Bank entries: each transaction on its 512, against the counterpart that rules, history or a match give."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction as db
from django.db.models import Max, QuerySet
from django.utils import timezone

from comptoir.domain import entry as domain_entry
from comptoir.domain import period, rule_lines, transfer
from comptoir.domain import rules as domain_rules
from comptoir.domain.chart import INTERNAL_TRANSFERS, SUSPENSE
from comptoir.domain.money import ZERO
from comptoir.domain.rules import Booking, Precedent
from comptoir.records.audit.actions import record
from comptoir.records.banking import queries as bank
from comptoir.records.banking.models import Transaction
from comptoir.records.firms.models import Company, Person
from comptoir.records.ledger import locks, parties, queries
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
    """Post the bank entries of new transactions, in bulk; those of no open year, or of a locked day, wait for it to open."""
    if not booked:
        return []
    company_id = booked[0].transaction.company_id
    years = list(FiscalYear.objects.filter(company_id=company_id, closed_at=None))
    until = locks.locked_until(company_id)
    journals = {journal.code: journal for journal in Journal.objects.filter(company_id=company_id)}
    known = {row.code: row for row in Auxiliary.objects.filter(company_id=company_id)}
    entries, lines = [], []
    for item in booked:
        year = _year(years, item.transaction)
        if year and not period.is_locked(item.transaction.booked_on, until):
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
) -> Entry:
    """Move a bank entry's counterpart to another account, as long as it is neither validated nor lettered.

    Raises `NotAssignable` for the bank's own account, where the movement would stand against itself, and to a person for a
    locked day; the machine leaves what is locked as it stands.
    """
    held = _held(entry)
    assert held.transaction is not None
    against = rule_lines.against(account, auxiliary, bank.movement(held.transaction))
    if account == held.transaction.account.ledger_account:
        raise NotAssignable(f"{account} est le compte de la banque elle-même : choisissez sa contrepartie.")
    return _place(held, [against], by=by, at=at, reason=reason)


@db.atomic
def book_again(*, booked: Booked, at: datetime) -> Entry:
    """Book a transaction's entry anew, as `assign` does but on as many lines as its rule has."""
    entry = _held(booked.transaction.entry)
    booking = booked.booking
    return _place(entry, booking.lines, by=None, at=at, reason=booking.reason, rule_id=booked.rule_id)


@db.atomic
def book_own_transfers(*, company: Company, new: Sequence[Transaction], at: datetime) -> list[UUID]:
    """Put both sides of transfers between own accounts on 580 (*Virements internes*), and say which transactions these are.

    Only what waits in suspense, of which no person has said anything, and where no other pair is possible: nor with what is
    not booked yet, or may not move because its day is locked.
    """
    near = {str(row.pk): row for row in queries.waiting_near(company, new)} if new else {}
    until = locks.locked_until(company.pk) if near else None
    fixed = {
        key for key, row in near.items() if not hasattr(row, "entry") or period.is_locked(row.booked_on, until)
    }
    found = [
        pair for pair in transfer.pairs(map(_waiting, near.values())) if fixed.isdisjoint(side.id for side in pair)
    ]
    for one, other in (pair for pairs in found for pair in (pairs, pairs[::-1])):
        assign(
            entry=near[one.id].entry,
            account=INTERNAL_TRANSFERS,
            by=None,
            at=at,
            reason=f"Virement interne : {other.bank}, {other.booked_on:%d/%m/%Y}",
        )
    return [UUID(side.id) for pair in found for side in pair]


def _waiting(moved: Transaction) -> transfer.Waiting:
    bank_account = moved.account.ledger_account
    return transfer.Waiting(str(moved.pk), bank_account, moved.booked_on, moved.amount, moved.means)


def counterparts(entry: Entry) -> list[Line]:
    """The lines against the bank's."""
    assert entry.transaction is not None
    own = entry.transaction.account.ledger_account
    return [line for line in entry.lines.select_related("lettered", "auxiliary") if line.account != own]


def entry_of(transaction: Transaction) -> Entry | None:
    """The entry of a movement as it stands now, whatever was known of it before; None outside the books."""
    return Entry.objects.filter(transaction=transaction).first()


def refuse_locked(entry: Entry) -> None:
    """Raise `NotAssignable` for an entry of a locked day, that a person wants elsewhere."""
    until = locks.locked_until(entry.company_id)
    if until and period.is_locked(entry.dated_on, until):
        raise NotAssignable(str(period.locked(until, period.REOPEN)))


def _held(entry: Entry) -> Entry:
    rows = Entry.objects.select_for_update(of=("self",)).select_related("transaction__account")
    held = rows.annotate(is_locked=locks.is_entry_locked()).get(pk=entry.pk)
    if held.validated_at:
        raise AlreadyValidated(AlreadyValidated.__doc__)
    return held


def _place(
    entry: Entry,
    lines: Sequence[domain_entry.Line],
    *,
    by: Person | None,
    at: datetime,
    reason: str,
    rule_id: UUID | None = None,
) -> Entry:
    """Put these lines against the bank's; what is lettered stays, and several lines that no rule made are a person's."""
    if entry.is_locked:  # type: ignore[attr-defined]
        if by is not None:
            refuse_locked(entry)
        return entry
    before = counterparts(entry)
    is_by_hand = len(before) > 1 and entry.rule_id is None
    if not before or (is_by_hand and by is None) or any(hasattr(line, "lettered") for line in before):
        return entry
    if len(before) == len(lines) == 1:
        _move(entry, before[0], lines[0])
    else:
        _replace(entry, before, lines)
    entry.reasons, entry.revised_by, entry.rule_id = [reason], by, rule_id
    entry.save(update_fields=["reasons", "revised_by", "rule_id"])
    account = " + ".join(line.account for line in lines)
    record("assign", entry, by=by, at=at, account=account, auxiliary=lines[0].auxiliary)
    return entry


def _move(entry: Entry, row: Line, line: domain_entry.Line) -> None:
    row.account = line.account
    row.auxiliary = parties.by_code(entry, line.auxiliary, line.account) if line.auxiliary else None
    row.save(update_fields=["account", "auxiliary"])


def _replace(entry: Entry, before: Sequence[Line], lines: Sequence[domain_entry.Line]) -> None:
    Line.objects.filter(pk__in=[row.pk for row in before]).delete()
    last = entry.lines.aggregate(last=Max("position"))["last"] or 0
    rows = lines_of(entry, lines)
    for row in rows:
        row.position += last
    Line.objects.bulk_create(rows)


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
        doubts=["À affecter."] if SUSPENSE in item.booking.accounts else [],
        posted_at=at,
    )


def _lines(entry: Entry, item: Booked, known: Mapping[str, Auxiliary]) -> list[Line]:
    transaction = item.transaction
    comes_in, goes_out = max(transaction.amount, ZERO), max(-transaction.amount, ZERO)
    own = domain_entry.Line(transaction.account.ledger_account, transaction.label, comes_in, goes_out)
    bare = [replace(line, auxiliary="") for line in item.booking.lines]
    rows = lines_of(entry, [own, *bare])
    for row, line in zip(rows[1:], item.booking.lines, strict=True):
        if line.auxiliary:
            row.auxiliary = known.get(line.auxiliary) or parties.by_code(entry, line.auxiliary, line.account)
    return rows


History = Mapping[str, Sequence[Precedent]]
"""Where movements of each label were booked before."""


def bookings(
    company: Company, transactions: Sequence[Transaction], history: History, *, at: datetime
) -> list[Booked]:
    """Where each goes: by the firm's rules in force today, else by its label's history, else in suspense."""
    if not transactions:
        return []
    rules = bank.rules_in_force(company, timezone.localdate(at))
    in_order = bank.rule_list(company, rules)
    booked = []
    for transaction in transactions:
        booking = domain_rules.book(bank.movement(transaction), in_order, history.get(transaction.label_key, ()))
        rule_id = rules[booking.rule].pk if booking.rule is not None else None
        booked.append(Booked(transaction, booking, rule_id))
    return booked


def history_of(
    company: Company,
    transactions: Iterable[Transaction],
    *,
    again: bool = False,
    statements: Sequence[UUID] = (),
) -> History:
    """What the history of their labels says of these transactions; where they stand themselves is none (`again`).

    Nor is what these statements have brought, where they are booked some days at a time.
    """
    if isinstance(transactions, QuerySet):
        keys = set(transactions.order_by().values_list("label_key", flat=True).distinct())
    else:
        keys = {row.label_key for row in transactions}
    without = [row.pk for row in transactions] if again else []
    if not keys:
        return {}
    return queries.precedents(company.pk, keys, without=without, without_statements=statements)
