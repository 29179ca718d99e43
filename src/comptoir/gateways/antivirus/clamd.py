"""ClamAV's daemon, by INSTREAM (clamd(8)): the bytes go through a socket, no file is shared."""

import socket
import struct

CHUNK = 256 * 1024
PATIENCE = 60


class Refused(Exception):
    """The daemon answered something else than what it found: too large for its own limit, or no signatures."""


class Scanner:
    """The daemon at a host and port, or behind a local socket."""

    def __init__(self, host: str, port: int, path: str) -> None:
        self.host, self.port, self.path = host, port, path

    def found(self, content: bytes) -> str:
        """The name of what was found, or nothing; raises `OSError`, `Refused`."""
        with self._opened() as wire:
            wire.sendall(b"zINSTREAM\0")
            for start in range(0, len(content), CHUNK):
                piece = content[start : start + CHUNK]
                wire.sendall(struct.pack("!L", len(piece)) + piece)
            wire.sendall(struct.pack("!L", 0))
            answer = _all(wire).rstrip(b"\0\n").decode("utf-8", "replace")
        if answer.endswith("FOUND"):
            return answer.removeprefix("stream:").removesuffix("FOUND").strip()
        if answer != "stream: OK":
            raise Refused(answer)
        return ""

    def _opened(self) -> socket.socket:
        if self.host:
            return socket.create_connection((self.host, self.port), timeout=PATIENCE)
        wire = socket.socket(socket.AF_UNIX)
        wire.settimeout(PATIENCE)
        try:
            wire.connect(self.path)
        except OSError:
            wire.close()
            raise
        return wire


def _all(wire: socket.socket) -> bytes:
    parts = []
    while part := wire.recv(4096):
        parts.append(part)
    return b"".join(parts)
