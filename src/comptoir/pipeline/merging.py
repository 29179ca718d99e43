"""Books kept before the bank came are merged with its movements: nothing stands twice, or nothing changes."""

from collections.abc import Collection
from datetime import datetime

from comptoir.lib.live import announce
from comptoir.pipeline.between import books_of
from comptoir.pipeline.booking import book
from comptoir.pipeline.lettering import unletter_by_machine
from comptoir.pipeline.missing import relist
from comptoir.records.banking.models import BankAccount, Transaction
from comptoir.records.firms.models import Person
from comptoir.records.ledger import merging
from comptoir.records.ledger.models import Merge


def merge_books(
    *,
    account: BankAccount,
    apart: Collection[str],
    underway: Collection[str],
    seen: str,
    by: Person,
    at: datetime,
) -> Merge:
    """Merge as the person has seen it: lines that were kept stay, what only the bank knows is booked.

    Raises `merging.NotMergeable` with every reason, `merging.Moved` where the plan is not what was seen any more.
    """
    company = account.company
    with books_of(company):
        plan = merging.plan(account, apart=apart, underway=underway)
        if plan is None or plan.key != seen:
            raise merging.Moved(merging.Moved.__doc__)
        touched = [pk for entry in merging.letters_on(plan) for pk in unletter_by_machine(entry, by=by, at=at)]
        row, moved = merging.merge(plan=plan, by=by, at=at)
        relist(company, {*moved, *touched}, at=at)
        announce(company.pk, ["bank", "production", "missing"])
    return row


def undo_merge(*, merge: Merge, by: Person, at: datetime) -> None:
    """Take a merge back: its movements are booked on their own again. Raises `merging.NotUndoable`."""
    company = merge.company
    with books_of(company):
        moved = merging.undo(merge=merge, by=by, at=at)
        waiting = Transaction.objects.filter(pk__in=moved, entry=None).select_related("account")
        book(company, list(waiting), at=at)
        announce(company.pk, ["bank", "production", "missing"])
