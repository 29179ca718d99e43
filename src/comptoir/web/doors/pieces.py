"""Doors to what is handed in: pieces, uploads, mails, the company file."""

from collections.abc import Iterable
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone

from comptoir.domain.rights import Act
from comptoir.records.banking import queries as bank
from comptoir.records.deposits import queries as documents
from comptoir.records.deposits import uploads
from comptoir.records.deposits.models import Document, Original, Upload
from comptoir.records.einvoices import queries as einvoices
from comptoir.records.einvoices.models import Flow
from comptoir.records.firms import file as company_file
from comptoir.records.firms import queries as people
from comptoir.records.firms.models import ChecklistItem, Contact, Person
from comptoir.records.firms.queries import Seat
from comptoir.records.inbox import queries as inbox
from comptoir.records.inbox.models import Mail, Sender
from comptoir.web.doors.seats import Seen, as_key, company, dossier, either_side, seen, there


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
    found = documents.visible_ones(seat.company, [key for text in ids if (key := as_key(text))], only_by=only_by)
    return seat, found


def readable(request: HttpRequest, company_id: UUID, document_id: UUID) -> Seen[Original]:
    """The page that came beside an e-invoice's data, for who may see the piece."""
    seat, piece = paper(request, company_id, document_id)
    return Seen(seat, there(documents.readable(piece)))


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
    return seen(dossier(request, company_id, act), documents.visible, document_id)


def invoice_to_answer(request: HttpRequest, company_id: UUID, document_id: UUID) -> Seen[Flow]:
    """An e-invoice that came by the platform, for who answers it; its piece is in it."""
    seat, piece = document_to_review(request, company_id, document_id, Act.ANSWER_INVOICES)
    return Seen(seat, there(einvoices.flow_of(piece)))


def upload(request: HttpRequest, company_id: UUID, upload_id: UUID) -> Seen[Upload]:
    """A person's own file on its way in."""
    seat = either_side(request, company_id, Act.DEPOSIT, Act.TAKE_PART)
    return Seen(seat, there(uploads.of(seat.company, seat.person, upload_id)))


def sender(request: HttpRequest, company_id: UUID, sender_id: UUID) -> Seen[Sender]:
    """Somebody who was let in to send documents by mail."""
    return seen(either_side(request, company_id, Act.SETTLE_MAIL), inbox.sender, sender_id)


def held_mail(request: HttpRequest, company_id: UUID, mail_id: UUID) -> Seen[Mail]:
    """A mail that came for the company, for who may let it in."""
    return seen(either_side(request, company_id, Act.SETTLE_MAIL), inbox.mail, mail_id)


def key_to_justify(seat: Seat, written: str) -> UUID | None:
    """The transaction that a file is handed in for, where the person may justify it; nothing asked, nothing given."""
    if not written:
        return None
    key = as_key(written) if seat.may(Act.JUSTIFY) else None
    return there(bank.transaction(seat.company, key) if key else None).pk


def contact(request: HttpRequest, company_id: UUID, contact_id: UUID, act: Act) -> Seen[Contact]:
    """Somebody to ask at the company, for the firm."""
    return seen(dossier(request, company_id, act), company_file.contact, contact_id)


def document_request(request: HttpRequest, company_id: UUID, item_id: UUID, act: Act) -> Seen[ChecklistItem]:
    """A document awaited in a dossier, for the firm."""
    return seen(dossier(request, company_id, act), company_file.request, item_id)


def _own(seat: Seat, document_id: UUID) -> Seen[Document]:
    own = None if seat.may(Act.SEE_DOCUMENTS) else seat.person
    return Seen(seat, there(documents.visible(seat.company, document_id, only_by=own)))
