"""Who keeps which dossier: taking one, giving them to colleagues, handing one's own back; and saying one is kept up."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from comptoir import pipeline
from comptoir.domain.rights import Act
from comptoir.records.firms import actions as firms
from comptoir.records.firms import queries as people
from comptoir.records.firms.models import Company
from comptoir.records.missing import filters
from comptoir.web import doors
from comptoir.web.firm.portfolio import again, back_to
from comptoir.web.refusals import refused

NONE_TICKED = "Cochez d’abord un dossier au moins."
NOBODY_CHOSEN = "Choisissez la personne."


@doors.signed_in
@require_GET
def dossier(request: HttpRequest, firm_id: UUID, company_id: UUID) -> HttpResponse:
    """A dossier's menu in the portfolio: who keeps it, and what one may do about it."""
    seat, company = doors.dossier_of(request, firm_id, company_id)
    today = timezone.localdate()
    keepers = people.keepers(company, today)
    may_assign = people.assignable(seat, today).filter(pk=company.pk).exists()
    context = {
        "firm": seat.firm,
        "company": company,
        "keepers": keepers,
        "is_mine": seat.person in keepers,
        "is_last": keepers == [seat.person],
        "may_assign": may_assign,
        "may_keep_up": seat.may(Act.POST),
        "others": [p for p in people.at_work(seat.firm, today) if p not in keepers] if may_assign else [],
        "back": filters.parse(request.GET.get("retour", "")).address,
    }
    part = "#acts" if request.htmx else ""  # type: ignore[attr-defined]  # set by django-htmx
    return render(request, f"firm/dossier_menu.html{part}", context)


@doors.signed_in
@require_POST
def assign(request: HttpRequest, firm_id: UUID) -> HttpResponse:
    """Give the ticked dossiers to a colleague."""
    seat, companies = doors.dossiers_to_assign(request, firm_id, request.POST.getlist("dossier"))
    if refusal := _refusal(request, companies):
        return refused(request, refusal, again, seat)
    person = doors.colleague(seat, request.POST["person"])
    for company in companies:
        firms.assign(company=company, person=person, by=seat.person, at=timezone.now())
    messages.success(request, f"{_named(companies, 'est confié', 'sont confiés')} à {person.full_name}.")
    return back_to(request, seat)


@doors.signed_in
@require_POST
def unassign(request: HttpRequest, firm_id: UUID) -> HttpResponse:
    """Take the ticked dossiers from a colleague."""
    seat, companies = doors.dossiers_to_assign(request, firm_id, request.POST.getlist("dossier"))
    if refusal := _refusal(request, companies):
        return refused(request, refusal, again, seat)
    person = doors.colleague(seat, request.POST["person"])
    for company in companies:
        firms.unassign(company=company, person=person, by=seat.person, at=timezone.now())
    ended = _named(companies, "n’est plus tenu", "ne sont plus tenus")
    messages.success(request, f"{ended} par {person.full_name}.")
    _say_unkept(request, companies)
    return back_to(request, seat)


@doors.signed_in
@require_POST
def take(request: HttpRequest, firm_id: UUID, company_id: UUID) -> HttpResponse:
    """Take a dossier oneself, where the firm leaves that free."""
    seat, company = doors.dossier_to_take(request, firm_id, company_id)
    firms.assign(company=company, person=seat.person, by=seat.person, at=timezone.now())
    messages.success(request, f"« {company.name} » est dans vos dossiers.")
    return back_to(request, seat)


@doors.signed_in
@require_POST
def hand_back(request: HttpRequest, firm_id: UUID, company_id: UUID) -> HttpResponse:
    """Stop keeping a dossier."""
    seat, company = doors.own_dossier(request, firm_id, company_id)
    firms.unassign(company=company, person=seat.person, by=seat.person, at=timezone.now())
    messages.success(request, f"« {company.name} » n’est plus dans vos dossiers.")
    _say_unkept(request, [company])
    return back_to(request, seat)


@doors.signed_in
@require_POST
def keep_up(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """Say that the dossier is kept up to now, from its own page or from the portfolio."""
    seat = doors.dossier(request, company_id, Act.POST)
    pipeline.keep_up(company=seat.company, by=seat.person, at=timezone.now())
    messages.success(
        request, f"« {seat.company.name} » est à jour : ce qui arrive désormais compte comme nouveau."
    )
    if back := request.POST.get("retour"):
        return redirect(f"{reverse('portfolio', args=[seat.company.firm_id])}?{filters.parse(back).address}")
    return redirect("firm_production", company_id)


def _refusal(request: HttpRequest, companies: list[Company]) -> str:
    """What the form lacks."""
    if not companies:
        return NONE_TICKED
    return "" if request.POST.get("person") else NOBODY_CHOSEN


def _say_unkept(request: HttpRequest, companies: list[Company]) -> None:
    """A dossier that nobody keeps is said: it would be forgotten."""
    left = [company for company in companies if not people.keepers(company, timezone.localdate())]
    if left:
        messages.warning(
            request, f"{_named(left, 'n’est', 'ne sont')} plus tenu{'s' * (len(left) > 1)} par personne."
        )


def _named(companies: list[Company], one: str, several: str) -> str:
    if len(companies) == 1:
        return f"« {companies[0].name} » {one}"
    return f"{len(companies)} dossiers {several}"
