"""Every way to an object: a door gives it, with the person's seat, or says that it does not exist (404).

The database's own isolation is the first lock; this is the second. What a person may not see is not there for them:
no 403, no hint.
"""

from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar, cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest
from django.utils import timezone

from comptoir.domain.rights import Act
from comptoir.lib import tenancy
from comptoir.records.banking import queries as bank
from comptoir.records.banking.models import BankAccount, Rule, Transaction
from comptoir.records.deposits import queries as documents
from comptoir.records.deposits.models import Document
from comptoir.records.firms import file as company_file
from comptoir.records.firms import opening as openings
from comptoir.records.firms import queries as people
from comptoir.records.firms.models import (
    ChecklistItem,
    Company,
    Contact,
    DossierImport,
    DossierModel,
    Person,
)
from comptoir.records.firms.queries import FirmSeat, Seat
from comptoir.records.ledger import queries as books
from comptoir.records.ledger.models import Entry, FiscalYear, Lettrage

T = TypeVar("T")

signed_in = login_required
"""Every page but sign-in, first run and health asks who it is."""


class Seen(NamedTuple, Generic[T]):
    """An object of a company, and the seat from which it is seen."""

    seat: Seat
    thing: T


def person(request: HttpRequest) -> Person:
    """Who is signed in; only behind `signed_in`."""
    return cast(Person, request.user)


def company(request: HttpRequest, company_id: UUID, *acts: Act) -> Seat:
    """The company's space, from the client's side or the firm's, for whoever may do one of these acts."""
    return _entered(people.seat(person(request), company_id, timezone.localdate()), acts)


def dossier(request: HttpRequest, company_id: UUID, *acts: Act) -> Seat:
    """The company as its firm works on it: never for the client's own people."""
    return _entered(people.firm_side(person(request), company_id, timezone.localdate()), acts)


def firm(request: HttpRequest, firm_id: UUID, act: Act | None = None) -> FirmSeat:
    """The firm, for those who work there, or only for those of them who may do `act`."""
    seat = _found(people.firm_seat(person(request), firm_id, timezone.localdate()))
    if act is not None and not seat.may(act):
        raise Http404
    tenancy.enter(seat.firm.pk, None)
    return seat


def document(request: HttpRequest, company_id: UUID, document_id: UUID) -> Seen[Document]:
    """A piece: any of the company's for those who may see them, only one's own for a *déposant*."""
    seat = company(request, company_id, Act.SEE_DOCUMENTS, Act.SEE_OWN_DOCUMENTS)
    own = None if seat.may(Act.SEE_DOCUMENTS) else seat.person
    return Seen(seat, _found(documents.visible(seat.company, document_id, only_by=own)))


def document_to_review(request: HttpRequest, company_id: UUID, document_id: UUID, act: Act) -> Seen[Document]:
    """A piece as the firm works on it."""
    return _seen(dossier(request, company_id, act), documents.visible, document_id)


def transaction(request: HttpRequest, company_id: UUID, transaction_id: UUID, act: Act) -> Seen[Transaction]:
    """A bank transaction, from either side."""
    return _seen(company(request, company_id, act), bank.transaction, transaction_id)


def bank_account(request: HttpRequest, company_id: UUID, account_id: UUID, act: Act) -> Seen[BankAccount]:
    """A bank account of a dossier, for the firm."""
    return _seen(dossier(request, company_id, act), bank.account, account_id)


def rule(request: HttpRequest, company_id: UUID, rule_id: UUID, act: Act) -> Seen[Rule]:
    """A booking rule of a dossier, for the firm."""
    return _seen(dossier(request, company_id, act), bank.rule, rule_id)


def contact(request: HttpRequest, company_id: UUID, contact_id: UUID, act: Act) -> Seen[Contact]:
    """Somebody to ask at the company, for the firm."""
    return _seen(dossier(request, company_id, act), company_file.contact, contact_id)


def document_request(request: HttpRequest, company_id: UUID, item_id: UUID, act: Act) -> Seen[ChecklistItem]:
    """A document awaited in a dossier, for the firm."""
    return _seen(dossier(request, company_id, act), company_file.request, item_id)


def dossier_model(request: HttpRequest, firm_id: UUID, model_id: UUID) -> tuple[FirmSeat, DossierModel]:
    """A model of the firm's dossiers, for those who manage them."""
    seat = firm(request, firm_id, Act.MANAGE_MODELS)
    return seat, _found(openings.model(seat.firm, model_id))


def dossier_import(request: HttpRequest, firm_id: UUID, import_id: UUID) -> tuple[FirmSeat, DossierImport]:
    """A list of dossiers to open, for who brought it, and who sees every dossier."""
    seat = firm(request, firm_id, Act.OPEN_DOSSIER)
    return seat, _found(openings.one_import(seat, import_id))


def entry(request: HttpRequest, company_id: UUID, entry_id: UUID, act: Act) -> Seen[Entry]:
    """An entry of a dossier, for the firm."""
    return _seen(dossier(request, company_id, act), books.entry, entry_id)


def fiscal_year(request: HttpRequest, company_id: UUID, year_id: UUID, act: Act) -> Seen[FiscalYear]:
    """A fiscal year of a dossier, for the firm."""
    return _seen(dossier(request, company_id, act), books.fiscal_year, year_id)


def lettrage(request: HttpRequest, company_id: UUID, lettrage_id: UUID, act: Act) -> Seen[Lettrage]:
    """A letter of a dossier, for the firm."""
    return _seen(dossier(request, company_id, act), books.lettrage, lettrage_id)


def _seen(seat: Seat, find: Callable[[Company, UUID], T | None], key: UUID) -> Seen[T]:
    return Seen(seat, _found(find(seat.company, key)))


def _entered(seat: Seat | None, acts: tuple[Act, ...]) -> Seat:
    found = _found(seat)
    if not any(found.may(act) for act in acts):
        raise Http404
    # From here on the database shows this request the rows of this company alone.
    tenancy.enter(found.company.firm_id, found.company.pk)
    return found


def _found(thing: T | None) -> T:
    if thing is None:
        raise Http404
    return thing
