"""Keeping the client's list: one function, called whenever something that it depends on changed."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from comptoir.domain.missing import needs_document
from comptoir.records.firms.models import Company
from comptoir.records.missing import queries
from comptoir.records.missing.models import Item

BATCH = 5000


@transaction.atomic
def refresh(*, company: Company, transactions: Iterable[UUID] | None, at: datetime) -> bool:
    """Put these transactions on the list or take them off (all of the company's for None); True if it changed."""
    ids = list(transactions) if transactions is not None else queries.all_ids(company)
    batches = [ids[start : start + BATCH] for start in range(0, len(ids), BATCH)]
    changes = [_refresh(company, batch, at) for batch in batches]
    return any(changes)


def _refresh(company: Company, ids: list[UUID], at: datetime) -> bool:
    wanted = {row.id: row for row in queries.booked(company, ids) if needs_document(row.movement, company.policy)}
    listed = set(Item.objects.filter(transaction__in=ids).values_list("transaction_id", flat=True))
    gone, new = listed - wanted.keys(), wanted.keys() - listed
    if gone:
        Item.objects.filter(transaction__in=gone).delete()
    Item.objects.bulk_create(
        [
            Item(
                firm_id=company.firm_id,
                company=company,
                transaction_id=pk,
                booked_on=wanted[pk].movement.booked_on,
                amount=wanted[pk].movement.amount,
                since=at,
            )
            for pk in new
        ],
        ignore_conflicts=True,
        batch_size=1000,
    )
    return bool(gone or new)
