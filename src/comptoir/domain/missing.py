"""Missing documents: which bank movements still need a piece (`product.md`, *Missing documents*)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

JUSTIFIABLE = ("401", "404", "411")
"""Counterparts that need a document, unless the firm makes others justifiable."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What the firm asks of a dossier: from when, above which amount, on which counterparts."""

    is_on: bool
    since: date | None = None
    floor: Decimal = Decimal("0.00")
    justifiable: tuple[str, ...] = JUSTIFIABLE


@dataclass(frozen=True, slots=True)
class BookedMovement:
    """A bank movement as booked, with what is known of its document."""

    booked_on: date
    amount: Decimal
    counterparts: tuple[str, ...]
    is_matched: bool = False
    is_lettered: bool = False
    is_waived: bool = False
    in_closed_year: bool = False


def needs_document(movement: BookedMovement, policy: Policy) -> bool:
    """Whether the client is asked for a document: the answer never depends on when the firm posts."""
    return (
        policy.is_on
        and not (movement.is_matched or movement.is_lettered or movement.is_waived or movement.in_closed_year)
        and (policy.since is None or movement.booked_on >= policy.since)
        and abs(movement.amount) >= policy.floor
        and any(account.startswith(policy.justifiable) for account in movement.counterparts)
    )
