"""Booking rules: 100,000 movements through a list of 50 rules, words, wildcards and bounds as firms write them."""

import random
import time
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from comptoir.domain.label import Means
from comptoir.domain.movement import Movement
from comptoir.domain.rules import Direction, Needed, Part, Rule, RuleList, book

MOVEMENTS, RULES = 100_000, 50


def rows() -> Iterator[tuple[str, str, str]]:
    """The figure: what, measured, limit."""
    rules, movements = synthetic()
    start = time.perf_counter()
    by_rule = sum(book(movement, rules, ()).rule is not None for movement in movements)
    seconds = time.perf_counter() - start
    yield (
        f"{MOVEMENTS:_} mouvements par {RULES} règles, {by_rule:_} imputés".replace("_", " "),
        f"{seconds:.1f} s",
        "≤ 5 s",
    )


def synthetic(seed: int = 11) -> tuple[RuleList, list[Movement]]:
    """Fifty rules of every shape, and movements of which half meet one of them."""
    chance = random.Random(seed)
    names = [f"{a} {b}" for a in _FIRST for b in _SECOND]
    rules = [_rule(rank, name) for rank, name in enumerate(names[:RULES])]
    movements = [_movement(chance, chance.choice(names)) for _ in range(MOVEMENTS)]
    return RuleList(tuple(rules)), movements


def _rule(rank: int, name: str) -> Rule:
    first, second = name.lower().split()
    match rank % 5:
        case 0:
            return Rule(name, (f"{first}*", second), "606300", means=frozenset({Means.CARD, Means.DIRECT_DEBIT}))
        case 1:
            return Rule(name, (name, f"{second} {first}"), "613200", needed=Needed.ANY, direction=Direction.OUT)
        case 2:
            return Rule(name, (first, second), "627000", vat_rate=Decimal(20), at_most=Decimal(5000))
        case 3:
            return Rule(name, (name,), "164000", parts=(Part("661100", percent=Decimal("12.5")),))
        case _:
            return Rule(name, (first, second), "626000", since=date(2026, 1, 1), bank="512000")


def _movement(chance: random.Random, name: str) -> Movement:
    amount = Decimal(chance.randrange(-400_000, 400_000) or 1) / 100
    day = date(2026, 1, 1) + timedelta(days=chance.randrange(330))
    opening = chance.choice(("PRLV SEPA", "CB", "VIR SEPA RECU /DE", "FRAIS"))
    return Movement(day, amount, f"{opening} {name} F{chance.randrange(10**6):06d}", bank="512000")


_FIRST = (
    "MOULINS",
    "LAITERIE",
    "GARAGE",
    "PAPETERIE",
    "FOURNIL",
    "EMBALLAGES",
    "TRANSPORTS",
    "IMPRIMERIE",
    "ÉLEC",
    "GAZ",
)
_SECOND = ("VEGRE", "PERCHE", "LEBRETON", "MAIL", "ROUSSEAU", "HAMON", "KERVELLA", "GIRARD", "VIDAL", "MORIN")

if __name__ == "__main__":
    for found in rows():
        print(*found, sep="  ")
