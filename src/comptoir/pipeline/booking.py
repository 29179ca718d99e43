"""A bank transaction becomes an entry: by rule, by history, by a person’s word, else in suspense."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet

from comptoir.domain import entry as domain_entry
from comptoir.domain import rules as domain_rules
from comptoir.domain.chart import SUSPENSE
from comptoir.domain.label import Means
from comptoir.domain.rules import Booking
from comptoir.lib import bulk
from comptoir.lib.live import announce
from comptoir.pipeline.between import books_of
from comptoir.pipeline.lettering import settle
from comptoir.pipeline.missing import relist
from comptoir.records.banking import actions as banking
from comptoir.records.banking import cards, rules
from comptoir.records.banking.models import BankAccount, Rule, Transaction, Withdrawal
from comptoir.records.firms.models import Company, Person
from comptoir.records.ledger import actions as ledger
from comptoir.records.ledger import bank as bank_entries
from comptoir.records.ledger import cards as card_entries
from comptoir.records.ledger import locks
from comptoir.records.ledger import queries as books
from comptoir.records.ledger.models import Entry, FiscalYear
from comptoir.records.matching import queries as matches
from comptoir.records.matching import settling


def book(
    company: Company, transactions: Iterable[Transaction], *, at: datetime, statements: Sequence[UUID] = ()
) -> dict[UUID, date]:
    """Book transactions by the firm's rules, else by their label's history, else in suspense; says which they are, with their days.

    `statements` are those whose booking goes on: what an import books teaches nothing to the rest of it.

    A movement of a year that has begun and that nobody has opened yet opens it: the bank of January waits for no one.
    What waits in suspense is a transfer between the company's own accounts where the other account shows it too, or the debit of a
    card whose purchases were booked day by day.
    """
    days: dict[UUID, date] = {}
    transfers: list[Transaction] = []
    history = bank_entries.history_of(
        company, transactions, statements=statements
    )  # before any of them stands in the books
    opened: list[FiscalYear] = []
    for some in bulk.batches(transactions):
        opened += ledger.follow_on(company=company, until=max(row.booked_on for row in some), at=at)
        bank_entries.book(booked=bank_entries.bookings(company, some, history, at=at), at=at)
        days |= {row.pk: row.booked_on for row in some}
        transfers += [row for row in some if row.means == Means.TRANSFER]
    if not days:
        return days
    relist(company, {*days, *_other_sides(company, transfers, at=at)}, at=at)
    for year in opened:  # what had come before its time
        days |= book_waiting(company, year.opens_on, year.closes_on, at=at, but=statements)
    return days


def open_begun(company: Company, until: date, *, at: datetime) -> None:
    """Open the year that has begun where a day of it comes otherwise than by the bank, and book what the bank had told of it."""
    for year in ledger.follow_on(company=company, until=until, at=at):
        book_waiting(company, year.opens_on, year.closes_on, at=at)


def book_waiting(
    company: Company, first: date, last: date, *, at: datetime, but: Sequence[UUID] = ()
) -> dict[UUID, date]:
    """Book what waited outside the books for these days, `but` for what statements bring by themselves; says which, with their days.

    What was left alone meanwhile is taken up: own transfers, debits of cards, pieces that were found to explain it.
    """
    waiting = books.outside_books(company).filter(booked_on__range=(first, last)).exclude(statement__in=but)
    rows = list(waiting.select_related("account"))
    undoing = Withdrawal.objects.filter(mirror__in=rows).select_related("mirror", "transaction")
    mirrors = {row.mirror_id: row for row in undoing}
    days = book(company, [row for row in rows if row.pk not in mirrors], at=at)
    for row in mirrors.values():
        book_mirror(row.transaction, row.mirror, at=at)
    _take_up(company, first, last, at=at)
    settle(company, documents=matches.unlettered(company, first, last), at=at)
    return days


def book_reopened(company: Company, first: date, last: date, *, at: datetime) -> None:
    """What a lock held back of these days: what stood in suspense follows the rules of meanwhile, what the bank told is booked."""
    _follow_rules(company, [row.pk for row in _in_suspense(company, first, last)], at=at)
    book_waiting(company, first, last, at=at)


def _in_suspense(company: Company, first: date, last: date) -> QuerySet[Transaction]:
    rows = Transaction.objects.filter(pk__in=books.transactions_in_suspense(company))
    return rows.filter(booked_on__range=(first, last))


def _take_up(company: Company, first: date, last: date, *, at: datetime) -> None:
    """What stayed in suspense while these days were locked, since its other side could not follow: own transfers, debits of cards."""
    transfers = list(_in_suspense(company, first, last).filter(means=Means.TRANSFER))
    relist(company, _other_sides(company, transfers, at=at), at=at)


def _other_sides(company: Company, transfers: Sequence[Transaction], *, at: datetime) -> list[UUID]:
    between_own = bank_entries.book_own_transfers(company=company, new=transfers, at=at)
    return [*between_own, *(row.pk for row in card_entries.settle(company=company, at=at))]


def say_card(
    *,
    company: Company,
    card: BankAccount | None,
    name: str,
    digits: str,
    pays: BankAccount,
    by: Person,
    at: datetime,
) -> BankAccount:
    """The firm says that an account, or a new one, is a card whose purchases another pays later; known debits follow at once.

    `digits` are the last four of its number, by which its debits name it. Raises `cards.NotACard`.
    """
    with books_of(company):
        account = card or banking.open_next_account(company=company, name=name or "Carte à débit différé")
        if digits and not account.number:
            cards.number(card=account, digits=digits)
        cards.say(card=account, pays=pays, by=by, at=at)
        relist(company, [one.pk for one in card_entries.settle(company=company, at=at)], at=at)
        announce(company.pk, ["bank"])
    return account


def end_card(*, card: BankAccount, by: Person, at: datetime) -> None:
    """The account is no such card any more; what stands in the books stays."""
    with books_of(card.company):
        cards.end(card=card, by=by, at=at)
        announce(card.company_id, ["bank"])


def write_rule(
    *, company: Company, rule: domain_rules.Rule, by: Person, at: datetime, instead_of: Rule | None = None
) -> Rule:
    """The firm adds a rule, or writes one anew in its place; what waited in suspense is booked by it at once.

    Raises `rules.NotARule` and, where the rule to replace ended meanwhile, `rules.AlreadyEnded`.
    """
    with books_of(company):
        row = rules.write(company=company, rule=rule, by=by, at=at, instead_of=instead_of)
        _follow_rules(company, books.transactions_in_suspense(company), at=at)
        announce(company.pk, ["bank"])
    return row


def _follow_rules(company: Company, waiting: Sequence[UUID], *, at: datetime) -> None:
    """What waits in suspense goes where the rules in force, or what its label taught since, put it; the rest stays as it is."""
    for item in _booked_again(company, waiting, at=at):
        if item.rule_id or item.booking.accounts != {SUSPENSE}:
            bank_entries.book_again(booked=item, at=at)
    relist(company, waiting, at=at)


def end_rule(*, rule: Rule, by: Person, at: datetime) -> None:
    """The firm stops a rule; what it booked stays. Raises `rules.AlreadyEnded`."""
    with books_of(rule.company):
        rules.end(rule=rule, by=by, at=at)
        announce(rule.company_id, ["bank"])


def place_rule(*, rule: Rule, before: bool, by: Person, at: datetime) -> bool:
    """The firm puts a rule one place higher or lower; it counts for what comes. Raises `rules.AlreadyEnded`."""
    with books_of(rule.company):
        is_moved = rules.place(rule=rule, before=before, by=by, at=at)
        announce(rule.company_id, ["bank"])
    return is_moved


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
    for item in _booked_again(company, transaction_ids, at=at):
        bank_entries.book_again(booked=item, at=at)


def _booked_again(company: Company, transaction_ids: Iterable[UUID], *, at: datetime) -> list[bank_entries.Booked]:
    """Where each would be booked today, of those that neither a person nor a lock holds where they are."""
    entries = Entry.objects.posted().filter(transaction__in=list(transaction_ids), revised_by=None)
    entries = entries.filter(~locks.is_entry_locked(), transaction__card_debit=None)
    transactions = [e.transaction for e in entries.select_related("transaction__account") if e.transaction]
    history = bank_entries.history_of(company, transactions, again=True)
    return bank_entries.bookings(company, transactions, history, at=at)


def book_mirror(transaction: Transaction, mirror: Transaction, *, at: datetime) -> None:
    """A movement that the bank took back is undone line by line, and what it paid off is open again."""
    entry = Entry.objects.filter(transaction=transaction, reverses=None).first()
    if entry is None:
        # Before any fiscal year, neither is in the books; a line kept before the bank came is, and its undoing waits in suspense.
        if hasattr(transaction, "merged"):
            book(transaction.company, [mirror], at=at)
        return
    lines = tuple(_undone(books.domain_line(row)) for row in bank_entries.counterparts(entry))
    reason = f"Annule le mouvement du {transaction.booked_on:%d/%m/%Y}, repris par la banque"
    for undoing in bank_entries.book(booked=[bank_entries.Booked(mirror, Booking(lines, reason))], at=at):
        settling.letter_with_mirror(entry, undoing, by=None, at=at)


def _undone(line: domain_entry.Line) -> domain_entry.Line:
    return replace(line, debit=line.credit, credit=line.debit)
