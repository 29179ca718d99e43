"""What is missing in all of a person's dossiers, on one screen: by age, by amount, dossier by dossier."""

from dataclasses import replace
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from comptoir.domain.rights import Act
from comptoir.records.firms import queries as people
from comptoir.records.firms.queries import FirmSeat
from comptoir.records.missing import asked as asking
from comptoir.records.missing.everywhere import everywhere
from comptoir.records.reminders import queries as reminded
from comptoir.web import doors
from comptoir.web.firm.context import cabinet

TABS = (asking.Tab.TO_JUSTIFY, asking.Tab.IN_VALIDATION)


@doors.signed_in
@require_GET
def screen(request: HttpRequest, firm_id: UUID) -> HttpResponse:
    """Every line of the dossiers that this person keeps (of all they may enter, asked so), the oldest first."""
    return page(request, doors.firm(request, firm_id, Act.SEE_MISSING))


def page(request: HttpRequest, seat: FirmSeat) -> HttpResponse:
    """The screen, also after a refusal."""
    asked = asking.read(dict(request.GET.lists()))
    asked = asked if asked.tab in TABS else asked.of(asking.Tab.TO_JUSTIFY)
    if "tri" not in request.GET:
        asked = replace(asked, order=asking.Order.OLDEST)
    is_everybodys, today = request.GET.get("dossiers") == "tous", timezone.localdate()
    companies = people.enterable(seat, today) if is_everybodys else people.mine(seat, today)
    found = everywhere(seat.firm, companies, asked)
    context = cabinet(seat, "missing") | {
        "found": found,
        "asked_on": reminded.asked_on([row.item for row in found.wanted]),
        "asked": asked,
        "today": today,
        "is_everybodys": is_everybodys,
        "orders": [order for order in asking.Order if order is not asking.Order.PARTY],
    }
    return render(request, "firm/missing_everywhere.html", context)
