"""Cards with deferred debit: each purchase on its day, and the one debit that pays a period of them off."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from comptoir.domain.money import ZERO
from comptoir.domain.text import folded

FARTHEST = timedelta(days=75)
"""How old a purchase may be when it is debited: a period of one month, cut up to a month before, and a few days."""

SAME_TRANSFER = timedelta(days=5)
"""How far apart the current account and the card may tell the same debit."""

_CARDS = r"(?:CB|CARTES?)"
_SAYS_IT = re.compile(
    rf"\b(?:{_CARDS}(?: [A-Z0-9*]+)* DIFF(?:EREE?S?)?|DEB(?:ITS?)? DIFF(?:ERES?)?(?: [A-Z0-9*]+)* {_CARDS}|DEBITS? DIFFERES?|"
    rf"(?:RELEVES?|ENCOURS|DEPENSES|ARRETE|TOTAL)(?: (?:DE|DES|DU|VOS|VOTRE|ACHATS|MENSUEL))* {_CARDS}|"
    rf"{_CARDS}(?: [A-Z0-9*]+){{0,2}} DEPENSES)\b"
)


@dataclass(frozen=True, slots=True)
class Seen:
    """A movement of a card, or its monthly debit on the current account; negative where money goes out."""

    id: str
    booked_on: date
    amount: Decimal


def is_deferred_debit(label: str) -> bool:
    """Whether a label is that of the debit of a period: « RELEVE CARTE », « DEBIT DIFFERE ». One purchase is none."""
    return _SAYS_IT.search(folded(label)) is not None


def names(label: str, number: str) -> bool:
    """Whether a label names the card by the last four figures of its number."""
    last = "".join(c for c in number if c.isdigit())[-4:]
    return len(last) == 4 and last in "".join(c if c.isdigit() else " " for c in label)


def paid(debit: Seen, purchases: Iterable[Seen]) -> tuple[Seen, ...]:
    """The purchases that a debit pays, to the cent: a run of days without a hole; none where nothing is sure.

    A run that begins with the oldest purchase which nothing has paid yet is the period; the longest, since what adds nothing
    to it (a purchase and its refund) is in it. Where none does, purchases from before the card was followed are among
    them: then one run alone may fit.
    """
    near = sorted(
        (one for one in purchases if debit.booked_on - FARTHEST <= one.booked_on <= debit.booked_on),
        key=lambda one: (one.booked_on, one.id),
    )
    runs = _runs(near, debit.amount)
    from_oldest = [run for run in runs if run[0] == 0]
    chosen = from_oldest[-1:] or (runs if len(runs) == 1 else [])
    return tuple(near[slice(*chosen[0])]) if chosen else ()


def _runs(purchases: Sequence[Seen], worth: Decimal) -> list[tuple[int, int]]:
    """Every run of purchases that is worth this much, as its first rank and the rank behind its last."""
    begins: dict[Decimal, list[int]] = defaultdict(list)
    found, so_far = [], ZERO
    for rank, one in enumerate(purchases):
        begins[so_far].append(rank)
        so_far += one.amount
        found += [(first, rank + 1) for first in begins[so_far - worth]]
    return found


def mirror(debit: Seen, movements: Iterable[Seen]) -> Seen | None:
    """The line by which the card's own account tells the same debit, where it does: the same sum, the other way."""
    alike = [
        one
        for one in movements
        if one.amount == -debit.amount and abs(one.booked_on - debit.booked_on) <= SAME_TRANSFER
    ]
    return alike[0] if len(alike) == 1 else None
