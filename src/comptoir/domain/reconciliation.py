"""The reconciliation of a bank account (*état de rapprochement*): the bank's balance, the books', and what lies between."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from comptoir.domain.money import total


@dataclass(frozen=True, slots=True)
class Proof:
    """What one statement proves: a balance on its first day, and one on its last."""

    opened_on: date | None
    opening: Decimal
    closed_on: date
    closing: Decimal


@dataclass(frozen=True, slots=True)
class Gap:
    """Between two statements that do not follow each other, one is missing: what moved meanwhile is this much."""

    after: date
    before: date
    moved: Decimal


def gaps(proofs: Iterable[Proof]) -> list[Gap]:
    """Where the old balance of a statement is not the new balance of the one before it, in the order of days.

    A statement that lies within another, or repeats it, leaves none.
    """
    ordered = sorted(proofs, key=lambda proof: (proof.closed_on, proof.opened_on or proof.closed_on))
    found, last = [], None
    for proof in ordered:
        opened_on = proof.opened_on or proof.closed_on
        if last is not None and opened_on >= last.closed_on and proof.opening != last.closing:
            found.append(Gap(last.closed_on, opened_on, proof.opening - last.closing))
        if last is None or proof.closed_on >= last.closed_on:
            last = proof
    return found


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """On one day: bank = books + what differed at the start + what is not booked − what the bank never saw + the unexplained."""

    bank: Decimal
    books: Decimal
    start: Decimal
    """How far the first statement's old balance was from what the books held then."""
    unbooked: Decimal
    alone: Decimal

    @property
    def difference(self) -> Decimal:
        """How far the books are from the bank."""
        return self.bank - self.books

    @property
    def unexplained(self) -> Decimal:
        """What nothing here explains: a statement is missing, or a balance is wrong."""
        return self.difference - self.start - self.unbooked + self.alone


def reconcile(
    *,
    bank: Decimal,
    books: Decimal,
    start: Decimal,
    unbooked: Sequence[Decimal],
    alone: Sequence[Decimal],
) -> Reconciliation:
    """The state from its parts; `unbooked` and `alone` are signed as the bank signs: positive comes in."""
    return Reconciliation(bank, books, start, total(unbooked), total(alone))
