"""The reading of a piece as it stands, a person's corrections over it."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q
from procrastinate.contrib.django.models import ProcrastinateJob

from comptoir import readers
from comptoir.domain.reading import Reading
from comptoir.records.deposits.models import Document
from comptoir.records.readings import codec
from comptoir.records.readings import models as rows


def current(document: Document) -> Reading | None:
    """The reading with corrections applied; None before it is read."""
    row = rows.Reading.objects.filter(document=document, read_at__isnull=False).first()
    if row is None:
        return None
    machine = codec.from_json(row.values, row.text) if row.values else codec.blank()
    return codec.corrected(machine, corrections(document))


def forgotten(*, before: datetime) -> list[Document]:
    """Pieces handed in before that moment, never read, and waiting in no queue."""
    waiting = ProcrastinateJob.objects.filter(task_name="read", status__in=("todo", "doing"))
    queued = [UUID(args["document_id"]) for args in waiting.values_list("args", flat=True)]
    unread = Q(reading=None) | Q(reading__read_at=None)
    readable = Document.objects.standing().filter(original__media_type__in=readers.READ)
    return list(readable.filter(unread, deposited_at__lt=before).exclude(pk__in=queued))


def corrections(document: Document) -> dict[str, str]:
    """The last correction of each field."""
    return dict(document.corrections.order_by("at", "id").values_list("field", "value"))
