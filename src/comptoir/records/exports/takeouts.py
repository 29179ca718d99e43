"""Asking for a whole dossier, keeping what was made, taking it home, and removing what is old."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.core.files.base import File
from django.core.files.storage import storages
from django.db import transaction

from comptoir.lib import rows
from comptoir.records.audit.actions import record
from comptoir.records.exports.models import KEPT, Takeout
from comptoir.records.firms.models import Company, Person

PATIENCE = timedelta(hours=6)
"""How long one may be in the making before it is taken for lost."""
SHOWN = 10
PART = 1024 * 1024


class BeingMade(Exception):
    """L’archive de ce dossier est déjà en préparation : un avis vous dira quand elle est prête."""


@transaction.atomic
def ask(*, company: Company, is_firm: bool, by: Person, at: datetime) -> Takeout:
    """Ask for the whole dossier. Raises `BeingMade` while one is for this side."""
    row = Takeout(firm_id=company.firm_id, company=company, asked_by=by, asked_at=at, is_firm=is_firm)
    if not rows.add(row):
        raise BeingMade(BeingMade.__doc__)
    record("ask_takeout", row, by=by, at=at)
    return row


def to_make(key: UUID) -> Takeout | None:
    """One that is still to be made, held until the commit."""
    found = Takeout.objects.select_for_update(of=("self",)).filter(pk=key, made_at=None, failed_at=None)
    return found.select_related("company__firm", "asked_by").first()


@transaction.atomic
def keep(*, row: Takeout, made: Path, files: int, unread: int, at: datetime) -> None:
    """It is made: its bytes are stored, then it is said."""
    store = storages["default"]
    store.delete(row.stored)  # a try that fell may have left a part of it
    with made.open("rb") as file:
        store.save(row.stored, File(file))
    row.made_at, row.files, row.unread, row.size = at, files, unread, made.stat().st_size
    row.save(update_fields=["made_at", "files", "unread", "size"])
    record("export_dossier", row, by=row.asked_by, at=at, files=files)


@transaction.atomic
def take_home(*, row: Takeout, by: Person, at: datetime) -> Iterator[bytes]:
    """Its bytes, part by part, for somebody to take home; the log says who."""
    record("take_dossier_home", row, by=by, at=at, files=row.files)
    return _parts(row.stored)


def _parts(name: str) -> Iterator[bytes]:
    with storages["default"].open(name) as file:
        while part := file.read(PART):
            yield part


@transaction.atomic
def give_up(*, before: datetime, at: datetime) -> list[Takeout]:
    """Those that nobody makes any more: they can be asked for again."""
    lost = list(
        Takeout.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(made_at=None, failed_at=None, asked_at__lte=before)
        .select_related("company__firm", "asked_by")
    )
    Takeout.objects.filter(pk__in=[row.pk for row in lost]).update(failed_at=at)
    for row in lost:
        record("takeout_failed", row, by=None, at=at)
    return lost


@transaction.atomic
def remove_old(*, at: datetime) -> int:
    """Remove the bytes of those whose time is over; their rows stay."""
    old = list(Takeout.objects.filter(made_at__lte=at - KEPT, removed_at=None))
    for row in old:
        storages["default"].delete(row.stored)
    Takeout.objects.filter(pk__in=[row.pk for row in old]).update(removed_at=at)
    return len(old)


def of(company: Company, *, is_firm: bool) -> Sequence[Takeout]:
    """The last ones that this side asked for, latest first."""
    rows_of = Takeout.objects.filter(company=company, is_firm=is_firm).select_related("asked_by")
    return list(rows_of.order_by("-asked_at", "-pk")[:SHOWN])


def ready(company: Company, key: UUID, at: datetime, *, is_firm: bool) -> Takeout | None:
    """One that this side asked for and can download at this moment."""
    rows_of = Takeout.objects.filter(company=company, pk=key, is_firm=is_firm)
    return rows_of.filter(made_at__gt=at - KEPT, removed_at=None).first()
