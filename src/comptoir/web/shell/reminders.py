"""The links of a reminder: one opens the missing list, once; the other stops the reminders."""

from datetime import timedelta

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from comptoir.lib import tenancy
from comptoir.records.accounts import queries as accounts
from comptoir.records.firms import queries as people
from comptoir.records.reminders import actions as reminders
from comptoir.records.reminders import letters
from comptoir.records.reminders import queries as reminded
from comptoir.records.reminders.models import Pass
from comptoir.web import doors

HOLDS = timedelta(hours=2)
"""How long a link that was followed keeps the list open on that device."""


@never_cache
@require_http_methods(["GET", "POST"])
def follow(request: HttpRequest, token: str) -> HttpResponse:
    """A page with one button, since programs that look through mail follow links too; the button opens the list."""
    found = reminded.find_pass(token)
    if found is None:
        raise Http404
    list_of = "client_requests" if reminded.opens_requests(found) else "client_missing"
    address = reverse(list_of, args=[found.company_id])
    if request.user.is_authenticated:
        return redirect(address)
    now = timezone.now()
    if found.used_at or found.expires_at <= now or _must_sign_in(found):
        return redirect_to_login(address)
    if request.method == "GET":
        return render(request, "shell/reminder.html", {"company": found.company, "person": found.person})
    try:
        reminders.use_pass(row=found, at=now)
    except reminders.Used:  # a second tap, or another device
        return redirect_to_login(address)
    _remember(request, found)
    return redirect(address)


@csrf_exempt  # a mail program posts here without a page of ours before it (RFC 8058); the token is what is believed
@never_cache
@require_http_methods(["GET", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Want no more reminders of one company, or want them again; only a POST changes anything."""
    said = letters.of_token(token)
    if said is None:
        raise Http404
    firm_id, company_id, person_id = said
    with tenancy.within(firm_id, company_id):
        company, person = people.company(company_id), people.active_person(person_id)
        if company is None or person is None:
            raise Http404
        if request.method == "POST":
            act = reminders.subscribe if request.POST.get("resume") else reminders.unsubscribe
            act(company=company, person=person, at=timezone.now())
        is_stopped = reminded.is_unsubscribed(company, person)
    context = {"company": company, "person": person, "is_stopped": is_stopped}
    return render(request, "shell/reminder_stop.html", context)


def _must_sign_in(found: Pass) -> bool:
    """Who has a second factor, or should have one, or is no longer of the company, signs in as ever."""
    seat = people.client_side(found.person, found.company_id, timezone.localdate())
    tenancy.enter(found.firm_id, found.company_id)
    if seat is None or not found.person.is_active or accounts.is_second_factor_set(found.person):
        return True
    return doors.lacks_second_factor(seat)


def _remember(request: HttpRequest, found: Pass) -> None:
    request.session.cycle_key()
    until = timezone.now() + HOLDS
    request.session[doors.PASSED] = {
        "company": str(found.company_id), "person": str(found.person_id), "until": until.timestamp(),
    }  # fmt: skip
    request.session.set_expiry(int(HOLDS.total_seconds()))
