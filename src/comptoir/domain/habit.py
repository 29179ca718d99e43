"""Rules learned from what people do: the same label put on the same account, again and again, by hand."""

from collections import defaultdict
from collections.abc import Container, Iterable
from dataclasses import dataclass

from comptoir.domain.chart import SUSPENSE
from comptoir.domain.movement import Movement
from comptoir.domain.rules import RuleList

LEAST = 3
"""How often a person must have said the same before a rule is worth suggesting."""


@dataclass(frozen=True, slots=True)
class Habit:
    """Where people put the movements of a label, how often, and one of them."""

    key: str
    account: str
    auxiliary: str
    times: int
    sample: Movement


Choice = tuple[str, str, str]
"""A label's key, an account and an auxiliary: what a person may not want to hear of again."""


def worth_a_rule(habits: Iterable[Habit], rules: RuleList, dismissed: Container[Choice]) -> list[Habit]:
    """The habits to make a rule of, the strongest first: never contradicted, not ruled yet, not turned down."""
    by_key: dict[str, list[Habit]] = defaultdict(list)
    for habit in habits:
        by_key[habit.key].append(habit)
    steady = [found[0] for key, found in by_key.items() if key and len(found) == 1]
    kept = [
        habit
        for habit in steady
        if habit.times >= LEAST
        and habit.account != SUSPENSE
        and (habit.key, habit.account, habit.auxiliary) not in dismissed
        and rules.first(habit.sample) is None
    ]
    return sorted(kept, key=lambda habit: (-habit.times, habit.key))
