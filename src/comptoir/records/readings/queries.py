"""The reading of a piece as it stands, a person's corrections over it."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet
from procrastinate.contrib.django.models import ProcrastinateJob

from comptoir import readers
from comptoir.domain.reading import Kind, Reading
from comptoir.records.deposits.models import Document
from comptoir.records.firms.models import Company, Person
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


@dataclass(frozen=True, slots=True)
class LastTill:
    """What the last Z of a company says of the next: its day and number, its rates, its means of payment."""

    day: date
    number: str
    rates: tuple[Decimal, ...]
    means: tuple[str, ...]


def last_till(company: Company, *, only_by: Person | None = None) -> LastTill | None:
    """The last Z de caisse that was read, of those that one may see; None where there never was one."""
    row = _tills(company, only_by).filter(issued_on__isnull=False).order_by("-issued_on", "-pk").first()
    if row is None or row.issued_on is None:
        return None
    found = codec.from_json(row.values, row.text) if row.values else codec.blank()
    rates = tuple(line.rate for line in found.vat_lines)
    return LastTill(row.issued_on, row.number, rates, tuple(taking.means for taking in found.takings))


def till_days(company: Company, *, since: date) -> list[date]:
    """The days that have a Z."""
    tills = _tills(company, None).filter(issued_on__gte=since)
    return [day for day in tills.values_list("issued_on", flat=True) if day]


def _tills(company: Company, only_by: Person | None) -> QuerySet[rows.Reading]:
    found = rows.Reading.objects.filter(company=company, kind=Kind.Z_DE_CAISSE, document__dismissal=None)
    return found.filter(document__deposited_by=only_by) if only_by else found


def by_kind(company: Company) -> dict[str, int]:
    """How many readings of each kind a company has, as far as the session may see it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT said, n FROM pieces_by_kind(%s)", [company.pk])
        return dict(cursor.fetchall())
