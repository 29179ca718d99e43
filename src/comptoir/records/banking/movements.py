"""Movements that a connection tells one by one, beside those of files: each once whichever way it comes, and taken back."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef

from comptoir.domain.label import clean_label, means
from comptoir.domain.movement import Movement
from comptoir.domain.rules import label_key
from comptoir.records.banking import telling
from comptoir.records.banking.models import Alias, BankAccount, Statement, Transaction, Withdrawal
from comptoir.records.banking.telling import Telling

TOLD = "bridge"
"""The format of a statement that no file brought."""
UNLABELLED = "Opération sans libellé"
"""What a movement is called that its bank does not name: EcritureLib may not be empty (LPF art. A47 A-1)."""


@dataclass(frozen=True, slots=True)
class Taken:
    """The transaction of each movement, in their order, and those of them that are new."""

    each: tuple[Transaction, ...]
    new: tuple[Transaction, ...]


@transaction.atomic
def take(
    *, account: BankAccount, movements: Sequence[tuple[str, Movement]], by_it: Collection[UUID], at: datetime
) -> Taken:
    """Keep movements that a connection tells, each under its key there, whose first ones are told once for all.

    A movement of the same day and amount that a file told, or a connection that has ended, is the same one: labels and
    keys differ from one way to the other, the day and the cents do not. `by_it` are those that this one told before.
    """
    prints = [_digest(key) for key, _ in movements]
    known = {row.fingerprint: row for row in Transaction.objects.filter(account=account, fingerprint__in=prints)}
    waiting = _told_otherwise(account, {moved.booked_on for _, moved in movements}, by_it)
    found: list[Transaction | None] = [
        known.get(key) or _next(waiting, moved) for key, (_, moved) in zip(prints, movements, strict=True)
    ]
    fresh = [(moved, key) for key, (_, moved), row in zip(prints, movements, found, strict=True) if row is None]
    made = iter(_made(account, fresh, at))
    each = tuple(row or next(made) for row in found)
    return Taken(each, tuple(row for row, was in zip(each, found, strict=True) if was is None))


def claim(*, account: BankAccount, told: Telling) -> None:
    """Of a statement's movements that are new to it, those that a connection told already are known by these words from now on."""
    if not Statement.objects.filter(account=account, format=TOLD).exists():
        return
    waiting = _told_by_connections_alone(account, told)
    fresh = (one for some in telling.each_fresh(told) for one in some) if waiting else ()
    aliases = [
        Alias(
            firm_id=account.firm_id,
            company_id=account.company_id,
            account=account,
            fingerprint=key,
            transaction=row,
            label=moved.label[:500],
        )
        for moved, key in fresh
        if (row := _next(waiting, moved))
    ]
    telling.keep_as(aliases)


def withdraw(*, transactions: Sequence[Transaction], at: datetime) -> list[Withdrawal]:
    """The bank takes these movements back: each is undone by one of the opposite amount on its day, once."""
    undone = Exists(Withdrawal.objects.filter(transaction=OuterRef("pk")))
    rows = Transaction.objects.filter(~undone, pk__in=[row.pk for row in transactions]).select_related("account")
    return [_undo(row, at) for row in rows]


def _undo(row: Transaction, at: datetime) -> Withdrawal:
    moved = Movement(row.booked_on, -row.amount, f"ANNULATION BANQUE {row.label}"[:500], row.value_on, row.payee)
    (mirror,) = _made(row.account, [(moved, _digest(f"undoes|{row.pk}"))], at)
    return Withdrawal.objects.create(
        firm_id=row.firm_id, company_id=row.company_id, transaction=row, mirror=mirror, at=at
    )


_Waiting = dict[tuple[date, Decimal], list[Transaction]]


def _told_otherwise(account: BankAccount, days: set[date], by_it: Collection[UUID]) -> _Waiting:
    rows = Transaction.objects.filter(account=account, booked_on__in=days, withdrawal=None, undoes=None)
    return _by_day(row for row in rows if row.pk not in by_it)


def _told_by_connections_alone(account: BankAccount, told: Telling) -> _Waiting:
    if told.first_on is None or told.last_on is None:
        return {}
    rows = Transaction.objects.filter(account=account, booked_on__range=(told.first_on, told.last_on))
    return _by_day(rows.filter(statement__format=TOLD, aliases=None, withdrawal=None, undoes=None))


def _by_day(rows: Iterable[Transaction]) -> _Waiting:
    found: _Waiting = defaultdict(list)
    for row in sorted(rows, key=lambda row: row.pk, reverse=True):
        found[row.booked_on, row.amount].append(row)
    return found


def _next(waiting: _Waiting, moved: Movement) -> Transaction | None:
    rows = waiting.get((moved.booked_on, moved.amount))
    return rows.pop() if rows else None


def _made(account: BankAccount, movements: Sequence[tuple[Movement, str]], at: datetime) -> list[Transaction]:
    if not movements:
        return []
    days = [moved.booked_on for moved, _ in movements]
    statement = Statement.objects.create(
        firm_id=account.firm_id,
        company_id=account.company_id,
        account=account,
        format=TOLD,
        opened_on=min(days),
        closed_on=max(days),
        movements=len(movements),
        new_movements=len(movements),
        at=at,
    )
    return Transaction.objects.bulk_create([made_of(statement, *one) for one in movements], batch_size=2000)


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def made_of(statement: Statement, movement: Movement, fingerprint: str) -> Transaction:
    """A movement of a statement as it will stand on its account."""
    return Transaction(
        firm_id=statement.firm_id,
        company_id=statement.company_id,
        account=statement.account,
        statement=statement,
        fingerprint=fingerprint,
        booked_on=movement.booked_on,
        value_on=movement.value_on,
        amount=movement.amount,
        label=movement.label[:500] or UNLABELLED,
        payee=(movement.party or clean_label(movement.label))[:200],
        means=means(movement.label),
        reference=(movement.reference or "")[:140],
        label_key=label_key(movement.label)[:200],
    )
