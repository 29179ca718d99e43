"""Antivirus: a scanner by setting, none by default.

`clamd://host:port` or `clamd:///path/to/socket` speaks to ClamAV's daemon; `memory:` knows EICAR's test file only.
"""

from typing import Protocol
from urllib.parse import urlsplit

from comptoir.gateways.antivirus import clamd, memory


class Unreachable(Exception):
    """Le contrôle antivirus ne répond pas : rien n’a été gardé. Recommencez dans quelques minutes."""

    def __init__(self) -> None:
        super().__init__(self.__class__.__doc__)


class Scanner(Protocol):
    """Looks for what harms."""

    def found(self, content: bytes) -> str:
        """The name of what was found in the bytes, or nothing; raises `Unreachable`."""
        ...


def scanner(address: str) -> Scanner | None:
    """The scanner that a setting names; None where none is wanted. Raises `ValueError` for an unknown one."""
    if not address:
        return None
    parts = urlsplit(address)
    if parts.scheme == "memory":
        return memory.Scanner()
    if parts.scheme == "clamd":
        return _Clamd(clamd.Scanner(parts.hostname or "", parts.port or 3310, parts.path))
    raise ValueError(f"COMPTOIR_ANTIVIRUS: {address}")


class _Clamd:
    """The daemon behind the port: its silence has the port's own name."""

    def __init__(self, daemon: clamd.Scanner) -> None:
        self.daemon = daemon

    def found(self, content: bytes) -> str:
        """What the daemon found."""
        try:
            return self.daemon.found(content)
        except (OSError, clamd.Refused) as error:
            raise Unreachable from error
