"""What is asked of a dossier: whether, from when, above what, on which accounts; and what is no longer asked."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from comptoir import pipeline
from comptoir.domain import chart
from comptoir.domain.money import ZERO
from comptoir.domain.rights import Act
from comptoir.records.firms.queries import Seat
from comptoir.records.missing import facts
from comptoir.records.missing import queries as missing
from comptoir.records.reminders import actions as reminders
from comptoir.web import doors
from comptoir.web.firm.context import frame
from comptoir.web.firm.identity import DAY
from comptoir.web.firm.reminders import PlanForm, dossier_part, first
from comptoir.web.refusals import refused


class Asking(forms.Form):
    """What the firm asks of one dossier."""

    is_on = forms.BooleanField(label="Demander au client les pièces manquantes", required=False)
    since = forms.DateField(
        label="À partir du", widget=DAY, required=False, help_text="Avant ce jour, rien n’est demandé."
    )
    floor = forms.DecimalField(
        label="À partir de (montant)", min_value=0, max_digits=9, decimal_places=2, required=False,
        help_text="En dessous, rien n’est demandé.",
    )  # fmt: skip
    required_accounts = forms.CharField(
        label="Autres comptes à justifier", required=False, max_length=200,
        help_text="En plus de 401, 404 et 411. Séparés par des espaces : 471 455.",
    )  # fmt: skip
    optional_accounts = forms.CharField(
        label="Comptes à justifier si possible", required=False, max_length=200,
        help_text="Montrés à part au client, ni comptés ni relancés.",
    )  # fmt: skip

    def clean_required_accounts(self) -> list[str]:
        """Stems of accounts, one by one."""
        return _accounts(self.cleaned_data["required_accounts"])

    def clean_optional_accounts(self) -> list[str]:
        """The same."""
        return _accounts(self.cleaned_data["optional_accounts"])


def _accounts(written: str) -> list[str]:
    found = written.replace(",", " ").replace(";", " ").split()
    for number in found:
        if not chart.is_account(number.ljust(3, "0")) or len(number) < 2:
            raise forms.ValidationError(chart.refusal(number))
    return found


@doors.signed_in
@require_http_methods(["GET", "POST"])
def screen(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """The settings; a POST changes them, and the list follows at once."""
    if request.method == "GET":
        return _page(request, doors.dossier(request, company_id, Act.SEE_MISSING))
    seat = doors.dossier(request, company_id, Act.EDIT_FILE)
    form = Asking(request.POST)
    if "floor" not in request.POST:  # an empty form would turn everything off
        return refused(request, "Rien n’est arrivé : rien n’a été enregistré.", _page, seat)
    if not form.is_valid():
        return refused(request, "Rien n’a été enregistré : voyez les champs en rouge.", _page, seat, form)
    found = form.cleaned_data
    is_changed = pipeline.set_asking(
        company=seat.company,
        is_on=found["is_on"],
        since=found["since"],
        floor=found["floor"] or ZERO,
        required=found["required_accounts"],
        optional=found["optional_accounts"],
        by=seat.person,
        at=timezone.now(),
    )
    messages.success(request, "C’est enregistré : la liste du client suit." if is_changed else "Rien n’a changé.")
    return redirect("firm_missing_settings", company_id)


@doors.signed_in
@require_POST
def end_waiver(request: HttpRequest, company_id: UUID, waiver_id: UUID) -> HttpResponse:
    """Ask again for a third party or a label."""
    seat, row = doors.waiver(request, company_id, waiver_id)
    pipeline.end_waiver(waiver=row, by=seat.person, at=timezone.now())
    messages.success(request, f"Les pièces de « {row.name} » sont de nouveau demandées.")
    return redirect("firm_missing_settings", company_id)


@doors.signed_in
@require_POST
def end_series(request: HttpRequest, company_id: UUID, series_id: UUID) -> HttpResponse:
    """A piece counts for its own movement alone again."""
    seat, row = doors.series(request, company_id, series_id)
    pipeline.end_series(series=row, by=seat.person, at=timezone.now())
    messages.success(request, "Cette pièce ne vaut plus que pour sa première opération.")
    return redirect("firm_missing_settings", company_id)


@doors.signed_in
@require_POST
def own_plan(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """The dossier is reminded as the others are, otherwise, or never."""
    seat = doors.dossier(request, company_id, Act.EDIT_FILE)
    how, values = request.POST.get("how", ""), None
    if how != "firm":
        form = PlanForm(request.POST if how == "own" else {**first(None), "is_on": False})
        if how not in ("own", "never") or not form.is_valid():
            said = " ".join(str(fault) for faults in form.errors.values() for fault in faults)
            return refused(request, f"Relances : {said} Rien n’a été enregistré.", _page, seat, plan=form)
        values = form.cleaned_data
    reminders.write_own_plan(company=seat.company, values=values, by=seat.person, at=timezone.now())
    messages.success(request, "Les relances de ce dossier sont à jour.")
    return redirect("firm_missing_settings", company_id)


def _page(
    request: HttpRequest, seat: Seat, form: Asking | None = None, *, plan: PlanForm | None = None
) -> HttpResponse:
    typed = {"how": "own", "plan_form": plan} if plan else {}
    context = frame(seat, "missing_settings") | {
        "tab": "missing",
        "form": form or _form(seat),
        "waivers": missing.waivers(seat.company),
        "series": missing.standing_series(seat.company),
        **dossier_part(seat.company),
        **typed,
    }
    return render(request, "firm/missing_settings.html", context)


def _form(seat: Seat) -> Asking:
    company = seat.company
    first: dict[str, Any] = {
        "is_on": company.asks_missing,
        "since": company.missing_since,
        "floor": company.missing_floor,
        "required_accounts": " ".join(company.justifiable),
        "optional_accounts": " ".join(facts.policy_of(company).optional),
    }
    return Asking(initial=first)
