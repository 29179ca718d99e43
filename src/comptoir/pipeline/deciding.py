"""What a person says of a piece, over what the machine read."""

from datetime import datetime

from django.utils import timezone

from comptoir.domain.notice import Kind, place
from comptoir.pipeline.between import books_of, tell
from comptoir.pipeline.booking import rebook
from comptoir.pipeline.missing import relist, relist_of
from comptoir.pipeline.noticing import tell_people
from comptoir.pipeline.reading import follow_reading, propose, propose_again
from comptoir.records.deposits import actions as deposits
from comptoir.records.deposits.models import Document
from comptoir.records.firms import members
from comptoir.records.firms import queries as people
from comptoir.records.firms.models import CompanyMembership, Person
from comptoir.records.ledger import actions as ledger
from comptoir.records.matching import actions as matching
from comptoir.records.notices.actions import Fact
from comptoir.records.readings import duplicates
from comptoir.records.readings.models import Resemblance


def decide_duplicate(*, resemblance: Resemblance, is_same: bool, by: Person, at: datetime) -> None:
    """A person says whether a piece is a paper that is here already: then it is set aside, else it goes its way.

    Raises `ledger.AlreadyPosted`: what is in the books is taken back first.
    """
    document = resemblance.document
    with books_of(document.company):
        if is_same:
            ledger.refuse_posted(document=document)
        if not duplicates.decide(resemblance=resemblance, is_same=is_same, by=by, at=at):
            return
        if is_same:
            dismiss(document=document, reason=DUPLICATE, by=by, at=at)
        else:
            propose(document)
            relist_of(document, at=at)
            tell(document)


DUPLICATE = "Déjà reçue : c’est un doublon."
"""What the client reads: not which piece it doubles, that another person may have handed in."""


def dismiss(*, document: Document, reason: str, by: Person, at: datetime) -> None:
    """The firm sets a piece aside: its draft goes, and what it justified is missing again.

    Raises `ledger.AlreadyPosted`: what is in the books is taken back first.
    """
    with books_of(document.company):
        ledger.refuse_posted(document=document)
        deposits.dismiss(document=document, reason=reason, by=by, at=at)
        ledger.withdraw_draft(document=document)
        freed = matching.forget(document=document, by=by, at=at)
        rebook(document.company, freed, at=at)
        relist(document.company, freed, at=at)
        tell(document)
        _tell_depositor(document, reason, by=by, at=at)


def _tell_depositor(document: Document, reason: str, *, by: Person, at: datetime) -> None:
    """Who handed it in, if they are the client's: nobody else need hear of it."""
    seats = people.members(document.company, timezone.localdate(at))
    chosen = [row.person for row in seats if row.person_id == document.deposited_by_id]
    path = place(document.company_id, f"pieces/{document.pk}/", is_firm=False)
    fact = Fact(Kind.SET_ASIDE, f"aside-{document.pk}-{at.timestamp()}", f"Pièce écartée : {reason}", path)
    tell_people(document.company, chosen, fact, is_firm=False, at=at, but=by)


def reopen(*, document: Document, by: Person, at: datetime) -> None:
    """A piece set aside is taken back, and goes its way again."""
    with books_of(document.company):
        deposits.reopen(document=document, by=by, at=at)
        follow_reading(document, at=at)


def set_claimant_account(*, membership: CompanyMembership, account: str, by: Person, at: datetime) -> None:
    """The firm says which account a person of the company is paid back by; what waits is proposed again."""
    with books_of(membership.company):
        if members.set_claimant_account(membership=membership, account=account, by=by, at=at):
            propose_again.defer(firm_id=str(membership.firm_id), company_id=str(membership.company_id))
