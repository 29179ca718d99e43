"""Handing in: bytes become an original and a piece; setting a piece aside, and taking it back."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction
from django.db.models import Q

from comptoir.lib import rows
from comptoir.records.audit.actions import note, record
from comptoir.records.deposits.models import Dismissal, Document, Original, Readable
from comptoir.records.firms.models import Company, Person


class AlreadyHandedIn(Exception):
    """Ce fichier est déjà là : il n’a pas été ajouté une seconde fois."""

    def __init__(self, document: Document) -> None:
        super().__init__(self.__doc__)
        self.document = document


@dataclass(frozen=True, slots=True)
class Deposit:
    """One file as it comes in, already looked at: what it is and how many pages it has."""

    content: bytes
    filename: str
    media_type: str
    pages: int
    purpose: str = ""
    channel: str = Document.Channel.WEB
    sha256: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sha256", hashlib.sha256(self.content).hexdigest())


@transaction.atomic(savepoint=False)
def receive(*, company: Company, deposit: Deposit, by: Person | None, sees_all: bool, at: datetime) -> Document:
    """Keep the original bit for bit, and make it a piece.

    Raises `AlreadyHandedIn` where the depositor may see the same bytes in this dossier. A depositor who sees
    only their own gets a piece of their own on the same original; the bytes of a piece set aside reopen it.
    """
    original, is_new = _kept(company, deposit, at)
    for twin in [] if is_new else twins(original, by=by, sees_all=sees_all):
        return reopened(twin, by=by, at=at)
    return enter(company=company, original=original, deposit=deposit, by=by, at=at)


@transaction.atomic(savepoint=False)
def keep_deposit(*, company: Company, deposit: Deposit, at: datetime) -> Original:
    """Keep bytes once for a company, whatever they are handed in for, and hold them until the commit."""
    return _kept(company, deposit, at)[0]


def twins(original: Original, *, by: Person | None, sees_all: bool) -> list[Document]:
    """The pieces that these bytes are already, among those that the depositor may see."""
    same = Document.objects.filter(company=original.company_id).filter(
        Q(original=original) | Q(readable__original=original)
    )
    found = same.standing().select_related("dismissal").order_by("deposited_at", "pk")
    return [twin for twin in found if sees_all or (by is not None and twin.deposited_by_id == by.id)]


@transaction.atomic(savepoint=False)
def enter(*, company: Company, original: Original, deposit: Deposit, by: Person | None, at: datetime) -> Document:
    """A new piece on an original that is kept."""
    document = Document.objects.create(
        firm_id=company.firm_id,
        company=company,
        original=original,
        filename=deposit.filename[-255:],
        purpose=deposit.purpose,
        channel=deposit.channel,
        deposited_by=by,
        deposited_at=at,
    )
    record("deposit", document, by=by, at=at, filename=deposit.filename, sha256=original.sha256)
    return document


@transaction.atomic
def dismiss(*, document: Document, reason: str, by: Person | None, at: datetime) -> Dismissal:
    """Set a piece aside with the reason that the client will read; once only."""
    dismissal, is_new = Dismissal.objects.get_or_create(
        document=document,
        defaults={
            "firm_id": document.firm_id,
            "company_id": document.company_id,
            "reason": reason[:300],
            "by": by,
            "at": at,
        },
    )
    if is_new:
        record("dismiss", document, by=by, at=at, reason=reason)
    return dismissal


def note_taken_away(*, company: Company, count: int, by: Person, at: datetime) -> None:
    """Somebody took copies of pieces away: the log says who, and how many."""
    note("take_away", firm_id=company.firm_id, company_id=company.pk, person_id=by.pk, at=at, count=count)


@transaction.atomic
def reclassify(*, document: Document, purpose: str, by: Person, at: datetime) -> bool:
    """A person says what a piece is for, over what was said when it was handed in; says whether that changed it."""
    if document.purpose == purpose:
        return False
    Document.objects.filter(pk=document.pk).update(purpose=purpose)
    record("reclassify", document, by=by, at=at, former=document.purpose, purpose=purpose)
    document.purpose = purpose
    return True


@transaction.atomic
def say_who_paid(*, document: Document, person: Person, by: Person, at: datetime) -> bool:
    """A person says who advanced a note de frais; says whether that changed it."""
    if document.claimant == person:
        return False
    Document.objects.filter(pk=document.pk).update(paid_by=person)
    document.paid_by = person
    record("say_who_paid", document, by=by, at=at, name=person.full_name)
    return True


class IsDismissed(Exception):
    """Cette pièce est écartée : le cabinet la reprend d’abord."""


def is_dismissed(document: Document) -> bool:
    """Whether the firm set the piece aside, as the database says now."""
    return Dismissal.objects.filter(document=document).exists()


def refuse_dismissed(document: Document) -> None:
    """Raise `IsDismissed` for a piece that was set aside."""
    if is_dismissed(document):
        raise IsDismissed(IsDismissed.__doc__)


@transaction.atomic
def reopen(*, document: Document, by: Person | None, at: datetime) -> None:
    """Take back a piece that was set aside."""
    if Dismissal.objects.filter(document=document).delete()[0]:
        record("reopen", document, by=by, at=at)


def keep(*, company: Company, content: bytes, media_type: str, pages: int, at: datetime) -> Original:
    """The same, for bytes that come as no file of anybody's."""
    return keep_deposit(company=company, deposit=Deposit(content, "", media_type, pages), at=at)


def put_away(deposit: Deposit) -> None:
    """Write the bytes to the store, once: durable when this returns, and nobody's until a company keeps them."""
    store = storages["originals"]
    if not store.exists(address(deposit.sha256)):
        store.save(address(deposit.sha256), ContentFile(deposit.content))


def _kept(company: Company, deposit: Deposit, at: datetime) -> tuple[Original, bool]:
    """The bytes, kept, and whether the company had none like them. Two deposits of the same bytes wait for each other."""
    put_away(deposit)
    original = Original(
        firm_id=company.firm_id,
        company=company,
        sha256=deposit.sha256,
        size=len(deposit.content),
        media_type=deposit.media_type,
        pages=deposit.pages,
        stored_at=at,
    )
    if rows.add(original):
        return original, True
    # The lock is for whoever brings the same bytes next. The row itself is never changed.
    return Original.objects.select_for_update().get(company=company, sha256=deposit.sha256), False


@transaction.atomic(savepoint=False)
def put_beside(*, document: Document, content: bytes, pages: int, at: datetime) -> Original | None:
    """Keep the readable page of an e-invoice's data with it; None where it has one already."""
    if Readable.objects.filter(document=document).exists():
        return None
    page = keep(company=document.company, content=content, media_type="application/pdf", pages=pages, at=at)
    Readable.objects.create(
        firm_id=document.firm_id, company_id=document.company_id, document=document, original=page
    )
    return page


def address(sha256: str) -> str:
    """Where the store keeps these bytes."""
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


def reopened(twin: Document, *, by: Person | None, at: datetime) -> Document:
    """A piece whose bytes came again: taken back where it was set aside; else raises `AlreadyHandedIn`."""
    if not hasattr(twin, "dismissal"):
        raise AlreadyHandedIn(twin)
    reopen(document=twin, by=by, at=at)
    return Document.objects.get(pk=twin.pk)
