"""The list of pieces as both sides ask for it: what an address says is the filter, and what a filter says is the address."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest

from comptoir.domain.document import Status
from comptoir.domain.limits import read_day
from comptoir.lib import keyset
from comptoir.records.deposits.models import Document
from comptoir.records.firms.models import Person
from comptoir.records.firms.queries import Seat
from comptoir.records.ledger import pieces


def listed(request: HttpRequest, seat: Seat, *, only_by: Person | None) -> dict[str, Any]:
    """One page of the list, and what its template says around it."""
    wanted = _wanted(request)
    after = keyset.moment_key(request.GET.get("apres", ""))
    said = {"q": wanted.words, "etat": wanted.status or "", "du": wanted.since or "", "au": wanted.until or ""}
    return {
        "list": pieces.screen(seat.company, wanted, only_by=only_by, after=after),
        "wanted": wanted,
        "q": wanted.words,
        "current_tab": wanted.tab,
        "query": urlencode({name: value for name, value in said.items() if value}),
        "statuses": list(Status),
        "purposes": Document.Purpose.choices,
        "back": request.get_full_path(),
    }


def _wanted(request: HttpRequest) -> pieces.Filter:
    asked = request.GET
    tab, state = asked.get("onglet", "toutes"), asked.get("etat", "")
    return pieces.Filter(
        tab=tab if tab in pieces.TABS else "toutes",
        words=asked.get("q", "")[:200],
        status=Status(state) if state in set(Status) else None,
        since=read_day(asked.get("du", "")),
        until=read_day(asked.get("au", "")),
    )
