"""A file as a form brings it: bounded before it is read, refused in a sentence."""

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

LARGEST = 25 * 1024 * 1024
LARGEST_STATEMENT = 100 * 1024 * 1024
"""A shop's year of 100,000 card payments is 24 MB in CFONB120 and 57 MB in camt.053."""


class NoFile(Exception):
    """Aucun fichier n’est arrivé. Choisissez-en un, puis recommencez."""


class TooHeavy(Exception):
    """Ce fichier est trop lourd."""


def upload(request: HttpRequest, name: str = "file", largest: int = LARGEST) -> tuple[bytes, str]:
    """The bytes and the name of the form's file; raises `NoFile` or `TooHeavy`."""
    file = arrived(request, name, largest)
    return bytes(file.read()), file.name or "sans nom"


def arrived(request: HttpRequest, name: str = "file", largest: int = LARGEST) -> "UploadedFile[bytes]":
    """The form's file, not read yet; raises `NoFile` or `TooHeavy`."""
    file = request.FILES.get(name)
    if file is None:
        raise NoFile(NoFile.__doc__)
    _refuse_heavy(file, largest)
    return file


def several(request: HttpRequest, name: str = "file") -> "list[UploadedFile[bytes]]":
    """Every file of the form; raises `NoFile`."""
    files = request.FILES.getlist(name)
    if not files:
        raise NoFile(NoFile.__doc__)
    return files


def content(file: "UploadedFile[bytes]", largest: int = LARGEST) -> bytes:
    """The bytes of a file, once it is known not to be too heavy; raises `TooHeavy`."""
    _refuse_heavy(file, largest)
    came: bytes = file.read()
    return came


def _refuse_heavy(file: "UploadedFile[bytes]", largest: int) -> None:
    if (file.size or 0) > largest:
        raise TooHeavy(
            f"« {file.name} » dépasse {largest // (1024 * 1024)} Mo : il n’a pas été gardé. "
            "Réduisez-le ou coupez-le en plusieurs fichiers."
        )
