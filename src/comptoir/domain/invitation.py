"""An invitation: how long its link opens, and where it stands."""

from datetime import datetime, timedelta
from enum import StrEnum

LASTS = timedelta(days=7)
"""How long a link opens after it was sent."""

REST = timedelta(minutes=1)
"""How long a letter that has just left is given: pressed twice, a button sends one, whose link opens."""


class State(StrEnum):
    """Where an invitation stands."""

    NOT_SENT = "not_sent"
    SENT = "sent"
    ACCEPTED = "accepted"
    EXPIRED = "expired"
    REVOKED = "revoked"

    @property
    def french(self) -> str:
        """As the list of collaborators says it."""
        return _FRENCH[self]


_FRENCH = {
    State.NOT_SENT: "Non envoyée",
    State.SENT: "Envoyée",
    State.ACCEPTED: "Acceptée",
    State.EXPIRED: "Expirée",
    State.REVOKED: "Révoquée",
}


def state(
    *,
    sent_at: datetime | None,
    expires_at: datetime | None,
    accepted_at: datetime | None,
    revoked_at: datetime | None,
    now: datetime,
) -> State:
    """What its moments say together: an acceptance counts before all, a revocation before an expiry."""
    if accepted_at is not None:
        return State.ACCEPTED
    if revoked_at is not None:
        return State.REVOKED
    if sent_at is None:
        return State.NOT_SENT
    return State.EXPIRED if expires_at is None or expires_at <= now else State.SENT
