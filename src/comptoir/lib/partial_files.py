"""Files that are still arriving: bytes added at their end, by one writer at a time, however often it is cut."""

import fcntl
import os
from collections.abc import Iterable
from pathlib import Path


class Busy(Exception):
    """Somebody else is adding to this file now."""


class WrongOffset(Exception):
    """The file does not end where the sender thinks."""

    def __init__(self, offset: int) -> None:
        super().__init__(f"the file ends at {offset}")
        self.offset = offset


class PartialFiles:
    """A folder of them, each known by its name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def offset(self, name: str) -> int:
        """How many bytes are there."""
        try:
            return self._path(name).stat().st_size
        except FileNotFoundError:
            return 0

    def append(self, name: str, offset: int, chunks: Iterable[bytes], *, most: int) -> int:
        """Add bytes at `offset`, up to `most` in all, and say where the file ends now.

        Raises `Busy`, `WrongOffset`. What came before a sender was cut, or the disk was full, stays.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._path(name).open("ab") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise Busy from error
            end = os.fstat(file.fileno()).st_size
            if end != offset:
                raise WrongOffset(end)
            for chunk in chunks:
                end += file.write(chunk[: most - end])
            return end

    def read(self, name: str) -> bytes:
        """All that is there."""
        path = self._path(name)
        return path.read_bytes() if path.exists() else b""

    def forget(self, name: str) -> None:
        """Remove it; one that is not there is gone already."""
        self._path(name).unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        if not name.replace("-", "").isalnum():
            raise ValueError(name)
        return self.folder / name
