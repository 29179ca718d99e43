"""Lettrage: lines of one third party that pay each other off, under one letter."""

from collections.abc import Iterable
from decimal import Decimal

from comptoir.domain.entry import Line
from comptoir.domain.fault import Fault
from comptoir.domain.money import french, total


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
