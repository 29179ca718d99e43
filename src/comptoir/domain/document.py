"""What becomes of a piece: its status, derived from facts, never stored."""

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """Where a piece stands, in the order in which it gets there."""

    RECEIVED = "received"
    READING = "reading"
    TO_REVIEW = "to_review"
    PROPOSED = "proposed"
    POSTED = "posted"
    DISMISSED = "dismissed"
    KEPT = "kept"

    @property
    def french(self) -> str:
        """The word that screens and lists say."""
        return _SAID[self]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a piece."""

    is_admin: bool = False
    is_dismissed: bool = False
    is_posted: bool = False
    is_read: bool = False
    is_being_read: bool = False
    has_fault: bool = False
    has_doubt: bool = False


def status(facts: Facts) -> Status:
    """The status that the facts give; what a person decided comes before what the machine thinks."""
    if facts.is_dismissed:
        return Status.DISMISSED
    if facts.is_posted:
        return Status.POSTED
    if facts.is_admin:
        return Status.KEPT
    if not facts.is_read:
        return Status.READING if facts.is_being_read else Status.RECEIVED
    return Status.TO_REVIEW if facts.has_fault or facts.has_doubt else Status.PROPOSED


_SAID = {
    Status.RECEIVED: "Reçue",
    Status.READING: "En lecture",
    Status.TO_REVIEW: "À revoir",
    Status.PROPOSED: "Proposée",
    Status.POSTED: "Comptabilisée",
    Status.DISMISSED: "Écartée",
    Status.KEPT: "Conservée",
}
