"""Rapprochement: pieces and transactions find each other, before anything is posted."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from comptoir.domain import match
from comptoir.lib.live import announce
from comptoir.pipeline.between import books_of, tell
from comptoir.pipeline.booking import rebook
from comptoir.pipeline.lettering import settle, transactions_of
from comptoir.pipeline.missing import relist
from comptoir.records.banking.models import Transaction
from comptoir.records.deposits import actions as deposits
from comptoir.records.deposits.models import Document
from comptoir.records.firms.models import Company, Person
from comptoir.records.ledger import lettrage
from comptoir.records.ledger import queries as books
from comptoir.records.ledger.models import Lettrage
from comptoir.records.matching import actions as matching
from comptoir.records.matching import queries as matches


def pair(company: Company, *, new: Sequence[UUID], around: "matches.Window", at: datetime) -> None:
    """Link new pieces and transactions where the machine is sure, propose the others, before anything is posted."""
    window, fresh = around.with_rivals(), frozenset(map(str, new))
    pieces = matches.open_pieces(company, window)
    concerned = match.near(pieces, matches.open_movements(company, among=new), fresh)
    movements = matches.open_movements(company, window, hints=match.hints(concerned))
    pairings = match.pair(pieces, movements, rejected=matches.rejected(company), around=fresh)
    found = matching.keep_pairings(company=company, pairings=pairings, at=at)
    if found:
        settle(company, documents=[m.document_id for m in found], at=at)
    elif pairings:
        announce(company.pk, ["missing"])


def attach(*, document: Document, transaction: Transaction, by: Person, at: datetime, reason: str = "") -> None:
    """A person says that this piece explains this transaction: it leaves the list with this commit.

    Raises `deposits.IsDismissed` for a piece that was set aside.
    """
    with books_of(document.company):
        deposits.refuse_dismissed(document)
        matching.attach(document=document, transaction=transaction, by=by, at=at, reason=reason)
        settle(document.company, documents=[document.pk], at=at, by_person=True)


def detach(
    *, document: Document, transaction: Transaction, by: Person, at: datetime, may_unletter: bool = True
) -> None:
    """A person says that they do not belong together: the transaction is missing its document again.

    Raises `matching.Settled` where both sides are lettered in the books and the person may not undo that.
    """
    company = document.company
    with books_of(company):
        letters = Lettrage.objects.filter(lettered__line__entry__transaction=transaction)
        if letters and not may_unletter:
            raise matching.Settled(matching.Settled.__doc__)
        touched = {transaction.pk, *(pk for letter in letters for pk in transactions_of(letter))}
        for letter in letters:
            lettrage.unletter(lettrage=letter, by=by, at=at)
        matching.detach(document=document, transaction=transaction, by=by, at=at)
        rebook(company, [transaction.pk], at=at)
        relist(company, touched, at=at)
        tell(document)


def unlink(document: Document, *, at: datetime) -> list[UUID]:
    """Take back the machine's links of a piece that was read wrong, and say which pieces they held beside it.

    What a person linked, and what is in the books already, stays: it is taken back by hand, by whom it may.
    """
    matching.end_proposals_of(document)
    group = next(iter(matches.groups(documents=[document.pk])), None)
    if group is None or group.is_by_person or books.is_any_booked(group.documents):
        return []
    freed = matching.unlink_by_machine(company=document.company, documents=group.documents, at=at)
    rebook(document.company, freed, at=at)
    relist(document.company, freed, at=at)
    return [pk for pk in group.documents if pk != document.pk]
