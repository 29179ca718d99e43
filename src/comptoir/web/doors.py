"""Every way to an object: a door gives it, with the person's seat, or says that it does not exist (404).

The database's own isolation is the first lock; this is the second. What a person may not see is not there for them:
no 403, no hint.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import wraps
from typing import Any, Generic, NamedTuple, TypeVar, cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from comptoir.domain.folder import Folder
from comptoir.domain.rights import Act, Assignation, SecondFactor
from comptoir.lib import browser, tenancy
from comptoir.records.accounts import queries as accounts
from comptoir.records.banking import columns as bank_columns
from comptoir.records.banking import queries as bank
from comptoir.records.banking.models import BankAccount, Rule, Transaction, UnreadStatement
from comptoir.records.connections import queries as connected
from comptoir.records.connections.models import Connection, Feed
from comptoir.records.conversations import cards
from comptoir.records.conversations import queries as conversations
from comptoir.records.conversations.actions import Thing
from comptoir.records.conversations.models import Attachment, Conversation, Participant
from comptoir.records.deposits import queries as documents
from comptoir.records.deposits import uploads
from comptoir.records.deposits.models import Document, Original, Upload
from comptoir.records.ebics import queries as contracts
from comptoir.records.ebics.models import Carried, Contract
from comptoir.records.einvoices import queries as einvoices
from comptoir.records.einvoices.models import Flow
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
from comptoir.records.folders import queries as folders
from comptoir.records.folders.models import SharedFile
from comptoir.records.inbox import queries as inbox
from comptoir.records.inbox.models import Mail, Sender
from comptoir.records.ledger import merging
from comptoir.records.ledger import queries as books
from comptoir.records.ledger.models import Entry, FiscalYear, Lettrage, Merge
from comptoir.records.missing import portfolio as portfolios
from comptoir.records.missing import queries as missing
from comptoir.records.missing.models import Question, SavedView, Series, Waiver

T = TypeVar("T")

VIEWING = "viewing"
"""Where a session keeps whose eyes somebody of the firm looks with: the company, and one of its people or nobody."""

signed_in = login_required
"""Every page but sign-in, first run and health asks who it is."""


PASSED = "passed"
"""Where a session keeps what a reminder's link opened: whose list, of which company, until when."""
PASSED_ACTS = frozenset({Act.SEE_MISSING, Act.JUSTIFY})
"""What the link of a reminder lets do: see what is missing, give it or answer. Nothing else is there."""


def signed_in_or_passed(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For who is signed in, and for who came by a reminder's link for this company."""

    @wraps(view)
    def asked(request: HttpRequest, company_id: UUID, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated or _passing(request, company_id):
            return view(request, company_id, *args, **kwargs)
        return redirect_to_login(request.get_full_path())

    return asked


def _passing(request: HttpRequest, company_id: UUID) -> Person | None:
    """Whose list a reminder's link opened in this session, as long as it holds and they could sign in without more."""
    passed = request.session.get(PASSED, {})
    if passed.get("company") != str(company_id) or passed["until"] < timezone.now().timestamp():
        return None
    found = people.active_person(UUID(passed["person"]))
    return None if found is None or accounts.is_second_factor_set(found) else found


class Seen(NamedTuple, Generic[T]):
    """An object of a company, and the seat from which it is seen."""

    seat: Seat
    thing: T


def person(request: HttpRequest) -> Person:
    """Who is signed in; only behind `signed_in`."""
    return cast(Person, request.user)


class NotTheirs(Http404):
    """Somebody asked for what does not exist for them; the log of the firm concerned keeps it (`refusal_log.py`)."""

    def __init__(self, firm_id: UUID | None, company_id: UUID | None) -> None:
        super().__init__()
        self.firm_id, self.company_id = firm_id, company_id


class OnlyLooking(PermissionDenied):
    """Vous regardez cet espace avec les yeux du client : rien ne peut y être modifié."""


class SecondFactorWanted(Exception):
    """Ce cabinet exige un second facteur : ajoutez-en un, puis continuez."""


def company(request: HttpRequest, company_id: UUID, *acts: Act) -> Seat:
    """The client's space, for its own people who may do one of these acts, and for who looks with their eyes."""
    today = timezone.localdate()
    if not request.user.is_authenticated:
        return _entered(request, _found(_passed_seat(request, company_id, acts)), company_id, acts)
    seat = people.client_side(person(request), company_id, today) or _viewed(request, company_id)
    if seat is not None and seat.viewer and request.method not in ("GET", "HEAD"):
        raise OnlyLooking(OnlyLooking.__doc__)
    return _entered(request, seat, company_id, acts)


def _passed_seat(request: HttpRequest, company_id: UUID, acts: tuple[Act, ...]) -> Seat | None:
    """The place of who came by a reminder's link; nobody is named in the log where it opens nothing."""
    who = _passing(request, company_id)
    seat = people.client_side(who, company_id, timezone.localdate()) if who else None
    seat = replace(seat, only=PASSED_ACTS) if seat else None
    return seat if seat and any(seat.may(act) for act in acts) else None


def dossier(request: HttpRequest, company_id: UUID, *acts: Act) -> Seat:
    """The company as its firm works on it: never for the client's own people."""
    seat = people.firm_side(person(request), company_id, timezone.localdate())
    return _entered(request, seat, company_id, acts)


def either_side(request: HttpRequest, company_id: UUID, *acts: Act) -> Seat:
    """The company's space, from the client's side or the firm's: for what both sides show by one address.

    Who has a place on both sides sits where the first of these acts may be done.
    """
    who, today = person(request), timezone.localdate()
    seat = people.client_side(who, company_id, today)
    if seat is None or not seat.may(acts[0]):
        seat = people.firm_side(who, company_id, today) or seat
    return _entered(request, seat, company_id, acts)


def firm(request: HttpRequest, firm_id: UUID, act: Act | None = None) -> FirmSeat:
    """The firm, for those who work there, or only for those of them who may do `act`."""
    seat = people.firm_seat(person(request), firm_id, timezone.localdate())
    if seat is None or (act is not None and not seat.may(act)):
        raise NotTheirs(firm_id, None)
    _ask_second_factor(seat)
    tenancy.enter(seat.firm.pk, None, origin=origin(request))
    return seat


def document(request: HttpRequest, company_id: UUID, document_id: UUID) -> Seen[Document]:
    """A piece in the client's space: any of the company's for those who may see them, one's own for a *déposant*."""
    return _own(company(request, company_id, Act.SEE_DOCUMENTS, Act.SEE_OWN_DOCUMENTS), document_id)


def paper(request: HttpRequest, company_id: UUID, document_id: UUID) -> Seen[Document]:
    """The bytes of a piece, from either side, for who may see the piece."""
    return _own(either_side(request, company_id, Act.SEE_DOCUMENTS, Act.SEE_OWN_DOCUMENTS), document_id)


def papers(request: HttpRequest, company_id: UUID, act: Act, ids: Iterable[str]) -> tuple[Seat, list[Document]]:
    """Several pieces at once, from either side: those of them that one may see, in the order asked for."""
    seat = either_side(request, company_id, act)
    only_by = None if seat.may(Act.SEE_DOCUMENTS) else seat.person
    found = documents.visible_ones(seat.company, [key for text in ids if (key := _key(text))], only_by=only_by)
    return seat, found


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def other_dossiers(seat: Seat) -> list[Company]:
    """The firm's other dossiers that one may work in."""
    today = timezone.localdate()
    at_firm = people.firm_seat(seat.person, seat.company.firm_id, today)
    if at_firm is None:
        return []
    with tenancy.within(at_firm.firm.pk):
        found = people.dossiers(at_firm, today)
    return [company for company in found if company.pk != seat.company.pk]


def other_dossier(seat: Seat, written: str) -> Company | None:
    """Another dossier by its name, reference or SIREN, exactly; None where it is not one's own, or two bear that name."""
    return _named(other_dossiers(seat), written)


def readable(request: HttpRequest, company_id: UUID, document_id: UUID) -> Seen[Original]:
    """The page that came beside an e-invoice's data, for who may see the piece."""
    seat, piece = paper(request, company_id, document_id)
    return Seen(seat, _found(documents.readable(piece)))


def payers(seat: Seat) -> list[Person]:
    """Whom one may name as having paid: anybody of the company, and only oneself where one sees only one's own."""
    found = people.payers(seat.company, timezone.localdate())
    return found if seat.may(Act.SEE_DOCUMENTS) else [one for one in found if one == seat.person]


def payer(seat: Seat, written: str) -> Person | None:
    """The person of the company who is named as having paid; None for nobody, or for who may not be named."""
    return next((one for one in payers(seat) if str(one.pk) == written), None)


def paper_to_arrange(request: HttpRequest, company_id: UUID, document_id: UUID) -> Seen[Document]:
    """A piece whose pages one may arrange, from either side: whoever hands in, and sees the piece."""
    return _own(either_side(request, company_id, Act.DEPOSIT), document_id)


def document_to_review(request: HttpRequest, company_id: UUID, document_id: UUID, act: Act) -> Seen[Document]:
    """A piece as the firm works on it."""
    return _seen(dossier(request, company_id, act), documents.visible, document_id)


def invoice_to_answer(request: HttpRequest, company_id: UUID, document_id: UUID) -> Seen[Flow]:
    """An e-invoice that came by the platform, for who answers it; its piece is in it."""
    seat, piece = document_to_review(request, company_id, document_id, Act.ANSWER_INVOICES)
    return Seen(seat, _found(einvoices.flow_of(piece)))


def upload(request: HttpRequest, company_id: UUID, upload_id: UUID) -> Seen[Upload]:
    """A person's own file on its way in."""
    seat = either_side(request, company_id, Act.DEPOSIT, Act.TAKE_PART)
    return Seen(seat, _found(uploads.of(seat.company, seat.person, upload_id)))


def sender(request: HttpRequest, company_id: UUID, sender_id: UUID) -> Seen[Sender]:
    """Somebody who was let in to send documents by mail."""
    return _seen(either_side(request, company_id, Act.SETTLE_MAIL), inbox.sender, sender_id)


def held_mail(request: HttpRequest, company_id: UUID, mail_id: UUID) -> Seen[Mail]:
    """A mail that came for the company, for who may let it in."""
    return _seen(either_side(request, company_id, Act.SETTLE_MAIL), inbox.mail, mail_id)


def key_to_justify(seat: Seat, written: str) -> UUID | None:
    """The transaction that a file is handed in for, where the person may justify it; nothing asked, nothing given."""
    if not written:
        return None
    key = _uuid(written) if seat.may(Act.JUSTIFY) else None
    return _found(bank.transaction(seat.company, key) if key else None).pk


def folder(request: HttpRequest, company_id: UUID, name: str) -> Seen[Folder]:
    """A shared folder in the client's space, for those of its people for whom it is there."""
    found = _folder(name)
    return Seen(company(request, company_id, found.act), found)


def shared_file(request: HttpRequest, company_id: UUID, name: str, file_id: UUID) -> Seen[SharedFile]:
    """A file of a shared folder in the client's space; a withdrawn one is not there."""
    seat, found = folder(request, company_id, name)
    return Seen(seat, _found(folders.one(seat.company, found, file_id)))


def folder_to_fill(request: HttpRequest, company_id: UUID, name: str) -> Seen[Folder]:
    """A shared folder as the firm works on it."""
    return Seen(dossier(request, company_id, Act.FILL_FOLDERS), _folder(name))


def file_to_keep(
    request: HttpRequest, company_id: UUID, name: str, file_id: UUID, *, is_there: bool = True
) -> Seen[SharedFile]:
    """A shared file as the firm works on it; a withdrawn one too where `is_there` is not asked."""
    seat, found = folder_to_fill(request, company_id, name)
    return Seen(seat, _found(folders.one(seat.company, found, file_id, is_there=is_there)))


CLIENT = "client"
"""The side from which a page that both sides have is asked; the other one is the firm's."""


def talks(request: HttpRequest, side: str, company_id: UUID, *acts: Act) -> Seat:
    """The *Messagerie* of a dossier, from the side that its address names; not there where it is closed, nor for who takes
    part in nothing and sees only what they take part in."""
    asked = acts or (Act.SEE_MESSAGES, Act.TAKE_PART)
    seat = (company if side == CLIENT else dossier)(request, company_id, *asked)
    if not conversations.is_shown(seat):
        raise NotTheirs(None, company_id)
    return seat


def conversation(
    request: HttpRequest, side: str, company_id: UUID, conversation_id: UUID, *acts: Act
) -> Seen[Conversation]:
    """A conversation that exists for who asks."""
    seat = talks(request, side, company_id, *acts)
    return Seen(seat, _found(conversations.one(seat, conversation_id)))


def conversation_to_write(
    request: HttpRequest, side: str, company_id: UUID, conversation_id: UUID
) -> Seen[Conversation]:
    """A conversation in which one may write."""
    seen = conversation(request, side, company_id, conversation_id)
    if not conversations.may_write(seen.seat, seen.thing):
        raise NotTheirs(None, company_id)
    return seen


def talk_file(request: HttpRequest, side: str, company_id: UUID, attachment_id: UUID) -> Seen[Attachment]:
    """A file of a message that one may read."""
    seat = talks(request, side, company_id)
    return Seen(seat, _found(conversations.attachment(seat, attachment_id)))


def participant(
    request: HttpRequest, side: str, company_id: UUID, conversation_id: UUID, part_id: UUID
) -> tuple[Seen[Conversation], Participant]:
    """Somebody who takes part in a conversation in which one may write."""
    seen = conversation_to_write(request, side, company_id, conversation_id)
    parts = {part.pk: part for part in conversations.participants(seen.thing)}
    part = _found(parts.get(part_id))
    part.conversation = seen.thing
    return seen, part


def mentioned(seat: Seat, written: Iterable[str]) -> list[Thing]:
    """The things that a message is about, each as a form names it (`transaction:<id>`), all of them seen by its writer."""
    things: list[Thing] = []
    for one in dict.fromkeys(written):
        thing = _thing(seat, one)
        if thing is None:
            raise Http404
        things.append(thing)
    return things


def _thing(seat: Seat, written: str) -> Thing | None:
    kind, _, key = written.partition(":")
    if kind == "folder":
        folder = _folder(key)
        return folder if cards.may_see(seat, folder) else None
    find: dict[str, Callable[[Company, UUID], Transaction | Document | Entry | None]] = {
        "transaction": bank.transaction,
        "document": documents.visible,
        "entry": books.entry,
    }
    identity = _uuid(key)
    thing = find[kind](seat.company, identity) if kind in find and identity else None
    return thing if thing is not None and cards.may_see(seat, thing) else None


def transaction(request: HttpRequest, company_id: UUID, transaction_id: UUID, act: Act) -> Seen[Transaction]:
    """A bank transaction, from the client's side."""
    return _seen(company(request, company_id, act), bank.transaction, transaction_id)


def transaction_to_decide(
    request: HttpRequest, company_id: UUID, transaction_id: UUID, act: Act
) -> Seen[Transaction]:
    """A bank transaction as the firm works on it."""
    return _seen(dossier(request, company_id, act), bank.transaction, transaction_id)


def asked_question(request: HttpRequest, company_id: UUID, question_id: UUID) -> Seen[Question]:
    """A question of the firm's, for the client who may answer it."""
    return _seen(company(request, company_id, Act.JUSTIFY), missing.question, question_id)


def question_to_close(request: HttpRequest, company_id: UUID, question_id: UUID) -> Seen[Question]:
    """A question of the firm's, for the firm."""
    return _seen(dossier(request, company_id, Act.ASK_CLIENT), missing.question, question_id)


def waiver(request: HttpRequest, company_id: UUID, waiver_id: UUID) -> Seen[Waiver]:
    """Something that the firm no longer asks, for the firm."""
    return _seen(dossier(request, company_id, Act.DECIDE_MISSING), missing.waiver, waiver_id)


def series(request: HttpRequest, company_id: UUID, series_id: UUID) -> Seen[Series]:
    """One piece that counts for many movements, for the firm."""
    return _seen(dossier(request, company_id, Act.DECIDE_MISSING), missing.series, series_id)


def bank_account(request: HttpRequest, company_id: UUID, account_id: UUID, act: Act) -> Seen[BankAccount]:
    """A bank account of a dossier, for the firm."""
    return _seen(dossier(request, company_id, act), bank.account, account_id)


def unread_statement(request: HttpRequest, company_id: UUID, unread_id: UUID, act: Act) -> Seen[UnreadStatement]:
    """A bank's table whose columns wait to be explained, for the firm."""
    return _seen(dossier(request, company_id, act), bank_columns.unread_statement, unread_id)


def own_bank_account(request: HttpRequest, company_id: UUID, account_id: UUID, act: Act) -> Seen[BankAccount]:
    """A bank account of the company, from the client's side."""
    return _seen(company(request, company_id, act), bank.account, account_id)


def connection(request: HttpRequest, company_id: UUID, connection_id: UUID) -> Seen[Connection]:
    """A connection to a bank, for the client who may make and cut it."""
    return _seen(company(request, company_id, Act.CONNECT_BANK), connected.connection, connection_id)


def feed(request: HttpRequest, company_id: UUID, feed_id: UUID) -> Seen[Feed]:
    """An account that a connection shares, for the firm."""
    return _seen(dossier(request, company_id, Act.MANAGE_BANK), connected.feed, feed_id)


def merge(request: HttpRequest, company_id: UUID, merge_id: UUID, act: Act) -> Seen[Merge]:
    """A merge of books already kept with the bank's movements, for the firm."""
    return _seen(dossier(request, company_id, act), merging.found, merge_id)


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


def origin(request: HttpRequest) -> str:
    """Where a request comes from, for the log: address and device."""
    # A proxy may pass on anything as an address; no IPv6 address is longer.
    way = "" if request.user.is_authenticated else " · par le lien d’un rappel"
    device = browser.in_words(request.headers.get("user-agent", ""))
    return f"{request.META.get('REMOTE_ADDR', '')[:45]} · {device}{way}"


def lacks_second_factor(seat: Seat | FirmSeat) -> bool:
    """Whether the firm requires a second factor of who sits there (or looks from there), and they have none."""
    if isinstance(seat, FirmSeat):
        firm, who, is_firm = seat.firm, seat.person, True
    else:
        firm, who, is_firm = seat.company.firm, seat.viewer or seat.person, seat.is_firm or seat.viewer is not None
    return SecondFactor(firm.second_factor).binds(is_firm=is_firm) and not accounts.is_second_factor_set(who)


def _ask_second_factor(seat: Seat | FirmSeat) -> None:
    if lacks_second_factor(seat):
        raise SecondFactorWanted(SecondFactorWanted.__doc__)


def _folder(name: str) -> Folder:
    try:
        return Folder(name)
    except ValueError as error:
        raise Http404 from error


def _own(seat: Seat, document_id: UUID) -> Seen[Document]:
    own = None if seat.may(Act.SEE_DOCUMENTS) else seat.person
    return Seen(seat, _found(documents.visible(seat.company, document_id, only_by=own)))


def _viewed(request: HttpRequest, company_id: UUID) -> Seat | None:
    """The client's space with the eyes that this session chose (`web/firm/viewing.py`)."""
    viewing = request.session.get(VIEWING, {})
    if viewing.get("company") != str(company_id):
        return None
    member = UUID(viewing["member"]) if viewing["member"] else None
    return people.viewed(person(request), company_id, member, timezone.localdate())


def _seen(seat: Seat, find: Callable[[Company, UUID], T | None], key: UUID) -> Seen[T]:
    return Seen(seat, _found(find(seat.company, key)))


def _entered(request: HttpRequest, seat: Seat | None, company_id: UUID, acts: tuple[Act, ...]) -> Seat:
    if seat is None or not any(seat.may(act) for act in acts):
        raise NotTheirs(None, company_id)
    _ask_second_factor(seat)
    # From here on the database shows this request the rows of this company alone.
    tenancy.enter(seat.company.firm_id, seat.company.pk, origin=origin(request))
    return seat


def _found(thing: T | None) -> T:
    if thing is None:
        raise Http404
    return thing


def _named(companies: Iterable[Company], written: str) -> Company | None:
    wanted = written.strip().casefold()
    found = [
        company
        for company in companies
        if wanted and wanted in (company.name.casefold(), company.reference.casefold(), company.siren)
    ]
    return found[0] if len(found) == 1 else None


class Held(NamedTuple, Generic[T]):
    """An object of a firm, and the seat from which it is seen."""

    seat: FirmSeat
    thing: T


def dossiers_to_assign(request: HttpRequest, firm_id: UUID, company_ids: Iterable[str]) -> Held[list[Company]]:
    """Dossiers that the person may give to others, all of those named or none."""
    seat = firm(request, firm_id, Act.ASSIGN)
    wanted = {_found(_uuid(written)) for written in company_ids}
    found = list(people.assignable(seat, timezone.localdate()).filter(pk__in=wanted).order_by("name"))
    if len(found) != len(wanted):
        raise NotTheirs(firm_id, None)
    return Held(seat, found)


def dossiers_to_mandate(request: HttpRequest, firm_id: UUID, company_ids: Iterable[str]) -> Held[list[Company]]:
    """Dossiers whose mandates the person may record, all of those named or none."""
    seat = firm(request, firm_id, Act.MANAGE_MANDATES)
    wanted = {_found(_uuid(written)) for written in company_ids}
    found = list(people.enterable(seat, timezone.localdate()).filter(pk__in=wanted).order_by("name"))
    if len(found) != len(wanted):
        raise NotTheirs(firm_id, None)
    return Held(seat, found)


def dossiers_to_remind(request: HttpRequest, firm_id: UUID, company_ids: Iterable[str]) -> Held[list[Company]]:
    """Dossiers whose clients the person may remind, all of those named or none."""
    seat = firm(request, firm_id, Act.ASK_CLIENT)
    wanted = {_found(_uuid(written)) for written in company_ids}
    found = list(
        people.enterable(seat, timezone.localdate()).filter(pk__in=wanted).select_related("firm").order_by("name")
    )
    if len(found) != len(wanted):
        raise NotTheirs(firm_id, None)
    return Held(seat, found)


def dossier_named(seat: FirmSeat, written: str) -> Company | None:
    """A dossier by its name, reference or SIREN, exactly; None where one may not enter it, or two bear that name."""
    return _named(people.dossiers(seat, timezone.localdate()), written)


def ebics_contract(request: HttpRequest, firm_id: UUID, contract_id: UUID) -> Held[Contract]:
    """A contract of the firm's with a bank, for who manages the firm."""
    seat = firm(request, firm_id, Act.MANAGE_FIRM)
    return Held(seat, _found(contracts.contract(seat.firm.pk, contract_id)))


def waiting_statement(request: HttpRequest, firm_id: UUID, carried_id: UUID) -> Held[Carried]:
    """A statement whose account no dossier of the firm holds, for who manages the firm."""
    seat = firm(request, firm_id, Act.MANAGE_FIRM)
    return Held(seat, _found(contracts.waiting_one(seat.firm, carried_id)))


def colleague(seat: FirmSeat, person_id: str) -> Person:
    """One of the people who work at the firm now."""
    found = _uuid(person_id)
    return _found(people.at_work(seat.firm, timezone.localdate()).filter(pk=found).first() if found else None)


def dossier_to_take(request: HttpRequest, firm_id: UUID, company_id: UUID) -> Held[Company]:
    """A dossier that the person may take by themselves: only where *assignation* is *libre*."""
    seat = firm(request, firm_id, Act.TAKE_DOSSIER)
    if seat.firm.assignation != Assignation.LIBRE:
        raise NotTheirs(firm_id, None)
    return Held(seat, _found(people.visible(seat, timezone.localdate()).filter(pk=company_id).first()))


def dossier_of(request: HttpRequest, firm_id: UUID, company_id: UUID) -> Held[Company]:
    """A line of the portfolio that the person may open."""
    seat = firm(request, firm_id)
    return Held(seat, _found(people.enterable(seat, timezone.localdate()).filter(pk=company_id).first()))


def own_dossier(request: HttpRequest, firm_id: UUID, company_id: UUID) -> Held[Company]:
    """A dossier that the person keeps."""
    seat = firm(request, firm_id)
    return Held(seat, _found(people.mine(seat, timezone.localdate()).filter(pk=company_id).first()))


def saved_view(request: HttpRequest, firm_id: UUID, view_id: UUID) -> Held[SavedView]:
    """One of the person's own views of the portfolio."""
    seat = firm(request, firm_id)
    return Held(seat, _found(portfolios.view(seat.firm, seat.person, view_id)))


def _uuid(written: str) -> UUID | None:
    try:
        return UUID(written)
    except ValueError:
        return None
