"""A whole dossier to take away: for who may, on either side, and never for who only looks with the client's eyes."""

from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone

from comptoir.domain.rights import Act
from comptoir.records.exports import takeouts
from comptoir.records.exports.models import Takeout
from comptoir.records.firms.queries import Seat
from comptoir.web.doors.seats import NotTheirs, Seen, company, dossier, seen


def to_take_away(request: HttpRequest, side: str, company_id: UUID) -> Seat:
    """The dossier, for who may take it away from this side."""
    enter = company if side == "client" else dossier
    seat = enter(request, company_id, Act.EXPORT_DOSSIER)
    if seat.viewer:
        raise NotTheirs(None, company_id)
    return seat


def takeout(request: HttpRequest, side: str, company_id: UUID, takeout_id: UUID) -> Seen[Takeout]:
    """One that this side asked for and can download now."""
    return seen(
        to_take_away(request, side, company_id),
        lambda of, key: takeouts.ready(of, key, timezone.now(), is_firm=side == "firm"),
        takeout_id,
    )
