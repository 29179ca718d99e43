"""A statement that its bank issues again, corrected: other words for a movement add nothing, what it no longer tells is gone."""

from collections.abc import Sequence
from dataclasses import dataclass

from comptoir.domain.movement import BankStatement, Movement, reworded
from comptoir.records.banking.models import Alias, BankAccount, Statement, Transaction


@dataclass(frozen=True, slots=True)
class Issue:
    """What an issue corrects of those before: the fingerprints of movements in other words, and those told no longer."""

    reworded: frozenset[str] = frozenset()
    withdrawn: tuple[Transaction, ...] = ()


def compare(
    *,
    account: BankAccount,
    statement: BankStatement,
    fingerprints: Sequence[str],
    fresh: Sequence[tuple[Movement, str]],
) -> Issue:
    """Of a statement's movements, those that are new only in their words; each is known by these too from now on."""
    gone = _gone(account, statement, fingerprints)
    if not gone:
        return Issue()
    kept = [Movement(row.booked_on, row.amount, row.label) for row in gone]
    again = reworded([moved for moved, _ in fresh], kept)
    Alias.objects.bulk_create([_alias(gone[rank], *fresh[told]) for told, rank in again.items()])
    withdrawn = tuple(row for rank, row in enumerate(gone) if rank not in set(again.values()))
    return Issue(frozenset(fresh[told][1] for told in again), withdrawn)


def _gone(account: BankAccount, statement: BankStatement, fingerprints: Sequence[str]) -> list[Transaction]:
    """What an earlier issue of this very statement gave and this one no longer tells.

    The same statement begins at the same balance on the same day and ends on the same day, both issues proved: what lies
    between is then the bank's last word. Nothing less says so: a movement may bear a day of another statement.
    """
    if not statement.is_proved or statement.opened_on is None or statement.closed_on is None:
        return []
    issues = Statement.objects.filter(
        account=account,
        opened_on=statement.opened_on,
        closed_on=statement.closed_on,
        opening=statement.opening,
        closing__isnull=False,
    )
    rows = Transaction.objects.filter(account=account, statement__in=issues, withdrawal=None)
    missing = set(rows.values_list("fingerprint", flat=True)).difference(fingerprints)
    if not missing:
        return []
    told = Alias.objects.filter(account=account, fingerprint__in=fingerprints).values("transaction_id")
    return list(rows.filter(fingerprint__in=missing).exclude(pk__in=told).order_by("booked_on", "id"))


def _alias(kept: Transaction, movement: Movement, fingerprint: str) -> Alias:
    return Alias(
        firm_id=kept.firm_id,
        company_id=kept.company_id,
        account_id=kept.account_id,
        fingerprint=fingerprint,
        transaction=kept,
        label=movement.label[:500],
    )
