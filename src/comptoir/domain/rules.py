"""Which account a bank movement is booked on: the firm's rules, else the label's history, else suspense."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fnmatch import fnmatchcase

from comptoir.domain.chart import SUSPENSE
from comptoir.domain.movement import Movement, clean_label
from comptoir.domain.text import folded


class Direction(StrEnum):
    """Which way the money goes, for a rule."""

    BOTH = "both"
    OUT = "out"
    IN = "in"


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the firm's ordered list: words of a label, perhaps a direction and bounds, and the account."""

    name: str
    words: tuple[str, ...]
    account: str
    auxiliary: str = ""
    direction: Direction = Direction.BOTH
    at_least: Decimal | None = None
    at_most: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Precedent:
    """Where past movements of the same label went, and how often."""

    account: str
    auxiliary: str
    times: int


@dataclass(frozen=True, slots=True)
class Booking:
    """The counterpart chosen for a movement, and why, in French words."""

    account: str
    auxiliary: str
    reason: str
    rule: int | None = None


def book(movement: Movement, rules: Sequence[Rule], precedents: Sequence[Precedent]) -> Booking:
    """The counterpart of a movement. A guess that is not sure goes to 471: never silently to a charge."""
    for rank, rule in enumerate(rules):
        if applies(rule, movement):
            return Booking(rule.account, rule.auxiliary, f"Règle « {rule.name} »", rank)
    if known := _unanimous(precedents):
        target = f"{known.account} {known.auxiliary}".strip()
        return Booking(
            known.account, known.auxiliary, f"Comme {known.times} {_ENTRIES[known.times > 1]} : {target}"
        )
    return Booking(SUSPENSE, "", "Libellé inconnu : à affecter")


_ENTRIES = ("écriture précédente", "écritures précédentes")


def applies(rule: Rule, movement: Movement) -> bool:
    """Whether every condition of the rule holds; its words match whole words, `*` standing for anything."""
    return (
        _goes(rule.direction, movement.amount)
        and (rule.at_least is None or abs(movement.amount) >= rule.at_least)
        and (rule.at_most is None or abs(movement.amount) <= rule.at_most)
        and all(_holds(word, movement) for word in rule.words)
    )


def label_key(label: str) -> str:
    """What two labels of one payee have in common: the cleaned label without its figures."""
    words = folded(clean_label(label)).split()
    return " ".join(word for word in words if not any(c.isdigit() for c in word))


def _goes(direction: Direction, amount: Decimal) -> bool:
    return direction == Direction.BOTH or (amount < 0) == (direction == Direction.OUT)


def _holds(word: str, movement: Movement) -> bool:
    text = folded(f"{movement.label} {movement.counterparty or ''}")
    return fnmatchcase(f" {text} ", f"* {folded(word)} *")


def _unanimous(precedents: Sequence[Precedent]) -> Precedent | None:
    """The only place where this label ever went, once at least; two places are a doubt."""
    return precedents[0] if len(precedents) == 1 else None
