"""A ZIP written while it is sent: one file of it in memory at a time, however large the whole is."""

import io
import zipfile
from collections.abc import AsyncIterator, Callable, Iterable, Iterator

from asgiref.sync import sync_to_async

Member = tuple[str, Callable[[], bytes]]


class _Sink(io.RawIOBase):
    """Takes what is written, and gives it up."""

    def __init__(self) -> None:
        self.written = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        self.written += memoryview(data)  # type: ignore[arg-type]  # a buffer, which this Python cannot name
        return memoryview(data).nbytes  # type: ignore[arg-type]  # likewise

    def taken(self) -> bytes:
        """What was written since."""
        found, self.written = bytes(self.written), bytearray()
        return found


def zipped(members: Iterable[Member]) -> Iterator[bytes]:
    """The ZIP of these, piece by piece."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in members:
            archive.writestr(name, content())
            yield sink.taken()
    yield sink.taken()


async def sent(parts: Iterator[bytes]) -> AsyncIterator[bytes]:
    """The same, each part made when the one before has left."""
    following = sync_to_async(lambda: next(parts, None))
    while (part := await following()) is not None:
        yield part


def plain(way: str) -> str:
    """A way that every system can unpack: no sign that one of them forbids, no part longer than its file system takes."""
    return "/".join(_short(part.translate(_FORBIDDEN).strip(" .")) or "sans nom" for part in way.split("/"))


def _short(name: str) -> str:
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 10:
        stem, dot, ending = name, "", ""
    room = LONGEST - len(f"{dot}{ending}".encode())
    return f"{stem.encode()[:room].decode(errors='ignore')}{dot}{ending}"


LONGEST = 200
"""Bytes of a name; most file systems take 255, and a rank may come after it."""
_FORBIDDEN = str.maketrans(dict.fromkeys('\\:*?"<>|', " "))
