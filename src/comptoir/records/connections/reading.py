"""What a shared account tells, as movements: each once, corrected where the bank corrects it, withdrawn where it withdraws."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from comptoir.domain.movement import Movement
from comptoir.gateways.bank import bridge
from comptoir.gateways.bank.bridge import client
from comptoir.records.banking import movements
from comptoir.records.banking.models import Transaction
from comptoir.records.connections.models import Feed, Told


@dataclass(frozen=True, slots=True)
class Read:
    """What a reading brought: movements that are new, and those that the bank has taken back."""

    new: tuple[Transaction, ...]
    withdrawn: tuple[Transaction, ...]


@transaction.atomic
def keep(*, feed: Feed, told: Iterable[bridge.Transaction], at: datetime) -> Read:
    """Keep what an account told since the last time, whole; told again, it changes nothing.

    `feed.reached` moves only with the rows it stands for: a reading that was cut is made again from where it began.
    """
    feed = Feed.objects.select_for_update(of=("self",)).select_related("account", "connection").get(pk=feed.pk)
    if feed.account is None or feed.opens_on is None or feed.connection.ended_at is not None:
        return Read((), ())
    heard = {row.id: row for row in told}  # told twice in one list, the later counts
    rows = Told.objects.filter(feed=feed, external_id__in=heard).select_related("transaction")
    known = {row.external_id: row for row in rows}
    changes = [_change(feed, known.get(key), row) for key, row in heard.items()]
    withdrawn = _withdraw([change for change in changes if change.is_withdrawal])
    new = _add(feed, [change for change in changes if change.is_arrival], at)
    _remember([change.row for change in changes])
    for row in heard.values():
        feed.reached = client.later(feed.reached, row.updated_at)
    feed.read_at = at
    feed.save(update_fields=["reached", "read_at"])
    return Read(new, withdrawn)


@dataclass(slots=True)
class _Change:
    """A movement as it stands now, and what it was here before."""

    row: Told
    movement: Movement
    former: Transaction | None

    @property
    def is_withdrawal(self) -> bool:
        return self.former is not None and self.row.transaction_id is None

    @property
    def is_arrival(self) -> bool:
        return self.row.is_standing and self.row.transaction_id is None


def _change(feed: Feed, known: Told | None, told: bridge.Transaction) -> _Change:
    moved = client.movement(told)
    assert feed.opens_on is not None
    # « À venir » is on no account yet; a movement of nothing moves nothing; before the first day, files told it.
    counts = not told.deleted and not told.future and bool(moved.amount)
    stands = counts and (
        moved.booked_on >= feed.opens_on or (known is not None and known.transaction_id is not None)
    )
    row = known or Told(firm_id=feed.firm_id, company_id=feed.company_id, feed=feed, external_id=told.id)
    former = row.transaction if known else None
    is_another = known is not None and (known.booked_on, known.amount) != (moved.booked_on, moved.amount)
    row.booked_on, row.amount, row.label, row.is_standing = (
        moved.booked_on,
        moved.amount,
        moved.label[:500],
        stands,
    )
    if former is not None and (is_another or not stands):
        row.transaction = None
        row.version += 1
    return _Change(row, moved, former)


def _withdraw(changes: Sequence[_Change]) -> tuple[Transaction, ...]:
    return tuple(change.former for change in changes if change.former is not None)


def _add(feed: Feed, changes: Sequence[_Change], at: datetime) -> tuple[Transaction, ...]:
    """The movements that are new here; one that a file told already is that one."""
    assert feed.account is not None
    moved = [(f"bridge|{change.row.external_id}|{change.row.version}", change.movement) for change in changes]
    days = {change.movement.booked_on for change in changes}
    before = Told.objects.filter(feed=feed, transaction__booked_on__in=days).values_list("transaction", flat=True)
    kept = movements.take(account=feed.account, movements=moved, by_it=set(before), at=at)
    for change, row in zip(changes, kept.each, strict=True):
        change.row.transaction = row
    return kept.new


def _remember(rows: Sequence[Told]) -> None:
    fields = ["booked_on", "amount", "label", "is_standing", "version", "transaction"]
    Told.objects.bulk_create([row for row in rows if row._state.adding], batch_size=2000)
    Told.objects.bulk_update([row for row in rows if not row._state.adding], fields, batch_size=500)
