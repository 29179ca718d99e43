"""Files on disk that are there when the caller says so: written aside, flushed, then named."""

import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage


class DurableStorage(FileSystemStorage):
    """Django's storage on disk, with an fsync before the name exists: a crash leaves a whole file or none."""

    def _save(self, name: str, content: "File[bytes]") -> str:
        target = Path(self.path(name))
        target.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=target.parent, prefix=".", delete=False) as aside:
            for chunk in content.chunks():
                aside.write(chunk)
            aside.flush()
            os.fsync(aside.fileno())
        Path(aside.name).chmod(0o640)
        Path(aside.name).rename(target)
        _flush_folder(target.parent)
        return name


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
