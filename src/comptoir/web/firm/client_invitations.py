"""Inviting the clients of many dossiers at once, from the portfolio: read first, then sent."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from comptoir.domain.rights import Role
from comptoir.records.firms import invitations
from comptoir.records.firms.invitations import Plan
from comptoir.records.firms.models import Person
from comptoir.records.firms.queries import FirmSeat
from comptoir.records.mail.actions import is_carried
from comptoir.records.missing import filters
from comptoir.web import doors, letters
from comptoir.web.firm.assigning import NONE_TICKED
from comptoir.web.firm.context import cabinet
from comptoir.web.firm.inviting import waiting
from comptoir.web.firm.portfolio import again, back_to
from comptoir.web.refusals import refused


@doors.signed_in
@require_POST
def invite_all(request: HttpRequest, firm_id: UUID) -> HttpResponse:
    """Whom the ticked dossiers' invitations would go to, to be read first; sent once that is said."""
    seat, companies = doors.dossiers_to_invite(request, firm_id, request.POST.getlist("dossier"))
    if not companies:
        return refused(request, NONE_TICKED, again, seat)
    plans = invitations.plans(companies, timezone.now())
    if not request.POST.get("envoi"):
        return _planned(request, seat, plans)
    count = sum(_send(request, plan, seat.person, timezone.now()) for plan in plans)
    if not count:
        return refused(request, "Aucune invitation n’était à envoyer.", again, seat)
    said = f"{count} invitations sont parties" if count > 1 else "1 invitation est partie"
    messages.success(request, f"{said}{waiting(count)}.")
    return back_to(request, seat)


def _planned(request: HttpRequest, seat: FirmSeat, plans: list[Plan]) -> HttpResponse:
    context = cabinet(seat, "portfolio") | {
        "plans": sorted(plans, key=lambda plan: not plan.count),
        "count": sum(plan.count for plan in plans),
        "back": filters.parse(request.POST.get("retour", "")).address,
        "role": Role.DIRIGEANT.french,
        "is_carried": is_carried(),
    }
    return render(request, "firm/inviting.html", context)


def _send(request: HttpRequest, plan: Plan, by: Person, at: datetime) -> int:
    """How many of a dossier's letters left; what somebody else did meanwhile stands."""
    try:
        noted = [invitations.invite_contact(contact=plan.contact, by=by, at=at)] if plan.contact else []
    except (invitations.AlreadyInvited, invitations.AlreadyThere):
        noted = []
    count = 0
    for invitation in [*plan.waiting, *noted]:
        try:
            letters.send_invitation(request, invitation, by=by, at=at)
        except (invitations.NoLongerOpen, invitations.JustSent):
            continue
        count += 1
    return count
