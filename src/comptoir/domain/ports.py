"""The doors of the domain to the outer world: what a reader owes, whatever engine stands behind it."""

from typing import Protocol

from comptoir.domain.reading import Identity, Reading


class Reader(Protocol):
    """Reads one piece. `own` is the dossier's company, which is never the supplier of its own purchases."""

    def read(self, content: bytes, *, filename: str, own: Identity | None = None) -> Reading: ...
