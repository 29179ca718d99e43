"""Notices: a person's own, in the company's space or in the firm where they are."""

from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone

from comptoir.domain.rights import Act
from comptoir.records.firms.queries import FirmSeat, Seat
from comptoir.records.notices import queries as told
from comptoir.records.notices.models import Notice
from comptoir.web.doors.seats import company, firm, there


def told_in_company(request: HttpRequest, company_id: UUID) -> Seat:
    """The client's space, for any of its people: what each of them is told is their own."""
    return company(request, company_id, Act.SEE_OWN_DOCUMENTS, Act.SEE_BANK)


def told_in_firm(request: HttpRequest, firm_id: UUID) -> FirmSeat:
    """The firm, for any of its people."""
    return firm(request, firm_id)


def own_notice(seat: Seat | FirmSeat, notice_id: UUID) -> Notice:
    """One of the person's own notices there."""
    return there(told.one(seat, timezone.localdate(), notice_id))
