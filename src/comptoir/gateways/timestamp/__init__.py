"""Time-stamp authority: a third party says that something existed at a moment (RFC 3161); by setting, none by default.

`https://tsa.example/path` asks a real one, with `user:password@` where it wants them; `memory:` is a twin for tests.
"""

from datetime import datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from comptoir.gateways.timestamp import memory, rfc3161
from comptoir.gateways.timestamp.faults import NotAStamp, Unreachable

__all__ = ["Authority", "NotAStamp", "Unreachable", "authority"]


class Authority(Protocol):
    """Says when something was there."""

    name: str
    certificates: bytes
    """The roots by which its answers are judged (PEM), for whoever judges them again."""

    def stamp(self, said: bytes) -> bytes:
        """A token over the SHA-256 of these bytes, as it came and already judged; raises `Unreachable` or `NotAStamp`."""
        ...

    def judged(self, token: bytes, said: bytes) -> datetime:
        """The moment that a token proves for these bytes; raises `NotAStamp` for a token that proves nothing."""
        ...


def authority(address: str, certificates: str = "") -> Authority | None:
    """The authority that a setting names, trusted by the certificates of a PEM file; None where none is wanted.

    Raises `ValueError` for an unknown one, or where nothing says whom to trust.
    """
    if not address:
        return None
    parts = urlsplit(address)
    if parts.scheme == "memory":
        return memory.Authority()
    if parts.scheme in ("http", "https") and parts.hostname:
        if not certificates:
            raise ValueError(
                "COMPTOIR_TIMESTAMP_CA: the authority's root certificate (PEM) is needed to judge its answers"
            )
        return rfc3161.Authority(address, Path(certificates).read_bytes())
    raise ValueError(f"COMPTOIR_TIMESTAMP: {address.rpartition('@')[2]}")
