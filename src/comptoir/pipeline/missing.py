"""The missing list follows what stands in the books, what the client says, and what the firm decides."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from comptoir.lib import tenancy
from comptoir.lib.live import announce
from comptoir.pipeline.between import books_of, moved
from comptoir.records.deposits.models import Document
from comptoir.records.firms.models import Company, Person
from comptoir.records.matching import queries as matches
from comptoir.records.missing import actions as missing


def ask_missing(company: Company, *, at: datetime) -> None:
    """The firm changed what it asks of a dossier: the whole list is made again."""
    with books_of(company):
        relist(company, None, at=at)


def relist(company: Company, transactions: Iterable[UUID] | None, *, at: datetime) -> None:
    if missing.refresh(company=company, transactions=transactions, at=at):
        announce(company.pk, ["missing"])


def relist_of(document: Document, *, at: datetime) -> None:
    """What is known of a piece changed: the transactions that it is linked with are looked at again."""
    groups = matches.groups(documents=[document.pk])
    relist(document.company, {pk for group in groups for pk in group.transactions}, at=at)


def keep_up(*, company: Company, by: Person, at: datetime) -> None:
    """The firm has kept the dossier up to now: only what comes later counts as new in its portfolio."""
    with tenancy.within(company.firm_id, company.pk):
        missing.keep_up(company=company, by=by, at=at)
        moved(company)
