"""A file as a form brings it: bounded before it is read, refused in a sentence."""

from django.http import HttpRequest

LARGEST = 25 * 1024 * 1024


class NoFile(Exception):
    """Aucun fichier n’est arrivé. Choisissez-en un, puis recommencez."""


class TooHeavy(Exception):
    """Ce fichier est trop lourd."""


def upload(request: HttpRequest, name: str = "file") -> tuple[bytes, str]:
    """The bytes and the name of the form's file; raises `NoFile` or `TooHeavy`."""
    file = request.FILES.get(name)
    if file is None:
        raise NoFile(NoFile.__doc__)
    if (file.size or 0) > LARGEST:
        raise TooHeavy(
            f"« {file.name} » dépasse 25 Mo : il n’a pas été gardé. Réduisez-le ou coupez-le en plusieurs fichiers."
        )
    return file.read(), file.name or "sans nom"
