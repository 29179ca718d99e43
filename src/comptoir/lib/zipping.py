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
