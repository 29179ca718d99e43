"""Long statement files: stored before the answer, read by a job, booked some days at a time, told on the bank's page.

Whoever sends one waits for none of it, and whoever works in the same books waits for a second or two at a time.
"""

from datetime import datetime
from uuid import UUID

from django.core.files.base import File
from django.utils import timezone
from procrastinate.contrib.django import app

from comptoir.gateways.bank import files as bank_files
from comptoir.lib import tenancy
from comptoir.lib.alone import alone
from comptoir.lib.live import announce
from comptoir.pipeline.bank import follow, import_statement
from comptoir.pipeline.between import AGAIN, books_of
from comptoir.records.banking import actions as banking
from comptoir.records.banking import columns as bank_columns
from comptoir.records.banking import sent, stored
from comptoir.records.banking.models import BankAccount, SentStatement, UnreadStatement
from comptoir.records.banking.overlaps import Doubtful, Twice
from comptoir.records.firms.models import Person

LONG = 128 * 1024
"""Half a second's work in CFONB120 (530 movements), two in CSV (1,700): what is longer is not waited for."""


class BeingRead(Exception):
    """Ce relevé est en cours de lecture."""


def is_long(size: int) -> bool:
    """Whether a file of so many bytes is read by a job."""
    return size > LONG


def send_statement(
    *,
    account: BankAccount,
    file: "bytes | File[bytes]",
    filename: str,
    by: Person,
    at: datetime,
) -> SentStatement:
    """A long file comes in: stored, then read by a job; the page says what it gave."""
    with tenancy.within(account.firm_id, account.company_id):
        held = stored.keep(account.firm_id, file)
        row = sent.send(account=account, file=held, filename=filename, by=by, at=at)
        _queue(row)
    return row


def read_unread(*, unread: UnreadStatement, twice: Twice = Twice.ASK, by: Person, at: datetime) -> SentStatement:
    """A person has said what a long file is: now it is read. Raises `stored.NoLongerThere` where another one did."""
    with tenancy.within(unread.firm_id, unread.company_id):
        held = bank_columns.hand_over(unread=unread)
        if held is None:
            raise stored.NoLongerThere(stored.NoLongerThere.__doc__)
        row = sent.send(account=unread.account, file=held, filename=unread.filename, by=by, at=at, twice=twice)
        _queue(row)
    return row


def _queue(row: SentStatement) -> None:
    announce(row.company_id, ["bank"])
    read_statement_later(row)


def read_statement_later(row: SentStatement) -> None:
    """Queue the reading; one at a time an account, in the order in which they came."""
    read_statement.configure(lock=f"statements-{row.account_id}").defer(
        firm_id=str(row.firm_id), company_id=str(row.company_id), sent_id=str(row.pk)
    )


@app.task(queue="bank", retry=AGAIN, name="read_statement")
def read_statement(firm_id: str, company_id: str, sent_id: str) -> None:
    """Read and book one; taken up where a worker that stopped left it."""
    read_sent(UUID(firm_id), UUID(company_id), UUID(sent_id), at=timezone.now())


def read_sent(firm_id: UUID, company_id: UUID, sent_id: UUID, *, at: datetime) -> None:
    """One that is settled is left as it is. Raises `BeingRead` while another worker has it."""
    with alone(f"statement-{sent_id}") as is_ours:
        if not is_ours:
            raise BeingRead(BeingRead.__doc__)
        with tenancy.within(firm_id, company_id):
            row = sent.to_read(sent_id)
            may_try = row is not None and sent.begin(row=row)
        if row is None:
            return
        if not may_try:
            _settle(row, at=at, fault=sent.UNREADABLE)
            return
        if row.kept_at is None:
            _keep(row, at=at)
        while row.settled_at is None:
            _book_some(row, at=at)


def _keep(row: SentStatement, *, at: datetime) -> None:
    """Its movements are kept, all or none; or it is settled, with why not."""
    try:
        with tenancy.within(row.firm_id, row.company_id):
            found = import_statement(
                account=row.account,
                content=stored.content(row),
                filename=row.filename,
                by=row.by,
                at=at,
                twice=Twice(row.twice),
                books=False,
            )
            sent.kept(row=row, found=found, at=at)
            announce(row.company_id, ["bank"])
    except bank_files.UnknownColumns:
        _ask(row, UnreadStatement.Waits.COLUMNS, None, at=at)
    except Doubtful as doubt:
        _ask(row, UnreadStatement.Waits.TWICE, doubt, at=at)
    except (
        banking.OtherAccount,
        banking.NoMovement,
        bank_files.RefusedFile,
        stored.NoLongerThere,
    ) as refusal:
        _settle(row, at=at, fault=str(refusal))


def _book_some(row: SentStatement, *, at: datetime) -> None:
    """The next days go into the books, whole; after the last it is settled."""
    with books_of(row.account.company):
        until, some = sent.portion(row)
        if until is None:
            _settle(row, at=at)
            return
        # Somebody may have been quicker: a year that opened has booked them, or the bank has taken them back.
        transactions = list(some.filter(entry=None, merged=None, withdrawal=None, undoes=None))
        follow(row.account.company, transactions, at=at, statements=row.statements)
        sent.booked(row=row, until=until, count=len(transactions))


def _settle(row: SentStatement, *, at: datetime, fault: str = "") -> None:
    with tenancy.within(row.firm_id, row.company_id):
        sent.settle(row=row, at=at, fault=fault)
        announce(row.company_id, ["bank"])


def _ask(row: SentStatement, waits: UnreadStatement.Waits, doubt: Doubtful | None, *, at: datetime) -> None:
    with tenancy.within(row.firm_id, row.company_id):
        sent.ask(row=row, waits=waits, at=at, doubt=doubt)
        announce(row.company_id, ["bank"])
