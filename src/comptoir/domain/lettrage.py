"""Lettrage: lines of one third party that pay each other off, under one letter."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from comptoir.domain.chart import CUSTOMERS
from comptoir.domain.entry import Line
from comptoir.domain.fault import Fault
from comptoir.domain.money import french, total
from comptoir.domain.sums import NEIGHBOURS, ways
from comptoir.domain.text import distance


def letter(rank: int) -> str:
    """The code of the `rank`-th lettrage of an account, from 0: AA, AB … ZZ, AAA …"""
    width, span = 2, 26 * 26
    while rank >= span:
        rank -= span
        width += 1
        span *= 26
    code = ""
    for _ in range(width):
        rank, remainder = divmod(rank, 26)
        code = chr(ord("A") + remainder) + code
    return code


def check(lines: Iterable[Line]) -> list[Fault]:
    """What forbids lettering these lines together."""
    kept = tuple(lines)
    faults = []
    if len({(line.account, line.auxiliary) for line in kept}) > 1:
        faults.append(
            Fault("mixed", "Ces lignes sont de tiers différents.", "On lettre un seul compte à la fois.")
        )
    if len(kept) < 2:
        faults.append(Fault("alone", "Une ligne ne se lettre pas seule.", "Choisissez ce qui la solde."))
    if gap := difference(kept):
        faults.append(
            Fault("gap", f"Il reste {french(abs(gap))} € d’écart.", "Choisissez des lignes qui se soldent.")
        )
    return faults


def difference(lines: Iterable[Line]) -> Decimal:
    """What the lines leave open: zero when they may be lettered."""
    return total(line.debit - line.credit for line in lines)


@dataclass(frozen=True, slots=True)
class OpenLine:
    """A booked line that waits for its letter. `amount` is debit less credit; `is_payment`: it came from the bank."""

    id: str
    dated_on: date
    journal: str
    account: str
    auxiliary: str
    party: str
    label: str
    amount: Decimal
    is_payment: bool

    @property
    def shown(self) -> Decimal:
        """The amount as its column shows it: a supplier's invoice and its payment both positive, a credit note not."""
        is_owed = self.account.startswith(CUSTOMERS)
        return self.amount if is_owed != self.is_payment else -self.amount


@dataclass(frozen=True, slots=True)
class Proposal:
    """Lines of one third party that would pay each other off, payment first, and why in French words."""

    lines: tuple[OpenLine, ...]
    reason: str

    @property
    def amount(self) -> Decimal:
        """What the letter would settle."""
        return total(line.amount for line in self.lines if line.amount > 0)


def propose(lines: Iterable[OpenLine]) -> list[Proposal]:
    """What a person could letter at once: the same amount, a credit note and its invoice, then exact sums.

    Only proposed: without a rapprochement the amount alone speaks for it, and next month's bill may be the same.
    """
    by_party: dict[tuple[str, str], list[OpenLine]] = defaultdict(list)
    for line in lines:
        by_party[line.account, line.auxiliary].append(line)
    return [proposal for party in by_party.values() for proposal in _of_party(party)]


def _of_party(lines: Sequence[OpenLine]) -> list[Proposal]:
    free = sorted(lines, key=lambda line: (not line.is_payment, line.dated_on, line.id))
    found: list[Proposal] = []
    for step in (_same_amount, _exact_sum):
        for line in list(free):
            others = [other for other in free if other is not line]
            if line in free and (proposal := step(line, others)):
                found.append(proposal)
                free = [other for other in free if other not in proposal.lines]
    return found


def _same_amount(line: OpenLine, others: Sequence[OpenLine]) -> Proposal | None:
    """The nearest line that settles this one; two payments never settle each other here: a person looks."""
    settles = [o for o in others if o.amount == -line.amount and not (o.is_payment and line.is_payment)]
    if not settles:
        return None
    nearest = min(settles, key=lambda other: (abs((line.dated_on - other.dated_on).days), other.id))
    if not line.is_payment:
        return Proposal((line, nearest), "l’avoir solde la facture")
    return Proposal((line, nearest), f"même montant, {distance((line.dated_on - nearest.dated_on).days)}")


def _exact_sum(line: OpenLine, others: Sequence[OpenLine]) -> Proposal | None:
    """The pieces that one payment settles together, where only one set of them does."""
    if not line.is_payment:
        return None
    near = sorted((o for o in others if not o.is_payment), key=lambda o: abs((line.dated_on - o.dated_on).days))
    by_id = {other.id: other for other in near[:NEIGHBOURS]}
    sets = ways([(key, other.amount) for key, other in by_id.items()], -line.amount)
    if len(sets) != 1:
        return None
    settled = tuple(by_id[key] for key in sets[0])
    has_credit_note = len({other.amount > 0 for other in settled}) == 2
    reason = f"somme exacte de {len(settled)} pièces{', avoir compris' if has_credit_note else ''}"
    return Proposal((line, *settled), reason)
