"""Entries: posted, corrected, taken back, reversed, validated."""

from datetime import date, datetime

from comptoir.domain import entry as domain_entry
from comptoir.lib.live import announce
from comptoir.pipeline.between import books_of, tell
from comptoir.pipeline.booking import open_begun, tell_anew
from comptoir.pipeline.lettering import settle, unletter_by_machine
from comptoir.pipeline.missing import relist, relist_of
from comptoir.records.deposits import actions as deposits
from comptoir.records.deposits.models import Document
from comptoir.records.firms.models import Company, Person
from comptoir.records.ledger import actions as ledger
from comptoir.records.ledger.models import Entry, FiscalYear
from comptoir.records.matching import settling


def post(*, entry: Entry, by: Person, at: datetime, content: domain_entry.Entry | None = None) -> Entry:
    """The firm accepts an entry, as proposed or as it rewrote it; it is lettered by itself where it is paid.

    Raises `ledger.Refused`, `ledger.AlreadyPosted`, `deposits.IsDismissed`.
    """
    with books_of(entry.company):
        if entry.document:
            deposits.refuse_dismissed(entry.document)
        if content is not None:
            entry = ledger.revise(entry=entry, content=content, by=by, at=at)
        open_begun(entry.company, entry.dated_on, at=at)
        entry = ledger.post(entry=entry, by=by, at=at)
        if entry.document:
            settle(entry.company, documents=[entry.document.pk], at=at)
            tell(entry.document)
        announce(entry.company_id, ["production"])
    return entry


def write(*, document: Document, content: domain_entry.Entry, by: Person, at: datetime) -> Entry:
    """A person writes and posts the entry of a piece for which none is proposed: by its way to be kept, or its kind.

    Raises `ledger.Refused`, `ledger.NoFiscalYear`, `deposits.IsDismissed`; nothing is kept then.
    """
    with books_of(document.company):
        deposits.refuse_dismissed(document)
        entry = ledger.write(document=document, content=content, by=by, at=at)
        return post(entry=entry, by=by, at=at)


def take_back(*, entry: Entry, by: Person, at: datetime) -> Entry:
    """A person makes a posted entry a draft again; the letter that the machine gave it goes, a person's does not.

    Raises `ledger.Refused` where a person lettered it, `ledger.AlreadyValidated` where it is final.
    """
    with books_of(entry.company):
        touched = unletter_by_machine(entry, by=by, at=at)
        entry = ledger.take_back(entry=entry, by=by, at=at)
        relist(entry.company, touched, at=at)
        if entry.document:
            relist_of(entry.document, at=at)
            tell(entry.document)
    return entry


def revise(*, entry: Entry, content: domain_entry.Entry, by: Person, at: datetime) -> Entry:
    """A person rewrites an entry that is not validated."""
    with books_of(entry.company):
        entry = ledger.revise(entry=entry, content=content, by=by, at=at)
        if entry.document:
            relist_of(entry.document, at=at)
        announce(entry.company_id, ["production"])
    return entry


def reverse(*, entry: Entry, on: date, by: Person, at: datetime) -> Entry:
    """A person undoes a validated entry by its mirror, posted on a day of an open year.

    Where it told a movement of the bank, the mirror is of its 512 too, and the movement is told anew the same day, to be placed as any
    other: the bank screen, the missing list, suspense and letters read that entry from then on. Raises `ledger.Refused`, also where a
    person lettered it.
    """
    movement = entry.transaction
    with books_of(entry.company):
        touched = unletter_by_machine(entry, by=by, at=at)
        open_begun(entry.company, on, at=at)
        mirror = ledger.reverse(entry=entry, on=on, by=by, at=at)
        settling.letter_with_mirror(entry, mirror, by=by, at=at)
        if movement:
            tell_anew(movement, entry, on=on, at=at)
        relist(entry.company, touched, at=at)
        if entry.document:
            relist_of(entry.document, at=at)
        announce(entry.company_id, ["bank", "production"])
    return mirror


def validate(*, company: Company, year: FiscalYear, until: date, by: Person, at: datetime) -> int:
    """Make everything posted up to a day final, and say how many entries that was."""
    with books_of(company):
        entries = Entry.objects.posted().filter(company=company, fiscal_year=year, dated_on__lte=until)
        count = ledger.validate(entries=entries, by=by, at=at)
        announce(company.pk, ["production"])
    return count
