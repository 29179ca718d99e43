"""Keeping what was read, and what a person corrected."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from comptoir.domain import proposal
from comptoir.domain.reading import FIELDS, Kind, Reading, Value
from comptoir.records.audit.actions import record as log
from comptoir.records.deposits.models import Document
from comptoir.records.firms.models import Person
from comptoir.records.readings import codec, queries
from comptoir.records.readings import models as rows


class NotAValue(Exception):
    """Cette valeur n’est pas valable."""

    def __init__(self, field: str, written: str) -> None:
        super().__init__(f"« {written[:60]} » n’est pas une valeur possible de « {field} ».")
        self.field = field


def start(*, document: Document, at: datetime) -> None:
    """The piece is being read now; an earlier reading stays until the new one is there."""
    defaults = {**_owner(document), "started_at": at, "kind": Kind.OTHER}
    rows.Reading.objects.get_or_create(document=document, defaults=defaults)


@transaction.atomic
def record(*, document: Document, reading: Reading, look: str = "", at: datetime) -> Reading:
    """Keep a machine's reading, and how the page looks; what a person corrected stays over it."""
    values = codec.to_json(reading)
    _keep(document, at, fault="", values=values, text=reading.text, kind=reading.kind.value, look=look)
    return _columns(document)


@transaction.atomic
def record_fault(*, document: Document, sentence: str, at: datetime) -> None:
    """Keep why the piece could not be read, in the words that the client will see; what was read before stays."""
    if rows.Reading.objects.filter(document=document, read_at__isnull=False).exclude(values={}).exists():
        return
    _keep(document, at, fault=sentence[:400], values={}, kind=Kind.OTHER)


@transaction.atomic
def correct(*, document: Document, values: dict[str, str], by: Person, at: datetime) -> Reading:
    """Set fields by hand, whatever a machine reads before or after; raises `NotAValue`."""
    before = queries.corrections(document)
    checked = {field: _checked(field, written) for field, written in values.items()}
    for field, value in checked.items():
        if before.get(field) != value:
            rows.Correction.objects.create(
                **_owner(document), document=document, field=field, value=value, by=by, at=at
            )
    log("correct", document, by=by, at=at, **checked)
    return _columns(document)


def _keep(document: Document, at: datetime, **read: Any) -> None:
    defaults = {**_owner(document), "started_at": at, "read_at": at, **read}
    rows.Reading.objects.update_or_create(document=document, defaults=defaults)


def _owner(document: Document) -> dict[str, Any]:
    return {"firm_id": document.firm_id, "company_id": document.company_id}


def _checked(field: str, written: str) -> str:
    if field not in FIELDS:
        raise NotAValue(field, written)
    try:
        value = codec.parse(field, written)
    except ValueError as error:
        raise NotAValue(field, written) from error
    return value.isoformat() if isinstance(value, date) else str(value)


def _columns(document: Document) -> Reading:
    reading = queries.current(document) or codec.blank()
    rows.Reading.objects.filter(document=document).update(
        kind=reading.kind.value,
        number=_text(reading.number, 100),
        issued_on=_plain(reading.issued_on),
        due_on=_plain(reading.due_on),
        supplier=_text(reading.supplier, 200),
        supplier_siren=_text(reading.supplier_siren, 9),
        supplier_vat=_text(reading.supplier_vat, 20),
        customer=_text(reading.customer, 200),
        currency=_text(reading.currency, 3) or "EUR",
        total=_plain(reading.total),
        has_doubt=bool(proposal.doubts(reading)),
    )
    return reading


def _plain(value: Value[Any] | None) -> Any:
    return value.value if value else None


def _text(value: Value[str] | None, length: int) -> str:
    return value.value[:length] if value else ""
