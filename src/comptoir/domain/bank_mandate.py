"""The mandate by which a client lets the bank send an account's statements to its accountant (EBICS)."""

from enum import StrEnum


class State(StrEnum):
    """Where the mandate of an account stands."""

    NONE = "none"
    TO_SIGN = "to_sign"
    SIGNED = "signed"
    SENT = "sent"
    ACTIVE = "active"
    ENDED = "ended"

    @property
    def french(self) -> str:
        """As screens say it."""
        return _SAID[self]

    @property
    def next_ones(self) -> tuple["State", ...]:
        """What a person may say of it next: the way on, one step back where a step was said by mistake, or its end."""
        return _NEXT[self]


_SAID = {
    State.NONE: "Pas demandé",
    State.TO_SIGN: "À signer",
    State.SIGNED: "Signé",
    State.SENT: "Envoyé à la banque",
    State.ACTIVE: "Actif",
    State.ENDED: "Résilié",
}

_NEXT = {
    State.NONE: (State.TO_SIGN,),
    State.TO_SIGN: (State.SIGNED, State.ENDED),
    State.SIGNED: (State.SENT, State.TO_SIGN, State.ENDED),
    State.SENT: (State.ACTIVE, State.SIGNED, State.ENDED),
    State.ACTIVE: (State.ENDED,),
    State.ENDED: (State.TO_SIGN,),
}
