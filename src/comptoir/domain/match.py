"""Rapprochement: which piece explains which bank movement, before anything is posted."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class OpenPiece:
    """A piece that waits for its movement. `amount` is signed as the bank will show it: a purchase is negative.

    Already matched parts are taken off `amount` by the caller. `names` are the ways the other party may be
    written in a label (supplier's name, names learned from past matches).
    """

    id: str
    amount: Decimal
    issued_on: date | None
    due_on: date | None
    names: tuple[str, ...] = ()
    number: str | None = None
    is_sure: bool = True


@dataclass(frozen=True, slots=True)
class OpenMovement:
    """A bank movement that waits for its piece."""

    id: str
    amount: Decimal
    booked_on: date
    label: str
    counterparty: str | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Pairing:
    """Pieces and movements that belong together, with a score from 0 to 1 and its reason in French words."""

    pieces: tuple[str, ...]
    movements: tuple[str, ...]
    score: float
    reason: str
    is_sure: bool = field(default=False)
