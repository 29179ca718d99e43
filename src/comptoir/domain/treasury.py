"""What stood on the bank, day by day: from one balance that is known, forwards and backwards by the movements."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from comptoir.domain.money import ZERO

Curve = tuple[Decimal, ...]
"""A balance at the end of each day."""


def days(until: date, count: int) -> tuple[date, ...]:
    """The last days, the first first."""
    return tuple(until - timedelta(days=back) for back in range(count - 1, -1, -1))


def curve(shown: Sequence[date], *, known_on: date, known: Decimal, moved: Mapping[date, Decimal]) -> Curve:
    """The balance of one account at the end of each day shown; `moved` is the sum of each day that moved.

    `known` is the balance at the end of `known_on`. Days must follow each other; `moved` holds every day between the
    first shown and `known_on`, on whichever side it stands.
    """
    first = min(shown[0], known_on)
    before = known - _between(moved, first, known_on)
    found, balance = [], before + _between(moved, first, shown[0])
    for day in shown:
        balance += moved.get(day, ZERO) if day != shown[0] else ZERO
        found.append(balance)
    return tuple(found)


def together(curves: Sequence[Curve]) -> Curve:
    """Several accounts as one: day by day, the sum."""
    return tuple(sum(amounts, ZERO) for amounts in zip(*curves, strict=True))


def _between(moved: Mapping[date, Decimal], after: date, until: date) -> Decimal:
    """What moved after a day, up to another."""
    return sum((amount for day, amount in moved.items() if after < day <= until), ZERO)
