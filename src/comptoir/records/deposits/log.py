"""The deposit log of a company: each deposit a line, each line sealed upon the one before it."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from comptoir.domain import deposit_log
from comptoir.domain.fault import Fault
from comptoir.records.deposits.models import Arrival, Document, Original
from comptoir.records.firms.models import Company, Person


@transaction.atomic(savepoint=False)
def enter(
    *,
    document: Document,
    original: Original,
    filename: str,
    way: str,
    by: Person | None,
    at: datetime,
    sent: Mapping[str, str] | None = None,
) -> Arrival:
    """Enter a deposit; to be the last thing that its transaction does, since the company's next deposit waits for it."""
    alone(document.company_id)
    last = Arrival.objects.filter(company_id=document.company_id).order_by("-number").first()
    row = Arrival(
        firm_id=document.firm_id,
        company_id=document.company_id,
        number=last.number + 1 if last else 1,
        document=document,
        original=original,
        filename=filename[-255:],
        way=way,
        by=by,
        at=at,
        sent=dict(sent or {}),
    )
    row.seal = deposit_log.seal(_fact(row), previous=last.seal if last else deposit_log.GENESIS)
    row.save(force_insert=True)
    return row


def verify_log() -> Iterator[Fault]:
    """Each line of a deposit log that is no longer what was entered, or that is missing from its row."""
    for company in Company.objects.order_by("pk"):
        yield from _verify_company(company)


def _verify_company(company: Company) -> Iterator[Fault]:
    previous = deposit_log.GENESIS
    rows = Arrival.objects.filter(company=company).select_related("original").order_by("number")
    for number, row in enumerate(rows.iterator(chunk_size=2000), start=1):
        if row.number != number or row.seal != deposit_log.seal(_fact(row), previous=previous):
            yield Fault(
                "deposit_log",
                f"{company.name} : le registre des dépôts ne suit plus à la ligne {number}.",
                "Restaurez la sauvegarde.",
            )
            return
        previous = row.seal


def lines(company: Company) -> Iterator[tuple[Arrival, str]]:
    """Each line of a company's log, with the text that its seal is the SHA-256 of."""
    previous = deposit_log.GENESIS
    rows = Arrival.objects.filter(company=company).select_related("original", "by").order_by("number")
    for row in rows.iterator(chunk_size=2000):
        yield row, deposit_log.written(_fact(row), previous=previous)
        previous = row.seal


def _fact(row: Arrival) -> deposit_log.Arrival:
    return deposit_log.Arrival(
        number=row.number,
        document=row.document_id,
        sha256=row.original.sha256,
        size=row.original.size,
        filename=row.filename,
        way=row.way,
        by=row.by_id,
        at=row.at,
        sent=row.sent,
    )


def alone(company_id: UUID) -> None:
    """One deposit of a company at a time, from here to the commit: a seal needs the one before it.

    Who enters several deposits in one transaction asks before the first: two of them would else wait for each other's bytes.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 41))", [str(company_id)])
