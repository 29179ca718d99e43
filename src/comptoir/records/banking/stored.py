"""Statement files that wait to be read or explained: their bytes lie in the store, their rows know them by name."""

from dataclasses import dataclass
from datetime import datetime
from typing import IO
from uuid import UUID

from django.core.files.base import ContentFile, File
from django.core.files.storage import storages
from django.db import transaction

from comptoir.lib.ids import uuid7
from comptoir.records.banking.models import SentStatement, UnreadStatement


class NoLongerThere(Exception):
    """Ce fichier n’est plus là : quelqu’un vient d’en décider. Rouvrez la page de la banque."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that the store holds, durably before anybody is told that it came."""

    name: str
    size: int


def keep(firm_id: UUID, content: "bytes | File[bytes]") -> Stored:
    """Put a file into the store."""
    file = ContentFile(content) if isinstance(content, bytes) else content
    size = file.size
    return Stored(storages["default"].save(f"{_folder(firm_id)}/{uuid7()}", file), size)


def content(row: SentStatement | UnreadStatement) -> bytes:
    """The bytes of a file that waits; raises `NoLongerThere`."""
    try:
        with storages["default"].open(row.stored) as file:
            return _bytes(file)
    except FileNotFoundError as gone:
        raise NoLongerThere(NoLongerThere.__doc__) from gone


def remove(name: str) -> None:
    """Take a file out of the store, once the act that has settled it is committed."""
    transaction.on_commit(lambda: storages["default"].delete(name))


def sweep(firm_id: UUID, *, before: datetime) -> int:
    """Remove what no row waits for any more: left by a process that stopped between its commit and the removal."""
    store, folder = storages["default"], _folder(firm_id)
    names = {f"{folder}/{name}" for name in _listed(folder)}
    names -= set(UnreadStatement.objects.filter(firm_id=firm_id).values_list("stored", flat=True))
    sent = SentStatement.objects.filter(firm_id=firm_id, settled_at=None)
    names -= set(sent.values_list("stored", flat=True))
    old = [name for name in names if store.get_modified_time(name) < before]
    for name in old:
        store.delete(name)
    return len(old)


def _folder(firm_id: UUID) -> str:
    return f"statements/{firm_id}"


def _listed(folder: str) -> list[str]:
    try:
        return storages["default"].listdir(folder)[1]
    except FileNotFoundError:
        return []


def _bytes(file: "IO[bytes] | File[bytes]") -> bytes:
    return bytes(file.read())
