"""Identifiers that can be made anywhere, sort by time, and tell a stranger nothing of how many there are."""

import os
import time
import uuid


def uuid7() -> uuid.UUID:
    """A UUID of version 7 (RFC 9562): 48 bits of milliseconds, 12 of their fractions (its method 3), 62 random bits."""
    milliseconds, rest = divmod(time.time_ns(), 1_000_000)
    return uuid.UUID(
        int=(milliseconds & (1 << 48) - 1) << 80
        | 0x7 << 76
        | (rest << 12) // 1_000_000 << 64
        | 0b10 << 62
        | int.from_bytes(os.urandom(8)) & (1 << 62) - 1
    )
