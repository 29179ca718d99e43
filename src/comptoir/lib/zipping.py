"""A ZIP written while it is sent: one file of it in memory at a time, however large the whole is."""

import io
import unicodedata
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


class Ways:
    """Gives each file a way of its own, on every system: small and capital letters, and both spellings of an accent, are
    one there, and a file and a folder cannot bear one name."""

    def __init__(self) -> None:
        self.files: set[str] = set()
        self.folders: set[str] = set()

    def given(self, way: str) -> str:
        """The way as it may be written, a rank added to what is there already."""
        *folders, name = plain(way).split("/")
        place = ""
        for folder in folders:
            place += f"{self._free(place, folder, self.files)}/"
            self.folders.add(_key(place.rstrip("/")))
        place += self._free(place, name, self.files | self.folders)
        self.files.add(_key(place))
        return place

    def _free(self, place: str, name: str, taken: set[str]) -> str:
        stem, dot, ending = _parted(name)
        rank, one = 1, name
        while _key(place + one) in taken:
            rank += 1
            one = f"{stem} ({rank}){dot}{ending}"
        return one


def _key(way: str) -> str:
    return unicodedata.normalize("NFC", way.casefold())


def plain(way: str) -> str:
    """A way that every system can unpack: no sign that one of them forbids, no part longer than its file system takes."""
    return "/".join(_short(part.translate(_FORBIDDEN).strip(" .")) or "sans nom" for part in way.split("/"))


def _short(name: str) -> str:
    stem, dot, ending = _parted(name)
    room = LONGEST - len(f"{dot}{ending}".encode())
    return f"{stem.encode()[:room].decode(errors='ignore')}{dot}{ending}"


def _parted(name: str) -> tuple[str, str, str]:
    """The name and its ending, where what follows the last dot is one."""
    stem, dot, ending = name.rpartition(".")
    return (stem, dot, ending) if dot and len(ending) <= 10 else (name, "", "")


LONGEST = 200
"""Bytes of a name; most file systems take 255, and a rank may come after it."""
_FORBIDDEN = str.maketrans(dict.fromkeys('\\:*?"<>|', " "))
