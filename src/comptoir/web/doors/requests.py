"""Doors to requests for documents: a document whose folder is not there for somebody is not there either."""

from uuid import UUID

from django.http import Http404, HttpRequest

from comptoir.domain.request import GIVEN, Checklist
from comptoir.domain.rights import Act
from comptoir.records.firms.queries import FirmSeat, Seat
from comptoir.records.requests import queries as requests
from comptoir.records.requests.models import DocumentRequest, ItemAnswer, RequestedItem, RequestModel
from comptoir.web.doors.seats import Seen, as_key, company, dossier, firm, there


def requested(request: HttpRequest, company_id: UUID, item_id: UUID) -> Seen[RequestedItem]:
    """A document that the firm asks for, for who may answer."""
    seat = company(request, company_id, Act.ANSWER_REQUESTS)
    return Seen(seat, there(requests.item(seat.company, item_id, requests.visible_to(seat.role))))


def given_answer(request: HttpRequest, company_id: UUID, answer_id: UUID) -> Seen[ItemAnswer]:
    """An answer of the client's, for who may answer."""
    seat = company(request, company_id, Act.ANSWER_REQUESTS)
    return Seen(seat, there(requests.answer(seat.company, answer_id, requests.visible_to(seat.role))))


def request_sent(request: HttpRequest, company_id: UUID, request_id: UUID, act: Act) -> Seen[DocumentRequest]:
    """A request of a dossier, for the firm."""
    seat = dossier(request, company_id, act)
    return Seen(seat, there(requests.one(seat.company, request_id)))


def request_received(request: HttpRequest, company_id: UUID, request_id: UUID) -> Seen[DocumentRequest]:
    """A request in the client's space, where something of it is there to see."""
    seat = company(request, company_id, Act.SEE_REQUESTS)
    return Seen(seat, there(requests.one_seen(seat.company, request_id, requests.visible_to(seat.role))))


def item_to_decide(request: HttpRequest, company_id: UUID, item_id: UUID) -> Seen[RequestedItem]:
    """A document asked of the client, for who decides on it."""
    seat: Seat = dossier(request, company_id, Act.SEND_REQUESTS)
    return Seen(seat, there(requests.item(seat.company, item_id, requests.visible_to(seat.role))))


def request_model(
    request: HttpRequest, firm_id: UUID, key: str
) -> tuple[FirmSeat, RequestModel | None, Checklist]:
    """A list of the firm's, for who manages them: its row where somebody wrote one, and what it says."""
    seat = firm(request, firm_id, Act.MANAGE_MODELS)
    if key not in GIVEN and as_key(key) is None:
        raise Http404
    found = there(requests.checklists(seat.firm).get(key))
    return seat, requests.model_row(seat.firm, key), found
