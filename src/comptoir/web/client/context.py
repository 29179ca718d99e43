"""What every page of the client's space carries: the seat, the tabs, the count of missing documents."""

from typing import Any

from django.urls import reverse
from django.utils import timezone

from comptoir.domain.rights import Act
from comptoir.domain.shelving import Viewer
from comptoir.records.conversations import queries as conversations
from comptoir.records.firms.models import Person
from comptoir.records.firms.queries import Seat
from comptoir.records.folders import queries as folders
from comptoir.records.inbox import queries as inbox
from comptoir.records.missing import queries as missing
from comptoir.records.requests import queries as requests


def only_by(seat: Seat) -> Person | None:
    """A *déposant* sees only their own."""
    return None if seat.may(Act.SEE_DOCUMENTS) else seat.person


def _shows_folders(seat: Seat) -> bool:
    """A *déposant* has the tab only where a folder is theirs."""
    if seat.may(Act.SEE_FOLDERS):
        return True
    return seat.may(Act.TAKE_PART) and folders.is_any_seen(seat.company, Viewer(seat.role, seat.person.pk))


def frame(seat: Seat, tab: str, *, wanted: int | None = None) -> dict[str, Any]:
    """The frame around a page: only the tabs that this seat may open; `wanted` is for who has counted already."""
    if wanted is None:
        wanted = missing.count(seat.company) if seat.may(Act.SEE_MISSING) else 0
    # A question of the firm's is there to be answered, even where no document is asked for.
    asks = seat.may(Act.SEE_MISSING) and (seat.company.asks_missing or wanted > 0)
    return {
        "seat": seat,
        "company": seat.company,
        "tab": tab,
        "address": reverse(f"client_{tab}", args=[seat.company.pk]),
        "shows_pieces": seat.may(Act.SEE_DOCUMENTS) or seat.may(Act.SEE_OWN_DOCUMENTS),
        "shows_missing": asks,
        "shows_requests": seat.may(Act.SEE_REQUESTS),
        "requests_count": _requests(seat),
        "shows_bank": seat.may(Act.SEE_BANK),
        "shows_folders": _shows_folders(seat),
        "may_deposit": seat.may(Act.DEPOSIT) and not seat.viewer,
        "may_settle_mail": seat.may(Act.SETTLE_MAIL) and not seat.viewer,
        "mails_waiting": inbox.count_waiting(seat.company) if seat.may(Act.SETTLE_MAIL) else 0,
        "may_manage": seat.may(Act.MANAGE_MEMBERS),
        "may_export": seat.may(Act.EXPORT_DOSSIER) and not seat.viewer,
        "missing_count": wanted,
        "shows_messages": (shows_messages := conversations.is_shown(seat)),
        "messages_count": conversations.count_waiting(seat, timezone.localdate()) if shows_messages else 0,
        "may_ask": shows_messages and seat.may(Act.WRITE_MESSAGES) and not seat.viewer,
        "side": "client",
    }


def _requests(seat: Seat) -> int:
    if not seat.may(Act.SEE_REQUESTS):
        return 0
    return requests.count_open(seat.company, requests.visible_to(seat.role))
