"""A bank’s file comes in."""

from datetime import datetime

from comptoir.gateways.bank import files as bank_files
from comptoir.lib.live import announce
from comptoir.pipeline.between import books_of, movement_days
from comptoir.pipeline.booking import book
from comptoir.pipeline.matching import pair
from comptoir.records.banking import actions as banking
from comptoir.records.banking.models import BankAccount
from comptoir.records.firms.models import Person


def import_statement(
    *, account: BankAccount, content: bytes, filename: str, by: Person | None, at: datetime
) -> banking.Import:
    """A bank's file comes in: proved, kept, booked and matched, each movement once, or refused whole.

    Raises `bank_files.NotAStatement`, `bank_files.DoesNotAddUp`, `banking.OtherAccount`.
    """
    file = bank_files.read(content, filename)
    with books_of(account.company):
        imported = banking.import_statements(account=account, file=file, filename=filename, by=by, at=at)
        book(account.company, imported.transactions, at=at)
        if imported.transactions:
            new = [transaction.pk for transaction in imported.transactions]
            pair(account.company, new=new, around=movement_days(imported.transactions), at=at)
        announce(account.company_id, ["bank", "production"])
    return imported
