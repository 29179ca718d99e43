"""What a rule would have booked of the past: looked at before it is kept."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from comptoir.domain.chart import SUSPENSE
from comptoir.domain.entry import Line
from comptoir.domain.movement import Movement
from comptoir.domain.rule import Rule
from comptoir.domain.rule_lines import lines
from comptoir.domain.rules import RuleList


@dataclass(frozen=True, slots=True)
class Past:
    """A movement as it stands in the books: its lines against the bank's, why, and whether a person chose them."""

    movement: Movement
    lines: tuple[Line, ...]
    reason: str = ""
    is_chosen: bool = False

    @property
    def waits(self) -> bool:
        """Whether it stands on 471 for want of a rule: a person who put it there meant it."""
        return not self.is_chosen and any(line.account == SUSPENSE for line in self.lines)


@dataclass(frozen=True, slots=True)
class Difference:
    """A movement that the rule would have booked otherwise than it stands."""

    past: Past
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What came of it: how many taken, how many of them as they stand, which not, and how many an earlier rule keeps."""

    taken: int
    alike: int
    waiting: int
    differing: tuple[Difference, ...]
    kept_before: int


def rehearse(rule: Rule, earlier: RuleList, history: Iterable[Past]) -> Rehearsal:
    """Play the rule on past movements, after those that stand before it in the list."""
    alone = RuleList((rule,))
    alike = waiting = kept_before = 0
    differing = []
    for past in history:
        if alone.first(past.movement) is None:
            continue
        if earlier.first(past.movement) is not None:
            kept_before += 1
        elif _worth(made := lines(rule, past.movement)) == _worth(past.lines):
            alike += 1
        elif past.waits:
            waiting += 1
        else:
            differing.append(Difference(past, made))
    return Rehearsal(alike + waiting + len(differing), alike, waiting, tuple(differing), kept_before)


def _worth(booked: Iterable[Line]) -> list[tuple[str, str, Decimal]]:
    """What two bookings are compared by: their labels are not."""
    return sorted((line.account, line.auxiliary, line.debit - line.credit) for line in booked)
