"""Bank statements as a French bank writes them (CFONB120), for the demo firm and the tests."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

BANK, BRANCH, ACCOUNT = "30004", "00823", "00010123456"
_POSITIVE, _NEGATIVE = "{ABCDEFGHI", "}JKLMNOPQR"


@dataclass(frozen=True, slots=True)
class Move:
    """One movement to write; `amount` is positive when money comes in."""

    day: date
    amount: Decimal
    label: str
    code: str = "08"


def cfonb120(moves: Sequence[Move], *, opening: Decimal, opened_on: date, closed_on: date) -> bytes:
    """One statement: old balance, movements with their full labels, new balance."""
    lines = [_balance("01", opened_on, opening)]
    for rank, move in enumerate(sorted(moves, key=lambda m: m.day), 1):
        lines.append(_movement(move, rank))
        if len(move.label) > 31:
            lines.append(_more(move))
    closing = opening + sum((move.amount for move in moves), Decimal(0))
    lines.append(_balance("07", closed_on, closing))
    return "".join(f"{line:<120}\r\n" for line in lines).encode("latin-1")


def _balance(kind: str, day: date, amount: Decimal) -> str:
    return f"{kind}{BANK}    {BRANCH}EUR2 {ACCOUNT}  {day:%d%m%y}{'':50}{_amount(amount)}"


def _movement(move: Move, rank: int) -> str:
    head = f"04{BANK}{'':4}{BRANCH}EUR2 {ACCOUNT}{move.code}{move.day:%d%m%y}  {move.day:%d%m%y}"
    return f"{head}{move.label[:31]:<31}  {rank:07d}  {_amount(move.amount)}"


def _more(move: Move) -> str:
    head = f"05{BANK}{'':4}{BRANCH}EUR2 {ACCOUNT}{move.code}{move.day:%d%m%y}     LIB"
    return f"{head}{move.label[:70]:<70}"


def _amount(amount: Decimal) -> str:
    digits = f"{abs(int(amount * 100)):014d}"
    return digits[:13] + (_NEGATIVE if amount < 0 else _POSITIVE)[int(digits[13])]
