"""Two files of one account and period that word its movements otherwise: which of the one are which of the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from comptoir.domain.movement import Movement, reworded
from comptoir.domain.text import folded


@dataclass(frozen=True, slots=True)
class Overlap:
    """Which movements of a file are kept already under other words, by their places; sure where nothing contradicts it."""

    pairs: dict[int, int]
    is_sure: bool


NOTHING = Overlap({}, is_sure=True)


def compare(
    told: Sequence[Movement], kept: Sequence[Movement], *, period: tuple[date, date], known: tuple[date, date]
) -> Overlap:
    """Compare what a file alone tells with what it does not tell of what is kept: by day and amount, in their order.

    `period` is that of the file, `known` that of what was brought before. Both lists are whole between the two: where each
    movement of the one is in the other, and half of them have a word in common, it is sure. The days at both ends may be cut
    by an export of that noon.
    """
    pairs = reworded(told, kept)
    if not pairs:
        return NOTHING
    first, last = max(period[0], known[0]), min(period[1], known[1])
    left = [moved for rank, moved in enumerate(told) if rank not in pairs]
    left += [moved for rank, moved in enumerate(kept) if rank not in set(pairs.values())]
    is_whole = not any(first < moved.booked_on < last for moved in left)
    alike = sum(_alike(told[one], kept[other]) for one, other in pairs.items())
    return Overlap(pairs, is_whole and 2 * alike >= len(pairs))


def _alike(one: Movement, other: Movement) -> bool:
    return bool(_words(one.label) & _words(other.label))


def _words(label: str) -> frozenset[str]:
    return frozenset(word for word in folded(label).split() if len(word) > 2)
