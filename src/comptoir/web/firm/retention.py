"""How long things are kept, for the firm and for a dossier, and the hold that stops every deletion."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from comptoir.domain.retention import LEGAL, MOST
from comptoir.domain.rights import Act
from comptoir.records.firms import retention
from comptoir.web import doors
from comptoir.web.firm.context import cabinet


class RetentionForm(forms.Form):
    """How many years after the closing of their year things are kept."""

    retention_years = forms.IntegerField(
        label="Années de conservation, après la clôture de l’exercice", min_value=LEGAL, max_value=MOST,
        error_messages={
            "min_value": "La loi demande dix ans au moins après la clôture.",
            "max_value": "Trente ans au plus.",
            "invalid": "Écrivez un nombre d’années, de 10 à 30.",
            "required": "Écrivez un nombre d’années, de 10 à 30.",
        },
        help_text="Dix ans : ce que demande le code de commerce (art. L123-22). Un dossier peut garder plus longtemps.",
    )  # fmt: skip


@doors.signed_in
@require_http_methods(["GET", "POST"])
def screen(request: HttpRequest, firm_id: UUID) -> HttpResponse:
    """The firm's number of years, and the dossiers in which nothing is deleted."""
    seat = doors.firm(request, firm_id, Act.MANAGE_FIRM)
    form = RetentionForm(request.POST or None, initial={"retention_years": seat.firm.retention_years})
    if request.method == "POST" and form.is_valid():
        years = form.cleaned_data["retention_years"]
        retention.set_for_firm(firm=seat.firm, years=years, by=seat.person, at=timezone.now())
        messages.success(request, f"C’est enregistré : {years} ans après la clôture.")
        return redirect("firm_retention", firm_id)
    context = cabinet(seat, "retention") | {"form": form, "holds": retention.holds_of(seat.firm)}
    return render(request, "firm/retention.html", context, status=422 if request.method == "POST" else 200)


@doors.signed_in
@require_POST
def dossier(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """A dossier's own number of years, over its firm's."""
    seat = doors.dossier(request, company_id, Act.SET_RETENTION)
    written = request.POST.get("retention_years", "").strip()
    years = int(written) if written.isascii() and written.isdecimal() and len(written) < 4 else 0
    try:
        retention.set_for_dossier(
            company=seat.company, years=years if written else None, by=seat.person, at=timezone.now()
        )
        messages.success(request, "La durée de conservation du dossier est réglée.")
    except retention.NotThatLong as refusal:
        messages.error(request, f"{refusal} Rien n’a été changé.")
    return redirect("firm_file", company_id)


@doors.signed_in
@require_POST
def hold(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """Stop every deletion in a dossier, and say why."""
    seat = doors.dossier(request, company_id, Act.SET_RETENTION)
    try:
        retention.hold(
            company=seat.company, reason=request.POST.get("reason", ""), by=seat.person, at=timezone.now()
        )
        messages.success(request, "Les suppressions de ce dossier sont suspendues.")
    except (retention.NoReason, retention.AlreadyHeld) as refusal:
        messages.error(request, str(refusal))
    return redirect("firm_file", company_id)


@doors.signed_in
@require_POST
def lift(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """Let what is old be deleted again."""
    seat = doors.dossier(request, company_id, Act.SET_RETENTION)
    try:
        retention.lift(company=seat.company, by=seat.person, at=timezone.now())
        messages.success(request, "La suspension est levée.")
    except retention.NotHeld as told:
        messages.info(request, str(told))
    return redirect("firm_file", company_id)
