"""What somebody may not do is told to them by a page, and to their firm by its log.

The view's transaction is gone with the refusal: the log is written after it, in one of its own.
"""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from comptoir.lib import tenancy
from comptoir.records.audit import actions as audit
from comptoir.web import doors, onward

ONCE_A = timedelta(minutes=1)
"""The same sort of refusal again, within this time, is not written again: no stranger fills a firm's log."""


class RefusalLog:
    """Turns what doors refuse into an answer, and into a line of the log of the firm concerned."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing on the way: refusals are exceptions."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, fault: Exception) -> HttpResponse | None:
        """The page for `OnlyLooking`; None where Django's own 404 follows."""
        if isinstance(fault, doors.NotTheirs):
            _log(request, fault.firm_id, fault.company_id)
        if isinstance(fault, doors.SecondFactorWanted):
            messages.warning(request, str(fault))
            onward.remember(request, request.get_full_path() if request.method == "GET" else "/")
            return redirect("mfa_activate_totp")
        if isinstance(fault, doors.OnlyLooking):
            return render(request, "403.html", {"sentence": str(fault)}, status=403)
        return None


def _log(request: HttpRequest, firm_id: UUID | None, company_id: UUID | None) -> None:
    person = doors.person(request)
    # By route, not by address: made-up identifiers would be as many addresses as one likes.
    route = request.resolver_match.view_name if request.resolver_match else ""
    key = f"refused:{person.pk}:{company_id or firm_id}:{request.method}:{route}"
    if not cache.add(key, True, ONCE_A.total_seconds()):
        return
    concerned = tenancy.firm_of(company_id) if company_id else firm_id
    if concerned not in tenancy.every_firm():  # what never was concerns nobody
        return
    with tenancy.within(concerned, company_id):
        tenancy.came_from(doors.origin(request))
        audit.note(
            "refused",
            firm_id=concerned,
            company_id=company_id,
            person_id=person.pk,
            at=timezone.now(),
            method=request.method,
            path=request.path[:200],
            name=person.full_name,
        )
