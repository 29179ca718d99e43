"""A ZIP of papers as the files in it: looked at within bounds, nothing run, nothing written anywhere."""

import io
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import PurePosixPath
from typing import NamedTuple

from comptoir.readers.faults import NotReadable

MOST_FILES = 500
MOST_BYTES = 400 * 1024 * 1024
"""What an archive may unfold to in all; each file in it has its own limits besides."""

_LEFT_OUT = {".ds_store", "thumbs.db", "desktop.ini"}
_ZIP = b"PK\x03\x04"
_IS_UTF8 = 0x800


class Member(NamedTuple):
    """A file of an archive: its name there, without folders, and its bytes; or the sentence that says why it has none.

    `path` has the folders; `beside` is the readable page of an e-invoice's data (`pairs.py`).
    """

    filename: str
    content: bytes
    refused: str = ""
    path: str = ""
    beside: "Member | None" = None


class NotAnArchive(NotReadable):
    """Cette archive ZIP est abîmée : refaites-la, ou déposez les fichiers qu’elle contient."""

    code = "not_an_archive"


class ArchiveLocked(NotReadable):
    """Cette archive ZIP est protégée par un mot de passe : décompressez-la, puis déposez les fichiers qu’elle contient."""

    code = "archive_locked"


class ArchiveTooLarge(NotReadable):
    """Cette archive contient plus de 500 fichiers, ou plus de 400 Mo : déposez-la en plusieurs fois."""

    code = "archive_too_large"


class ArchiveEmpty(NotReadable):
    """Cette archive ZIP ne contient aucun fichier."""

    code = "archive_empty"


def is_archive(content: bytes) -> bool:
    """Whether the bytes are a ZIP of files, and not a document of an office program, which is one inside."""
    if not content.startswith((_ZIP, b"PK\x05\x06")):
        return False
    try:
        names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return True
    return not ({"[Content_Types].xml", "mimetype"} & set(names))


def members(content: bytes) -> Iterator[Member]:
    """Each file of a ZIP in its order; raises `NotReadable` where the archive itself cannot be opened."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise NotAnArchive from error
    with archive:
        files = [info for info in archive.infolist() if _is_paper(info)]
        if not files:
            raise ArchiveEmpty
        if len(files) > MOST_FILES or sum(info.file_size for info in files) > MOST_BYTES:
            raise ArchiveTooLarge
        if any(info.flag_bits & 0x1 for info in files):
            raise ArchiveLocked
        for info in files:
            yield _member(archive, info)


def _is_paper(info: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(info.filename.replace("\\", "/"))
    hidden = path.name.lower() in _LEFT_OUT or path.name.startswith("._") or "__MACOSX" in path.parts
    return not info.is_dir() and not hidden


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Member:
    path = _path(info)
    name = PurePosixPath(path).name[-255:] or "sans nom"
    try:
        with archive.open(info) as file:
            # What the archive says of a size is not believed: one byte more than it said is too many.
            content = file.read(info.file_size + 1)
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, EOFError, RuntimeError):
        return Member(name, b"", "ce fichier est abîmé dans l’archive.")
    if len(content) > info.file_size:
        return Member(name, b"", "ce fichier est abîmé dans l’archive.")
    if is_archive(content):
        return Member(name, b"", "une archive dans une archive n’est pas ouverte : déposez-la à part.")
    return Member(name, content, path=path)


def _path(info: zipfile.ZipInfo) -> str:
    """The name with its folders. Macs write UTF-8 without saying so; read as the norm says, « Été » would be « E╠ütÚ »."""
    written = info.filename
    if not info.flag_bits & _IS_UTF8:
        with suppress(UnicodeError):  # names as Windows writes them
            written = written.encode("cp437").decode("utf-8")
    return unicodedata.normalize("NFC", written.replace("\\", "/"))
