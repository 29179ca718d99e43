"""What every page of a dossier carries on the firm's side."""

from typing import Any

from django.urls import reverse
from django.utils import timezone

from comptoir.domain.rights import Act
from comptoir.records.conversations import queries as conversations
from comptoir.records.firms.queries import FirmSeat, Seat
from comptoir.records.inbox import queries as inbox
from comptoir.records.ledger import pieces
from comptoir.records.missing import queries as missing
from comptoir.records.requests import queries as requests


def frame(seat: Seat, tab: str, *, wanted: int | None = None) -> dict[str, Any]:
    """The frame around a dossier's page; `wanted` is for who has counted what is missing already."""
    return {
        "seat": seat,
        "company": seat.company,
        "tab": tab,
        "address": reverse(f"firm_{tab}", args=[seat.company.pk]),
        "to_review": pieces.count_to_review(seat.company),
        "missing_count": missing.count(seat.company) if wanted is None else wanted,
        "requests_count": requests.count_to_check(seat.company),
        "mails_waiting": inbox.count_waiting(seat.company),
        "shows_messages": seat.company.has_messaging,
        "messages_count": conversations.count_waiting(seat, timezone.localdate()),
        "may_ask": seat.company.has_messaging and seat.may(Act.WRITE_MESSAGES),
        "side": "firm",
        "may": {act.value: seat.may(act) for act in Act},
    }


def cabinet(seat: FirmSeat, tab: str) -> dict[str, Any]:
    """The frame around a page of the firm itself."""
    return {
        "seat": seat,
        "firm": seat.firm,
        "tab": tab,
        "address": reverse(ADDRESSES[tab], args=[seat.firm.pk]),
        "messages_count": conversations.count_waiting_at_firm(seat, timezone.localdate()),
        "may": {act.value: seat.may(act) for act in Act},
    }


ADDRESSES = {
    "portfolio": "portfolio",
    "agenda": "firm_agenda",
    "notices": "firm_notices",
    "open_dossier": "open_dossier",
    "import_dossiers": "import_dossiers",
    "models": "firm_models",
    "missing": "firm_missing_everywhere",
    "requests": "firm_demands_everywhere",
    "talks": "firm_talks",
    "messaging": "firm_messaging",
    "banks": "firm_banks",
    "mandates": "firm_mandates",
    "ebics": "firm_ebics",
    "people": "firm_people",
    "settings": "firm_settings",
    "confidentiality": "firm_confidentiality",
    "branding": "firm_branding",
    "retention": "firm_retention",
    "reminders": "firm_reminders",
    "audit": "firm_audit",
    "outbox": "firm_outbox",
}
"""The tabs of the firm itself, and where each stands."""
