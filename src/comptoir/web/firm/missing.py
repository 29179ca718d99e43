"""A dossier's missing documents as the firm sees them: the client's list, what waits for a decision, what was decided."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from comptoir.domain.rights import Act
from comptoir.records.firms.queries import Seat
from comptoir.records.missing import asked as asking
from comptoir.records.missing import justified
from comptoir.records.missing import queries as missing
from comptoir.records.missing.sequences import sequences
from comptoir.records.reminders import queries as reminded
from comptoir.web import doors
from comptoir.web.firm.context import frame
from comptoir.web.missing_file import list_file

JUST = timedelta(seconds=8)
TABS = (
    asking.Tab.TO_JUSTIFY, asking.Tab.OPTIONAL, asking.Tab.IN_PROGRESS, asking.Tab.IN_VALIDATION,
    asking.Tab.JUSTIFIED, asking.Tab.SEQUENCES,
)  # fmt: skip


@doors.signed_in
@require_GET
def screen(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """The same lines as the client's, the same count, and each status on a tab of its own."""
    return page(request, doors.dossier(request, company_id, Act.SEE_MISSING))


@doors.signed_in
@require_GET
def export(request: HttpRequest, company_id: UUID, form: str) -> Any:
    """The list as a file."""
    return list_file(request, doors.dossier(request, company_id, Act.SEE_MISSING), form)


def page(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The screen, also after a refusal."""
    asked = asking.read(dict(request.GET.lists()))
    asked = asked if asked.tab in TABS else asked.of(asking.Tab.TO_JUSTIFY)
    if asked.tab in asking.STATUSES:
        found = missing.screen(seat.company, asked, now=timezone.now(), just=JUST)
    else:
        found = missing.head(seat.company, asked)
    context = frame(seat, "missing", wanted=found.count) | {
        "list": found,
        "asked": asked,
        "orders": list(asking.Order),
        "gaps": sequences(seat.company) if asked.tab is asking.Tab.SEQUENCES else None,
        "justified": justified.page(seat.company, asked) if asked.tab is asking.Tab.JUSTIFIED else None,
        "tabs": _tabs(found.summary),
        "asked_on": reminded.asked_on([row.item for row in found.wanted]),
    }
    part = "firm/missing.html#lines" if request.htmx else "firm/missing.html"  # type: ignore[attr-defined]
    return render(request, part, context)


def _tabs(summary: missing.Summary) -> list[tuple[asking.Tab, str, int | None]]:
    return [
        (asking.Tab.TO_JUSTIFY, "À justifier", summary.count),
        (asking.Tab.OPTIONAL, "Facultatives", summary.optional),
        (asking.Tab.IN_PROGRESS, "En traitement", summary.in_progress),
        (asking.Tab.IN_VALIDATION, "En validation", summary.in_validation),
        (asking.Tab.JUSTIFIED, "Justifiées", None),
        (asking.Tab.SEQUENCES, "Suites", None),
    ]
