"""The mandate by which a company lets its firm fetch its invoices at the platform and answer them."""

from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    """Where a mandate stands."""

    NONE = "none"
    TO_SIGN = "to_sign"
    SIGNED = "signed"
    REFUSED = "refused"

    @property
    def french(self) -> str:
        """As screens say it."""
        return _SAID[self]


def state(*, asked_at: datetime | None, signed_at: datetime | None, refused_at: datetime | None) -> State:
    """The state that the moments give: the last thing that happened counts; of one moment, what comes later in order."""
    moments = ((refused_at, State.REFUSED), (signed_at, State.SIGNED), (asked_at, State.TO_SIGN))
    happened = [(moment, what) for moment, what in moments if moment is not None]
    return max(happened, key=lambda item: item[0])[1] if happened else State.NONE


_SAID = {
    State.NONE: "Pas demandé",
    State.TO_SIGN: "À signer",
    State.SIGNED: "Signé",
    State.REFUSED: "Refusé",
}
