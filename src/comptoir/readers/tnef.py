"""`winmail.dat` (TNEF, MS-OXTNEF): the files that Outlook wraps when it thinks that the other side is Outlook too."""

import struct
from collections.abc import Iterator

from comptoir.domain.mail import Attachment
from comptoir.domain.text import on_one_line

_SIGNATURE = 0x223E9F78
_BEGINS, _TITLE, _DATA = 0x00069002, 0x00018010, 0x0006800F


def attachments(content: bytes) -> Iterator[Attachment]:
    """Each file in it; what is broken ends where it breaks."""
    name, data = "", b""
    for attribute, value in _attributes(content):
        if attribute == _BEGINS:
            if data:
                yield Attachment(name or "piece", data)
            name, data = "", b""
        elif attribute == _TITLE:
            name = on_one_line(value.rstrip(b"\0").decode("cp1252", "replace"))[-200:]
        elif attribute == _DATA:
            data = value
    if data:
        yield Attachment(name or "piece", data)


def _attributes(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Level, identity, length, value, sum of the value: one after the other from the seventh byte on."""
    if len(content) < 6 or struct.unpack_from("<I", content)[0] != _SIGNATURE:
        return
    at = 6
    while at + 9 <= len(content):
        _, identity, length = struct.unpack_from("<BII", content, at)
        value = content[at + 9 : at + 9 + length]
        if len(value) < length:
            return
        yield identity, value
        at += 9 + length + 2
