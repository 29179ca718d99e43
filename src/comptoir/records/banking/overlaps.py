"""A file of a period that another file told before, in other words: known again, new, or for a person to say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from django.db.models import Max, Min

from comptoir.domain import overlap
from comptoir.domain.movement import Movement
from comptoir.records.banking import telling
from comptoir.records.banking.models import Alias, BankAccount, Statement, Transaction
from comptoir.records.banking.movements import TOLD
from comptoir.records.banking.telling import Telling


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

    def __init__(self, alike: Sequence[Likeness], new: int, *, count: int | None = None) -> None:
        self.alike = tuple(alike)
        self.count = len(alike) if count is None else count
        self.new = new
        super().__init__(f"{self.count} mouvements déjà connus sous un autre libellé : rien n’a été importé.")


def known(*, account: BankAccount, told: Telling, twice: Twice) -> int:
    """How many of a statement's movements that are new in their words another file told; each is known by these from now on.

    Of two statements that both prove their balances, each is whole and neither tells the other's: they are not compared.
    Raises `Doubtful` where a person has to say.
    """
    rows = [] if twice is Twice.NEW else _kept(account, told)
    if not rows or told.first_on is None or told.last_on is None:
        return 0
    fresh = [one for some in telling.each_fresh(told) for one in some]
    found = overlap.compare(
        [moved for moved, _ in fresh],
        [Movement(row.booked_on, row.amount, row.label) for row in rows],
        period=(told.first_on, told.last_on),
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
    telling.keep_as([_alias(rows[at], *fresh[one]) for one, at in found.pairs.items()])
    return len(found.pairs)


def _kept(account: BankAccount, told: Telling) -> list[Transaction]:
    """What files told of the days of a statement's new movements, and it does not tell in the same words."""
    fresh = telling.fresh(told)
    if not fresh.count:
        return []
    rows = Transaction.objects.filter(account=account, booked_on__range=(fresh.first_on, fresh.last_on))
    rows = rows.filter(withdrawal=None, undoes=None).exclude(statement__format=TOLD)
    if told.statement.is_proved:
        rows = rows.filter(statement__closing=None)
    return list(telling.untold(rows, told).order_by("booked_on", "id"))


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
