"""The doors of the domain to the outer world: what a reader owes, whatever engine stands behind it."""

from typing import Protocol

from comptoir.domain.reading import Identity, Reading


class Reader(Protocol):
    """Reads one piece. `own` is the dossier's company, which is never the supplier of its own purchases.

    `beside` is the readable PDF of an e-invoice that came as bare data: it is compared, as ADR 5 has it.
    """

    def read(
        self, content: bytes, *, filename: str, own: Identity | None = None, beside: bytes = b""
    ) -> Reading: ...
