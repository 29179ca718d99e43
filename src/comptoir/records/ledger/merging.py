"""Books kept before the bank came: proposed as pairs of lines and movements, merged in one act, undone while nothing is final."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction as db
from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from comptoir.domain import merging as domain
from comptoir.domain import period
from comptoir.domain.fault import Fault
from comptoir.domain.merging import Merger, Proved, Side
from comptoir.domain.money import french
from comptoir.records.audit.actions import record
from comptoir.records.banking.models import BankAccount, Transaction
from comptoir.records.firms.models import Company, Person
from comptoir.records.ledger import locks, reconciling
from comptoir.records.ledger.actions import BROUGHT_FORWARD
from comptoir.records.ledger.models import Entry, Lettrage, Line, Merge, MergedLine


class NotMergeable(Exception):
    """Ces écritures et ces mouvements ne s’accordent pas : rien n’a été fusionné."""


class Moved(NotMergeable):
    """Le dossier a changé depuis que vous le regardez : voici ce qu’il en est maintenant."""


class NotUndoable(Exception):
    """Cette fusion ne peut plus être défaite : des écritures du compte ont été validées depuis."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What merging an account would do; it may be done where there is no fault."""

    account: BankAccount
    proved: Proved
    merger: Merger
    before: Decimal
    faults: tuple[Fault, ...]
    apart: frozenset[str] = field(default_factory=frozenset)
    underway: frozenset[str] = field(default_factory=frozenset)

    @property
    def unsure(self) -> list[domain.Pair]:
        """The pairs to look at first."""
        return [pair for pair in self.merger.pairs if not pair.is_sure]

    @property
    def sure(self) -> list[domain.Pair]:
        """The pairs that leave no doubt."""
        return [pair for pair in self.merger.pairs if pair.is_sure]

    @property
    def key(self) -> str:
        """What a person has seen: another plan has another key."""
        told = [f"{pair.line.id} {pair.movement.id}" for pair in self.merger.pairs]
        told += [one.id for one in (*self.merger.alone, *self.merger.unbooked)]
        return hashlib.sha256("\n".join(told).encode()).hexdigest()[:32]

    @property
    def books(self) -> Decimal:
        """What the account will hold for the bank on the last day."""
        told = (*(pair.movement for pair in self.merger.pairs), *self.merger.unbooked)
        return self.before + sum((one.amount for one in told), Decimal(0))


def plan(
    account: BankAccount, *, apart: Collection[str] = frozenset(), underway: Collection[str] = frozenset()
) -> Plan | None:
    """What merging would do; None where no statement proves the account."""
    proved = reconciling.proved(account)
    if proved is None:
        return None
    lines = list(_lines(account, proved).select_related("entry"))
    sides = {str(line.pk): _side(line) for line in lines}
    found = domain.merge(list(sides.values()), [_moved(row) for row in _movements(account, proved)], apart=apart)
    paired = [UUID(pair.line.id) for pair in found.pairs]
    before = reconciling.worth(reconciling.before(account, proved.opened_on).exclude(pk__in=paired))
    # What the books held when the first statement began is its old balance, not a line without a movement.
    merger = Merger(found.pairs, tuple(one for one in found.alone if one.on >= proved.opened_on), found.unbooked)
    faults = domain.faults(proved, merger, before=before, underway=underway)
    faults += _locked(account, [UUID(pair.movement.id) for pair in found.pairs])
    return Plan(account, proved, merger, before, tuple(faults), frozenset(apart), frozenset(underway))


def doubled(company: Company) -> dict[UUID, int]:
    """Of each account of the bank that has movements, how many lines were kept beside them."""
    beside = Transaction.objects.filter(
        company=company,
        account__ledger_account=OuterRef("account"),
        booked_on__gte=OuterRef("entry__dated_on") - domain.LATEST,
        booked_on__lte=OuterRef("entry__dated_on") + domain.EARLIEST,
    )
    known = dict(BankAccount.objects.filter(company=company).values_list("ledger_account", "pk"))
    rows = _kept(Line.objects.filter(Exists(beside), company=company, account__in=known))
    found: dict[UUID, int] = {}
    for number in rows.values_list("account", flat=True):
        found[known[number]] = found.get(known[number], 0) + 1
    return found


@db.atomic
def merge(*, plan: Plan, by: Person, at: datetime) -> tuple[Merge, list[UUID]]:
    """Keep the lines that were there, take back the entries that their movements had made beside them; says of which ones.

    Raises `NotMergeable` with every fault, and where the books do not come out as the bank proves, after all.
    """
    if plan.faults:
        raise NotMergeable(" ".join(str(fault) for fault in plan.faults))
    account = plan.account
    if not plan.merger.pairs:
        raise NotMergeable("Aucune ligne des livres ne ressemble à un mouvement de la banque.")
    row = Merge.objects.create(
        firm_id=account.firm_id,
        company_id=account.company_id,
        account=account,
        until=plan.proved.closed_on,
        pairs=len(plan.merger.pairs),
        by=by,
        at=at,
    )
    moved = [UUID(pair.movement.id) for pair in plan.merger.pairs]
    _take_back(moved)
    MergedLine.objects.bulk_create(
        [
            MergedLine(
                firm_id=row.firm_id,
                company_id=row.company_id,
                merge=row,
                line_id=UUID(pair.line.id),
                transaction_id=UUID(pair.movement.id),
            )
            for pair in plan.merger.pairs
        ],
        batch_size=2000,
    )
    _refuse_unbalanced(plan)
    record("merge_books", row, by=by, at=at, account=account.ledger_account, pairs=row.pairs, until=str(row.until))
    return row, moved


@db.atomic
def undo(*, merge: Merge, by: Person, at: datetime) -> list[UUID]:
    """The movements of a merge are booked on their own again; says which ones. Raises `NotUndoable`."""
    held = Merge.objects.select_for_update(of=("self",)).select_related("account").get(pk=merge.pk)
    if held.undone_at is not None:
        return []
    final = Line.objects.filter(
        company=held.company_id, account=held.account.ledger_account, validated_at__gt=held.at
    )
    if final.exists():
        raise NotUndoable(NotUndoable.__doc__)
    rows = MergedLine.objects.filter(merge=held)
    moved = list(rows.values_list("transaction_id", flat=True))
    if locked := _locked(held.account, moved):
        raise NotUndoable(str(locked[0]))
    rows.delete()
    held.undone_by, held.undone_at = by, at
    held.save(update_fields=["undone_by", "undone_at"])
    record("undo_merge", held, by=by, at=at, account=held.account.ledger_account, pairs=held.pairs)
    return moved


def merges(account: BankAccount) -> list[Merge]:
    """What was merged on an account, the last first."""
    return list(Merge.objects.filter(account=account).select_related("by", "undone_by").order_by("-at")[:10])


def found(company: Company, merge_id: UUID) -> Merge | None:
    """A merge of this company, or None."""
    return Merge.objects.filter(company=company, pk=merge_id).select_related("company", "account").first()


def letters_on(plan: Plan) -> list[Entry]:
    """The entries that merging takes back and that the machine has lettered."""
    moved = [UUID(pair.movement.id) for pair in plan.merger.pairs]
    return list(Entry.objects.filter(transaction__in=moved, lines__lettered__isnull=False).distinct())


def _lines(account: BankAccount, proved: Proved) -> QuerySet[Line]:
    rows = Line.objects.filter(company=account.company_id, account=account.ledger_account)
    return _kept(rows).filter(
        entry__dated_on__gte=proved.opened_on - domain.EARLIEST, entry__dated_on__lte=proved.closed_on
    )


def _kept(lines: QuerySet[Line]) -> QuerySet[Line]:
    """Lines that people kept, by hand or in another software: no movement made them, and they were not undone."""
    kept = lines.filter(entry__transaction=None, entry__posted_at__isnull=False, merged=None)
    return kept.filter(entry__reverses=None, entry__reversed_by=None).exclude(entry__journal__code=BROUGHT_FORWARD)


def _movements(account: BankAccount, proved: Proved) -> QuerySet[Transaction]:
    """Movements that have no entry, or one that may still be taken back: neither final nor lettered by a person."""
    by_person = Lettrage.objects.filter(lettered__line__entry__transaction=OuterRef("pk"), by__isnull=False)
    rows = Transaction.objects.filter(
        ~Exists(by_person), account=account, merged=None, booked_on__lte=proved.closed_on
    )
    return rows.filter(withdrawal=None, undoes=None, entry__validated_at=None)


def _side(line: Line) -> Side:
    return Side(str(line.pk), line.entry.dated_on, line.debit - line.credit, line.label)


def _moved(row: Transaction) -> Side:
    return Side(str(row.pk), row.booked_on, row.amount, row.label)


def _locked(account: BankAccount, transactions: Sequence[UUID]) -> list[Fault]:
    """Merging takes entries out of the books, undoing puts them back: neither on a locked day."""
    until = locks.locked_until(account.company_id)
    behind = (
        Transaction.objects.filter(pk__in=transactions, booked_on__lte=until)
        if until
        else Transaction.objects.none()
    )
    if until is None or not behind.exists():
        return []
    return [period.locked(until, period.REOPEN)]


def _take_back(transactions: Sequence[UUID]) -> None:
    """What the machine made of these movements leaves the books: the lines that were there before tell them."""
    entries = Entry.objects.posted().filter(transaction__in=transactions)
    Line.objects.filter(entry__in=entries).delete()
    entries.delete()


def _refuse_unbalanced(plan: Plan) -> None:
    """Asked of the books themselves, once the merge is made: without what is underway, they hold what the bank proves."""
    account, proved = plan.account, plan.proved
    lines = Line.objects.filter(
        company=account.company_id,
        account=account.ledger_account,
        entry__posted_at__isnull=False,
        entry__dated_on__lte=proved.closed_on,
    )
    told_later = [UUID(one.id) for one in plan.merger.alone]
    books = reconciling.worth(lines.exclude(pk__in=told_later))
    # A line dated by its paper may stand beyond the last day, or its movement have no year to be booked in.
    late = Transaction.objects.filter(
        Q(entry=None) | Q(entry__posted_at=None), account=account, booked_on__lte=proved.closed_on, merged=None
    )
    books += late.aggregate(sum=Sum("amount"))["sum"] or Decimal(0)
    if books != proved.closing:
        raise NotMergeable(
            f"Après la fusion, les livres porteraient {french(books)}\u00a0€ au {proved.closed_on:%d/%m/%Y}, et le "
            f"relevé prouve {french(proved.closing)}\u00a0€. Rien n’a été fusionné."
        )
