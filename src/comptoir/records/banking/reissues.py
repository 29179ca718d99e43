"""A statement that its bank issues again, corrected: other words for a movement add nothing, what it no longer tells is gone."""

from dataclasses import dataclass

from comptoir.domain.movement import Movement, reworded
from comptoir.records.banking import telling
from comptoir.records.banking.models import Alias, BankAccount, Statement, Transaction
from comptoir.records.banking.telling import Telling


@dataclass(frozen=True, slots=True)
class Issue:
    """What an issue corrects of those before: how many movements it tells in other words, and those that it tells no longer."""

    reworded: int = 0
    withdrawn: tuple[Transaction, ...] = ()


def compare(*, account: BankAccount, told: Telling) -> Issue:
    """Of a statement's movements, those that are new only in their words; each is known by these too from now on."""
    gone = _gone(account, told)
    if not gone:
        return Issue()
    fresh = [one for some in telling.each_fresh(told) for one in some]
    kept = [Movement(row.booked_on, row.amount, row.label) for row in gone]
    again = reworded([moved for moved, _ in fresh], kept)
    telling.keep_as([_alias(gone[rank], *fresh[place]) for place, rank in again.items()])
    found = set(again.values())
    return Issue(len(again), tuple(row for rank, row in enumerate(gone) if rank not in found))


def _gone(account: BankAccount, told: Telling) -> list[Transaction]:
    """What an earlier issue of this very statement gave and this one no longer tells.

    The same statement begins at the same balance on the same day and ends on the same day, both issues proved: what lies
    between is then the bank's last word. Nothing less says so: a movement may bear a day of another statement.
    """
    statement = told.statement
    if not statement.is_proved or statement.opened_on is None or statement.closed_on is None:
        return []
    asked = {"opened_on": statement.opened_on, "closed_on": statement.closed_on, "opening": statement.opening}
    issues = list(Statement.objects.filter(account=account, closing__isnull=False, **asked))
    if not issues:
        return []
    rows = Transaction.objects.filter(account=account, statement__in=issues, withdrawal=None)
    return list(telling.untold(rows, told).order_by("booked_on", "id"))


def _alias(kept: Transaction, movement: Movement, fingerprint: str) -> Alias:
    return Alias(
        firm_id=kept.firm_id,
        company_id=kept.company_id,
        account_id=kept.account_id,
        fingerprint=fingerprint,
        transaction=kept,
        label=movement.label[:500],
    )
