"""`winmail.dat` (TNEF, MS-OXTNEF): the files that Outlook wraps when it thinks that the other side is Outlook too."""

import re
import struct
from collections.abc import Iterator

from comptoir.domain.mail import Attachment
from comptoir.domain.text import on_one_line

_SIGNATURE = 0x223E9F78
_BEGINS, _TITLE, _DATA, _MORE = 0x00069002, 0x00018010, 0x0006800F, 0x00069005
_LONG_NAME = 0x3707
_TEXT, _UNICODE = 0x1E, 0x1F
_VARIABLE = {_TEXT, _UNICODE, 0x0D, 0x102}
_SIZES = {0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_MOST = 500


def attachments(content: bytes) -> Iterator[Attachment]:
    """Each file in it; what is broken ends where it breaks."""
    name, data = "", b""
    for attribute, value in _attributes(content):
        if attribute == _BEGINS:
            if data:
                yield Attachment(name or "piece", data)
            name, data = "", b""
        elif attribute == _TITLE:
            name = _bare(value.decode("cp1252", "replace"))
        elif attribute == _DATA:
            data = value
        elif attribute == _MORE:
            name = _long_name(value) or name
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


def _long_name(properties: bytes) -> str:
    """The whole name of a file (PR_ATTACH_LONG_FILENAME), where its title is the short one of old (`FACTUR~1.PDF`)."""
    try:
        return next((text for identity, text in _texts(properties) if identity == _LONG_NAME), "")
    except (struct.error, KeyError):  # what is broken names nothing
        return ""


def _texts(properties: bytes) -> Iterator[tuple[int, str]]:
    """The properties that are text (MS-OXTNEF §2.1.3.4): a count, then type, identity and values, each on four bytes."""
    (count,) = struct.unpack_from("<I", properties)
    at = 4
    for _ in range(min(count, _MOST)):
        kind, identity = struct.unpack_from("<HH", properties, at)
        at = _after_name(properties, at + 4) if identity >= 0x8000 else at + 4
        if kind not in _VARIABLE:
            at += _SIZES[kind]
            continue
        (values,) = struct.unpack_from("<I", properties, at)
        at += 4
        for _ in range(min(values, _MOST)):
            (length,) = struct.unpack_from("<I", properties, at)
            value = properties[at + 4 : at + 4 + length]
            if kind in (_TEXT, _UNICODE) and len(value) == length:
                yield identity, _spelled(value, kind)
            at += 4 + length + -length % 4


def _after_name(properties: bytes, at: int) -> int:
    """A property of somebody's own has a name before its value: a number, or words."""
    kind, number = struct.unpack_from("<II", properties, at + 16)
    return at + 24 + (number + -number % 4 if kind else 0)


def _spelled(value: bytes, kind: int) -> str:
    text = value.decode("utf-16-le" if kind == _UNICODE else "cp1252", "replace")
    return _bare(text)


def _bare(name: str) -> str:
    """The name without folders, on one line."""
    return on_one_line(re.split(r"[/\\]", name.rstrip("\0"))[-1])[-200:]
