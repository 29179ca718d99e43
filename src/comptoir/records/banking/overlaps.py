"""A file of a period that another file told before, in other words: known again, new, or for a person to say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from django.db.models import Max, Min

from comptoir.domain import overlap
from comptoir.domain.movement import BankStatement, Movement
from comptoir.records.banking.models import Alias, BankAccount, Statement, Transaction
from comptoir.records.banking.movements import TOLD


class Twice(StrEnum):
    """What is done of movements that seem known under other words, where that is not sure."""

    ASK = "ask"
    SAME = "same"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Likeness:
    """A movement of a file, and the one that it may be."""

    booked_on: date
    amount: Decimal
    told: str
    kept: str


class Doubtful(Exception):
    """Ces opérations sont peut-être déjà connues sous un autre libellé : rien n’a été importé."""

    def __init__(self, alike: Sequence[Likeness], new: int) -> None:
        super().__init__(f"{len(alike)} mouvements déjà connus sous un autre libellé : rien n’a été importé.")
        self.alike = tuple(alike)
        self.new = new


def known(
    *,
    account: BankAccount,
    statement: BankStatement,
    fingerprints: Sequence[str],
    fresh: Sequence[tuple[Movement, str]],
    twice: Twice,
) -> set[str]:
    """Of a statement's movements that are new in their words, those that another file told: their fingerprints, kept from now on.

    Of two statements that both prove their balances, each is whole and neither tells the other's: they are not compared.
    Raises `Doubtful` where a person has to say.
    """
    rows = _kept(account, statement, fingerprints, [moved.booked_on for moved, _ in fresh])
    if not rows or twice is Twice.NEW:
        return set()
    days = [moved.booked_on for moved in statement.movements]
    found = overlap.compare(
        [moved for moved, _ in fresh],
        [Movement(row.booked_on, row.amount, row.label) for row in rows],
        period=(min(days), max(days)),
        known=_period(rows),
    )
    if not found.is_sure and twice is Twice.ASK:
        raise Doubtful(
            [
                Likeness(rows[at].booked_on, rows[at].amount, fresh[one][0].label, rows[at].label)
                for one, at in sorted(found.pairs.items())
            ],
            len(fresh) - len(found.pairs),
        )
    Alias.objects.bulk_create([_alias(rows[at], *fresh[one]) for one, at in found.pairs.items()], batch_size=2000)
    return {fresh[one][1] for one in found.pairs}


def _kept(
    account: BankAccount, statement: BankStatement, fingerprints: Sequence[str], days: Sequence[date]
) -> list[Transaction]:
    """What files told of these days and this statement does not tell in the same words."""
    if not days:
        return []
    rows = Transaction.objects.filter(account=account, booked_on__range=(min(days), max(days)))
    rows = rows.filter(withdrawal=None, undoes=None).exclude(statement__format=TOLD).select_related("statement")
    if statement.is_proved:
        rows = rows.filter(statement__closing=None)
    by_alias = set(
        Alias.objects.filter(account=account, fingerprint__in=fingerprints).values_list(
            "transaction_id", flat=True
        )
    )
    told = set(fingerprints)
    found = [row for row in rows.order_by("booked_on", "id") if row.fingerprint not in told]
    return [row for row in found if row.pk not in by_alias]


def _period(rows: Sequence[Transaction]) -> tuple[date, date]:
    """The days that the files of these movements told."""
    statements = Statement.objects.filter(pk__in={row.statement_id for row in rows})
    told = Transaction.objects.filter(statement__in=statements).aggregate(
        first=Min("booked_on"), last=Max("booked_on")
    )
    return told["first"], told["last"]


def _alias(kept: Transaction, movement: Movement, fingerprint: str) -> Alias:
    return Alias(
        firm_id=kept.firm_id,
        company_id=kept.company_id,
        account_id=kept.account_id,
        fingerprint=fingerprint,
        transaction=kept,
        label=movement.label[:500],
    )
