"""Transfers between a company's own bank accounts: what leaves one arrives on the other."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from comptoir.domain.label import Means

WITHIN = timedelta(days=5)
"""How far the two days may stand apart: a transfer takes one bank day, a long week-end and a holiday four more."""

MOST_ALIKE = 200
"""Where more movements than that are of one amount, nothing is sure, and comparing all with all takes long."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A movement of which nobody knows what it is: on which account it moved, and how."""

    id: str
    bank: str
    booked_on: date
    amount: Decimal
    means: str


Pair = tuple[Waiting, Waiting]


def pairs(waiting: Iterable[Waiting]) -> list[Pair]:
    """What leaves and what arrives, of one amount, on two accounts, both said to be transfers; none where two could be."""
    by_amount: dict[Decimal, list[Waiting]] = defaultdict(list)
    for movement in waiting:
        if movement.means == Means.TRANSFER:
            by_amount[abs(movement.amount)].append(movement)
    return [pair for found in by_amount.values() for pair in _sure(found)]


def _sure(movements: Sequence[Waiting]) -> list[Pair]:
    leaving = [m for m in movements if m.amount < 0]
    arriving = [m for m in movements if m.amount > 0]
    if len(movements) > MOST_ALIKE:
        return []
    possible = [(out, into) for out in leaving for into in arriving if _meet(out, into)]
    times = Counter(side.id for pair in possible for side in pair)
    return [(out, into) for out, into in possible if times[out.id] == times[into.id] == 1]


def _meet(out: Waiting, into: Waiting) -> bool:
    return out.bank != into.bank and abs(out.booked_on - into.booked_on) <= WITHIN
