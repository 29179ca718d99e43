"""Reminders as the firm sets them: its plan, a dossier's exception, one click for one line, several, or the whole dossier."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from comptoir import pipeline
from comptoir.domain import reminder as plans
from comptoir.domain.rights import Act, Role
from comptoir.records.firms.models import Company
from comptoir.records.firms.queries import FirmSeat
from comptoir.records.reminders import actions as reminders
from comptoir.records.reminders import queries as reminded
from comptoir.records.reminders.models import ROLES
from comptoir.web import doors
from comptoir.web.firm.context import cabinet
from comptoir.web.firm.missing import page as missing_page
from comptoir.web.firm.missing_everywhere import page as everywhere_page
from comptoir.web.refusals import refused

HOURS = [(hour, f"{hour} h") for hour in range(24)]


class PlanForm(forms.Form):
    """When reminders leave, and to whom."""

    is_on = forms.BooleanField(label="Relancer automatiquement", required=False)
    every = forms.ChoiceField(label="Rythme", choices=[(e.value, e.french) for e in plans.Every])
    day = forms.IntegerField(
        label="Jour", min_value=1, max_value=31, help_text="Du mois (1 à 31), ou de la semaine (1 pour lundi)."
    )
    hour = forms.TypedChoiceField(label="Heure", choices=HOURS, coerce=int)
    roles = forms.MultipleChoiceField(
        label="À qui", choices=[(role, Role(role).french) for role in ROLES], widget=forms.CheckboxSelectMultiple
    )

    def clean(self) -> dict[str, Any]:
        """A plan that can be kept."""
        found = super().clean() or self.cleaned_data
        if not self.errors:
            names = ("is_on", "day", "hour", "quiet_from", "quiet_until")
            given: Mapping[str, Any] = {name: found[name] for name in names if name in found}
            for fault in plans.Plan(every=plans.Every(found["every"]), **given).faults():
                self.add_error(None, fault)
        return found


class FirmPlanForm(PlanForm):
    """The firm's plan, and its quiet hours."""

    quiet_from = forms.TypedChoiceField(label="Heures calmes, de", choices=HOURS, coerce=int)
    quiet_until = forms.TypedChoiceField(
        label="à", choices=HOURS, coerce=int,
        help_text="Ni ces heures-là, ni les dimanches et jours fériés, personne n’est dérangé.",
    )  # fmt: skip


@doors.signed_in
@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest, firm_id: UUID) -> HttpResponse:
    """The firm's plan; who wants no reminder; the last ones that left."""
    seat = doors.firm(request, firm_id, Act.MANAGE_FIRM)
    form = FirmPlanForm(request.POST or None, initial=first(reminded.firm_plan(seat.firm.pk)))
    if request.method == "POST" and form.is_valid():
        reminders.write_firm_plan(firm=seat.firm, values=form.cleaned_data, by=seat.person, at=timezone.now())
        messages.success(request, "C’est enregistré.")
        return redirect("firm_reminders", firm_id)
    context = cabinet(seat, "reminders") | {
        "form": form,
        "unsubscribed": reminded.unsubscribed(seat.firm),
        "history": reminded.firm_history(seat.firm),
    }
    return render(request, "firm/reminders.html", context, status=422 if request.method == "POST" else 200)


@doors.signed_in
@require_POST
def remind(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """Remind the client of a dossier: of the lines that were ticked, or of all."""
    seat = doors.dossier(request, company_id, Act.ASK_CLIENT)
    lines = [key for key in map(_key, request.POST.getlist("line")) if key]
    try:
        due_at = pipeline.remind(company=seat.company, lines=lines, by=seat.person, at=timezone.now())
    except (pipeline.NothingWanted, pipeline.NobodyLeft) as refusal:
        return refused(request, str(refusal), missing_page, seat)
    messages.success(request, _said(due_at))
    back = request.POST.get("back", "")
    return redirect(back) if url_has_allowed_host_and_scheme(back, None) else redirect("firm_missing", company_id)


@doors.signed_in
@require_POST
def remind_several(request: HttpRequest, firm_id: UUID) -> HttpResponse:
    """Remind the clients of several dossiers at once: of the lines that were ticked, or of all of a dossier's."""
    asked: dict[str, list[UUID]] = {company: [] for company in request.POST.getlist("dossier")}
    whole = set(asked)
    for written in request.POST.getlist("line"):
        company, _, line = written.partition(":")
        if (key := _key(line)) and company not in whole:
            asked.setdefault(company, []).append(key)
    seat, companies = doors.dossiers_to_remind(request, firm_id, asked)
    if not companies:
        return refused(request, "Cochez au moins une ligne ou un dossier.", everywhere_page, seat)
    said = [_reminded(seat, company, asked[str(company.pk)]) for company in companies]
    for sentence, is_done in said:
        (messages.success if is_done else messages.warning)(request, sentence)
    return redirect("firm_missing_everywhere", firm_id)


def _reminded(seat: FirmSeat, company: Company, lines: list[UUID]) -> tuple[str, bool]:
    try:
        due_at = pipeline.remind(company=company, lines=lines, by=seat.person, at=timezone.now())
    except (pipeline.NothingWanted, pipeline.NobodyLeft) as refusal:
        return f"{company.name} : {refusal}", False
    return f"{company.name} : {_said(due_at)}", True


def _said(due_at: Any) -> str:
    if due_at <= timezone.now():
        return "La relance part."
    local = timezone.localtime(due_at)
    return f"Heures calmes : la relance partira le {local:%d/%m} à {local.hour} h."


def first(row: Any) -> dict[str, Any]:
    """The values that a form begins with: the plan's, else the usual ones."""
    names = ("is_on", "every", "day", "hour", "roles", "quiet_from", "quiet_until")
    usual = {
        "is_on": False,
        "every": "month",
        "day": 5,
        "hour": 9,
        "roles": list(ROLES),
        "quiet_from": 20,
        "quiet_until": 8,
    }
    return {name: getattr(row, name, usual[name]) for name in names} if row else usual


def _key(written: str) -> UUID | None:
    try:
        return UUID(written)
    except ValueError:
        return None


def dossier_part(company: Company) -> dict[str, Any]:
    """What a dossier's settings show of its reminders."""
    own = reminded.own_plan(company)
    how = "firm" if own is None else "own" if own.is_on else "never"
    return {
        "how": how,
        "plan_form": PlanForm(initial=first(own) | {"is_on": True}),
        "recipients": reminded.recipients_of(company, timezone.localdate()),
        "history": reminded.history(company),
    }
