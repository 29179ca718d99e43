"""Which account a bank movement is booked on: the firm's rules, else the label's history, else suspense."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fnmatch import translate

from comptoir.domain.chart import SUSPENSE
from comptoir.domain.entry import Line
from comptoir.domain.label import kind, means
from comptoir.domain.movement import Movement, clean_label
from comptoir.domain.rule import Direction, Needed, Part, Rule
from comptoir.domain.rule_lines import against, leaves_something, lines
from comptoir.domain.text import folded

__all__ = [
    "Booking",
    "Direction",
    "Needed",
    "Part",
    "Precedent",
    "Rule",
    "RuleList",
    "book",
    "first",
    "label_key",
    "lines",
    "matches",
]


@dataclass(frozen=True, slots=True)
class Precedent:
    """Where past movements of the same label went, and how often."""

    account: str
    auxiliary: str
    times: int


@dataclass(frozen=True, slots=True)
class Booking:
    """The counterpart chosen for a movement, and why, in French words."""

    lines: tuple[Line, ...]
    reason: str
    rule: int | None = None

    @property
    def accounts(self) -> frozenset[str]:
        """The accounts that it goes to."""
        return frozenset(line.account for line in self.lines)


@dataclass(frozen=True, slots=True)
class RuleList:
    """The dossier's rules in their order, their words made ready once however many movements come."""

    rules: tuple[Rule, ...]
    _conditions: tuple[tuple["Condition", ...], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_conditions", tuple(tuple(_conditions(rule)) for rule in self.rules))

    def first(self, movement: Movement) -> int | None:
        """The rank of the first rule that takes the movement."""
        text = folded(f"{movement.label} {movement.counterparty or ''}")
        seen = Seen(movement, f" {text} ")
        # Two plain loops: 50 rules are asked of each of 100,000 movements, and nearly all say no at their first word.
        for rank, conditions in enumerate(self._conditions):
            for holds in conditions:
                if not holds(seen):
                    break
            else:
                return rank
        return None


@dataclass(frozen=True, slots=True)
class Seen:
    """A movement, and its label as rules compare it."""

    movement: Movement
    text: str


Condition = Callable[[Seen], bool]


def book(movement: Movement, rules: RuleList, precedents: Sequence[Precedent]) -> Booking:
    """The counterpart of a movement. A guess that is not sure goes to 471: never silently to a charge."""
    rank = rules.first(movement)
    if rank is not None:
        rule = rules.rules[rank]
        return Booking(lines(rule, movement), f"Règle « {rule.name} »", rank)
    if known := _unanimous(precedents):
        target = f"{known.account} {known.auxiliary}".strip()
        reason = f"Comme {known.times} {_ENTRIES[known.times > 1]} : {target}"
        return Booking((against(known.account, known.auxiliary, movement),), reason)
    return Booking((against(SUSPENSE, "", movement),), "Libellé inconnu : à affecter")


_ENTRIES = ("écriture précédente", "écritures précédentes")


def matches(rule: Rule, movement: Movement) -> bool:
    """Whether every condition of the rule holds."""
    return RuleList((rule,)).first(movement) is not None


def first(rules: Sequence[Rule], movement: Movement) -> Rule | None:
    """The rule that books the movement: of those that take it, the one that stands first."""
    rank = RuleList(tuple(rules)).first(movement)
    return None if rank is None else rules[rank]


def label_key(label: str) -> str:
    """What two labels of one payee have in common: the cleaned label without its figures."""
    words = folded(clean_label(label)).split()
    return " ".join(word for word in words if not any(c.isdigit() for c in word))


def _conditions(rule: Rule) -> Iterator[Condition]:
    """What must hold, the words first since they turn most movements away."""
    yield from _on_words(rule)
    if rule.means:
        yield lambda seen: (seen.movement.means or means(seen.movement.label)) in rule.means
    if rule.direction != Direction.BOTH:
        yield lambda seen: (seen.movement.amount < 0) == (rule.direction == Direction.OUT)
    yield from _on_size(rule)
    if rule.kinds:
        yield lambda seen: kind(seen.movement.label) in rule.kinds
    if since := rule.since:
        yield lambda seen: seen.movement.booked_on >= since
    if until := rule.until:
        yield lambda seen: seen.movement.booked_on <= until
    if rule.bank:
        yield lambda seen: seen.movement.bank == rule.bank
    if rule.parts:
        yield lambda seen: leaves_something(rule, seen.movement.amount)
    # A movement would stand against itself.
    yield lambda seen: seen.movement.bank not in rule.accounts


def _on_words(rule: Rule) -> Iterator[Condition]:
    held = [_holds(folded(word)) for word in rule.words]
    if rule.needed == Needed.ANY and held:
        yield lambda seen: any(holds(seen) for holds in held)
    else:
        yield from held


def _holds(word: str) -> Condition:
    """Whether the label holds these whole words, `*` standing for anything."""
    if not word:
        return lambda seen: False
    if "*" in word:
        # What `fnmatch` writes never backtracks over a star, however many there are.
        shape = re.compile(translate(f"* {word} *"))
        return lambda seen: shape.match(seen.text) is not None
    whole = f" {word} "
    return lambda seen: whole in seen.text


def _on_size(rule: Rule) -> Iterator[Condition]:
    at_least, at_most = rule.at_least, rule.at_most
    if at_least is not None:
        yield lambda seen: _size(seen) >= at_least
    if at_most is not None:
        yield lambda seen: _size(seen) <= at_most


def _size(seen: Seen) -> Decimal:
    return abs(seen.movement.amount)


def _unanimous(precedents: Sequence[Precedent]) -> Precedent | None:
    """The only place where this label ever went, once at least; two places are a doubt."""
    return precedents[0] if len(precedents) == 1 else None
