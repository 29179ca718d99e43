"""Movements come from the bank, by a file or by a connection: kept, booked and matched, each once; taken back where it says so."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.db import transaction as db

from comptoir.domain.movement import Told
from comptoir.gateways.bank import files as bank_files
from comptoir.lib import tenancy
from comptoir.lib.live import announce
from comptoir.pipeline.between import books_of
from comptoir.pipeline.booking import book, book_mirror, rebook
from comptoir.pipeline.lettering import unletter_by_machine
from comptoir.pipeline.matching import pair
from comptoir.pipeline.missing import relist
from comptoir.records.banking import actions as banking
from comptoir.records.banking import cards, movements, telling
from comptoir.records.banking import columns as bank_columns
from comptoir.records.banking.models import BankAccount, Transaction
from comptoir.records.banking.overlaps import Doubtful, Twice
from comptoir.records.banking.telling import Telling
from comptoir.records.firms.models import Company, Person
from comptoir.records.matching import actions as matching
from comptoir.records.matching.queries import around_movements


def import_statement(
    *,
    account: BankAccount,
    content: bytes,
    filename: str,
    by: Person | None,
    at: datetime,
    columns: Mapping[str, bank_files.Columns] | None = None,
    twice: Twice = Twice.ASK,
    books: bool = True,
) -> banking.Import:
    """A bank's file comes in: proved, kept, booked and matched, each movement once, or refused whole.

    `columns` explains the headings of a table that the firm does not know yet, `twice` says whether movements that seem known
    under other words are; without `books`, whoever asks books what is new. Raises `bank_files.NotAStatement` (`UnknownColumns` where they have to be explained),
    `bank_files.DoesNotAddUp`, `banking.OtherAccount`, `Doubtful` where a person has to say `twice`.
    """
    explained = bank_columns.explained(account.firm_id) | dict(columns or {})
    digest = _digest(content, explained)
    with tenancy.within(account.firm_id, account.company_id):
        again = banking.brought_again(account=account, digest=digest, filename=filename, by=by, at=at)
    if again is not None:
        return again
    told = bank_files.tell(content, filename, explained)
    return take(
        account=account, told=told, filename=filename, by=by, at=at, twice=twice, digest=digest, books=books
    )


def _digest(content: bytes, explained: Mapping[str, bank_files.Columns]) -> str:
    """Of the bytes, and of what the firm says of columns: explained otherwise, the same table says something else."""
    said = repr(sorted(explained.items(), key=lambda one: one[0])).encode()
    return hashlib.sha256(hashlib.sha256(content).digest() + said).hexdigest()


def doubt(*, account: BankAccount, content: bytes, filename: str, at: datetime) -> Doubtful | None:
    """What somebody would be asked of a file: an import that is made and taken back at once; None where nothing is asked.

    Raises what `import_statement` does.
    """
    told = bank_files.tell(content, filename, bank_columns.explained(account.firm_id))
    with _laid_out(account, told, at=at) as tellings, books_of(account.company):
        look = db.savepoint()
        try:
            banking.import_statements(account=account, tellings=tellings, filename=filename, by=None, at=at)
        except Doubtful as asked:
            return asked
        finally:
            db.savepoint_rollback(look)
    return None


def take(
    *,
    account: BankAccount,
    told: Iterable[Told],
    filename: str,
    by: Person | None,
    at: datetime,
    twice: Twice,
    digest: str = "",
    books: bool = True,
) -> banking.Import:
    """What statements tell goes to their account, whoever brought them; into the books at once, unless who asks does it (`books`).

    Raises `banking.OtherAccount`, `Doubtful` where `twice` asks, and what telling raises.
    """
    with _laid_out(account, told, at=at) as tellings, books_of(account.company):
        imported = banking.import_statements(
            account=account, tellings=tellings, filename=filename, by=by, at=at, twice=twice, digest=digest
        )
        undo(account.company, imported.withdrawn, at=at)
        purchases = cards.detailed(account=account, told=imported.detailed, at=at)
        detailed = Transaction.objects.filter(pk__in=[row.pk for row in purchases])
        follow(account.company, imported.transactions | detailed if books else detailed, at=at)
    return imported


@contextmanager
def _laid_out(account: BankAccount, told: Iterable[Told], *, at: datetime) -> Iterator[list[Telling]]:
    """What a file tells, read before anybody waits for it: the books are held once it is compared with what they keep."""
    with tenancy.within(account.firm_id, account.company_id), telling.laid_out(told, at.date()) as tellings:
        yield tellings


def follow(
    company: Company, transactions: Iterable[Transaction], *, at: datetime, statements: Sequence[UUID] = ()
) -> None:
    """What new movements bring about, in the books of the company; those of `statements` come some days at a time."""
    if days := book(company, transactions, at=at, statements=statements):
        pair(company, new=list(days), around=around_movements(days.values()), at=at)
    announce(company.pk, ["bank", "production"])


def undo(company: Company, transactions: Sequence[Transaction], *, at: datetime) -> None:
    """The bank takes movements back: what they justified is unpaid again, and each is undone where it was booked."""
    made = movements.withdraw(transactions=transactions, at=at)
    if not made:
        return
    gone = [row.transaction for row in made]
    cards.release(transactions=gone)
    for transaction in gone:
        if entry := getattr(transaction, "entry", None):
            unletter_by_machine(entry, by=None, at=at)
    matching.release(transactions=gone, at=at)
    rebook(company, [transaction.pk for transaction in gone], at=at)
    for row in made:
        book_mirror(row.transaction, row.mirror, at=at)
    relist(company, [pk for row in made for pk in (row.transaction_id, row.mirror_id)], at=at)
    announce(company.pk, ["bank", "production", "missing", "documents"])
