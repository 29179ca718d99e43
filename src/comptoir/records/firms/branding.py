"""How a firm shows itself to its clients: the name on its mails, its colour, its logo."""

import hashlib
from datetime import datetime
from uuid import UUID

from django.db import transaction

from comptoir.domain.branding import accent_fault
from comptoir.records.audit.actions import record
from comptoir.records.firms.models import Firm, FirmLogo, Person


class NotReadableColour(Exception):
    """Cette couleur ne serait pas lisible."""


@transaction.atomic
def write(*, firm: Firm, sender_name: str, accent: str, by: Person, at: datetime) -> None:
    """Another name on mails, another colour. Raises `NotReadableColour`."""
    if fault := accent_fault(accent):
        raise NotReadableColour(fault)
    row = Firm.objects.select_for_update(no_key=True).get(pk=firm.pk)
    wanted = {"sender_name": sender_name, "accent": accent}
    changes = {name: value for name, value in wanted.items() if getattr(row, name) != value}
    if changes:
        Firm.objects.filter(pk=row.pk).update(**changes)
        record("set_branding", row, by=by, at=at, **changes)


@transaction.atomic
def put_logo(*, firm: Firm, png: bytes, by: Person, at: datetime) -> None:
    """Keep a logo in place of the last."""
    key = hashlib.sha256(png).hexdigest()[:16]
    row = Firm.objects.select_for_update(no_key=True).get(pk=firm.pk)
    FirmLogo.objects.update_or_create(firm=row, defaults={"png": png})
    Firm.objects.filter(pk=row.pk).update(logo=key)
    record("set_branding", row, by=by, at=at, logo=key)


@transaction.atomic
def remove_logo(*, firm: Firm, by: Person, at: datetime) -> None:
    """Show the firm's name alone; said twice, it is said once."""
    row = Firm.objects.select_for_update(no_key=True).get(pk=firm.pk)
    if row.logo:
        FirmLogo.objects.filter(firm=row).delete()
        Firm.objects.filter(pk=row.pk).update(logo="")
        record("set_branding", row, by=by, at=at, logo="")


def logo_by(firm_id: UUID) -> bytes | None:
    """The logo of the firm with this identifier, for its letters."""
    row = FirmLogo.objects.filter(firm=firm_id).first()
    return bytes(row.png) if row else None


def logo_of(firm: Firm) -> bytes | None:
    """The firm's logo, as a PNG; None without one."""
    row = FirmLogo.objects.filter(firm=firm).first()
    return bytes(row.png) if row else None
