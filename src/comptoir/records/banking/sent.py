"""Long statement files that were sent: kept at once, read by a job, settled with what they gave."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Q, QuerySet
from procrastinate.contrib.django.models import ProcrastinateJob

from comptoir.records.audit.actions import record
from comptoir.records.banking import columns, stored
from comptoir.records.banking.actions import Import
from comptoir.records.banking.models import BankAccount, SentStatement, Transaction, UnreadStatement
from comptoir.records.banking.overlaps import Doubtful, Twice
from comptoir.records.banking.stored import Stored
from comptoir.records.firms.models import Company, Person

MOST_TRIES = 5
"""What stopped its reader so often is said to be unreadable, rather than tried for ever."""
SHOWN = timedelta(days=2)
SHOWN_AT_MOST = 5
PORTION = 1000
"""About so many movements are booked in one go, whole days of them: the books are held for a second or two."""

UNREADABLE = "Ce fichier n’a pas pu être lu. Demandez à la banque un relevé par période plus courte, ou le même dans un autre format."


@transaction.atomic
def send(
    *,
    account: BankAccount,
    file: Stored,
    filename: str,
    by: Person,
    at: datetime,
    twice: Twice = Twice.ASK,
) -> SentStatement:
    """A long file came: it is stored, and will be read."""
    row = SentStatement.objects.create(
        firm_id=account.firm_id,
        company_id=account.company_id,
        account=account,
        filename=filename[-255:],
        stored=file.name,
        size=file.size,
        twice=twice.value,
        by=by,
        at=at,
    )
    record("send_statement", row, by=by, at=at, filename=row.filename, size=file.size)
    return row


def to_read(key: UUID) -> SentStatement | None:
    """One that is not settled yet."""
    found = SentStatement.objects.filter(pk=key, settled_at=None)
    return found.select_related("account__company__firm", "by").first()


def forgotten(*, before: datetime) -> list[SentStatement]:
    """Those that came before that moment, are not settled, and wait in no queue."""
    waiting = ProcrastinateJob.objects.filter(task_name="read_statement", status__in=("todo", "doing"))
    queued = [UUID(args["sent_id"]) for args in waiting.values_list("args", flat=True)]
    return list(SentStatement.objects.filter(settled_at=None, at__lt=before).exclude(pk__in=queued))


@transaction.atomic
def begin(*, row: SentStatement) -> bool:
    """One more try; False where it was tried often enough."""
    row.tries += 1
    row.save(update_fields=["tries"])
    return row.tries <= MOST_TRIES


def kept(*, row: SentStatement, found: Import, at: datetime) -> None:
    """Its movements are kept, in the same transaction as this; they are still to be booked."""
    row.kept_at, row.statements = at, [one.pk for one in found.statements if found.new]
    row.new, row.known, row.announced, row.reworded = found.new, found.known, found.announced, found.reworded
    row.withdrawn, row.elsewhere = len(found.withdrawn), [name[:40] for name in found.elsewhere]
    row.save()


def portion(row: SentStatement) -> tuple[date | None, QuerySet[Transaction]]:
    """The next days to be booked, and the last of them; None where all are."""
    rest = Transaction.objects.filter(statement__in=row.statements)
    if row.booked_until is not None:
        rest = rest.filter(booked_on__gt=row.booked_until)
    some = rest.order_by("booked_on").values("booked_on")[:PORTION]
    last: date | None = some.aggregate(last=Max("booked_on"))["last"]
    found = rest.filter(booked_on__lte=last) if last is not None else rest.none()
    return last, found.select_related("account").order_by("pk")


def booked(*, row: SentStatement, until: date, count: int) -> None:
    """These days are in the books, in the same transaction as this."""
    row.booked_until, row.booked = until, row.booked + count
    row.save(update_fields=["booked_until", "booked"])


@transaction.atomic
def settle(*, row: SentStatement, at: datetime, fault: str = "") -> None:
    """It is read and booked, or refused in a sentence; its bytes are kept no longer."""
    row.settled_at, row.fault = at, fault
    row.save(update_fields=["settled_at", "fault"])
    if fault:
        record("statement_not_taken", row, by=None, at=at, filename=row.filename, fault=fault[:400])
    stored.remove(row.stored)


@transaction.atomic
def ask(
    *, row: SentStatement, waits: UnreadStatement.Waits, at: datetime, doubt: Doubtful | None = None
) -> UnreadStatement:
    """It waits for a person to say what it is."""
    row.settled_at, row.waits = at, waits
    row.save(update_fields=["settled_at", "waits"])
    return columns.keep_unread(
        account=row.account,
        content=Stored(row.stored, row.size),
        filename=row.filename,
        by=row.by,
        at=at,
        waits=waits,
        doubt=doubt,
    )


def recent(company: Company, *, at: datetime) -> Sequence[SentStatement]:
    """Those that are being read, and the last that were, latest first."""
    found = SentStatement.objects.filter(Q(settled_at=None) | Q(settled_at__gt=at - SHOWN), company=company)
    return list(found.select_related("account").order_by("-at", "-pk")[:SHOWN_AT_MOST])
