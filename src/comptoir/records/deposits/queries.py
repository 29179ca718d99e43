"""Reading originals back, and proving that they are what came in."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import storages

from comptoir.domain.fault import Fault
from comptoir.records.deposits.actions import address
from comptoir.records.deposits.models import Document, Original, Readable
from comptoir.records.firms.models import Company, Person


def get(document_id: UUID) -> Document:
    """A piece with its company and original."""
    return Document.objects.select_related("company", "original").get(pk=document_id)


def visible(company: Company, document_id: UUID, *, only_by: Person | None = None) -> Document | None:
    """A piece of this company (of one depositor only, for a *déposant*), or None."""
    rows = Document.objects.of(company)
    if only_by is not None:
        rows = rows.deposited_by(only_by)
    return rows.select_related("original", "company", "deposited_by").filter(pk=document_id).first()


def visible_ones(
    company: Company, document_ids: Sequence[UUID], *, only_by: Person | None = None
) -> list[Document]:
    """Pieces of this company (of one depositor only, for a *déposant*), in the order asked for."""
    rows = Document.objects.of(company).standing()
    if only_by is not None:
        rows = rows.deposited_by(only_by)
    found = rows.select_related("original", "company", "deposited_by").in_bulk(list(document_ids))
    return [found[key] for key in dict.fromkeys(document_ids) if key in found]


def content(original: Original) -> bytes:
    """The bytes as they came."""
    with storages["originals"].open(address(original.sha256)) as file:
        return bytes(file.read())


def readable(document: Document) -> Original | None:
    """The page that came beside an e-invoice's data."""
    row = Readable.objects.filter(document=document).select_related("original").first()
    return row.original if row else None


def derived(original: Original, name: str) -> bytes | None:
    """What was made from the original earlier (a page's picture), or None."""
    store, place = storages["derived"], f"{address(original.sha256)}/{name}"
    if not store.exists(place):
        return None
    with store.open(place) as file:
        return bytes(file.read())


def keep_derived(original: Original, name: str, made: bytes) -> None:
    """Keep what was made from the original: it can be made again, so nothing is lost with it."""
    store, place = storages["derived"], f"{address(original.sha256)}/{name}"
    if not store.exists(place):
        store.save(place, ContentFile(made))


def verify_originals() -> Iterator[Fault]:
    """Each original that is gone, or is no longer what its fingerprint says."""
    rows = Original.objects.values_list("sha256", flat=True).distinct().order_by("sha256")
    yield from verify_stored(rows.iterator())


def verify_stored(named: Iterable[str]) -> Iterator[Fault]:
    """Each of these contents that the store has lost, or that is no longer what its fingerprint says."""
    for sha256 in named:
        if not storages["originals"].exists(address(sha256)):
            yield Fault("original_lost", f"L’original {sha256} manque.", "Restaurez la sauvegarde.")
        elif _fingerprint(sha256) != sha256:
            yield Fault("original_changed", f"L’original {sha256} a changé.", "Restaurez la sauvegarde.")


def _fingerprint(sha256: str) -> str:
    with storages["originals"].open(address(sha256)) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
