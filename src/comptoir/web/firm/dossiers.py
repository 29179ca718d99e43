"""Opening a dossier, and its booking rules."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST
from stdnum.fr import siren as siren_numbers

from comptoir import pipeline
from comptoir.domain.rights import Act
from comptoir.domain.rules import Rule
from comptoir.records.banking import actions as banking
from comptoir.web import doors


class Dossier(forms.Form):
    """A company and its current fiscal year."""

    name = forms.CharField(label="Raison sociale", max_length=200)
    siren = forms.CharField(label="SIREN", max_length=11, help_text="Neuf chiffres.")
    legal_form = forms.CharField(label="Forme juridique", max_length=20, required=False)
    opens_on = forms.DateField(label="Exercice ouvert le", widget=forms.DateInput(attrs={"type": "date"}))
    closes_on = forms.DateField(label="Clos le", widget=forms.DateInput(attrs={"type": "date"}))

    def clean_siren(self) -> str:
        """The SIREN, its key checked."""
        written = siren_numbers.compact(self.cleaned_data["siren"])
        if not siren_numbers.is_valid(written):
            raise forms.ValidationError("Ce SIREN n’existe pas : vérifiez ses neuf chiffres.")
        return str(written)

    def clean(self) -> dict[str, Any]:
        """A year closes after it opened, and lasts 24 months at most (code de commerce, practice)."""
        found = super().clean() or self.cleaned_data
        opens_on, closes_on = found.get("opens_on"), found.get("closes_on")
        if opens_on and closes_on and not timedelta(0) < closes_on - opens_on < timedelta(days=731):
            raise forms.ValidationError("L’exercice doit se clore après son ouverture, en 24 mois au plus.")
        return found


@doors.signed_in
@require_http_methods(["GET", "POST"])
def open_dossier(request: HttpRequest, firm_id: UUID) -> HttpResponse:
    """A new dossier, ready to work in."""
    seat = doors.firm(request, firm_id, Act.OPEN_DOSSIER)
    year = timezone.localdate().year
    first = {"opens_on": date(year, 1, 1).isoformat(), "closes_on": date(year, 12, 31).isoformat()}
    form = Dossier(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        company = pipeline.open_dossier(firm=seat.firm, by=seat.person, at=timezone.now(), **form.cleaned_data)
        messages.success(request, f"Le dossier « {company.name} » est ouvert.")
        return redirect("firm_production", company.pk)
    return render(request, "firm/open_dossier.html", {"firm": seat.firm, "form": form})


@doors.signed_in
@require_POST
def write_rule(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """Add a booking rule; movements in suspense are booked by it at once."""
    seat = doors.dossier(request, company_id, Act.WRITE_RULES)
    words = tuple(request.POST.get("words", "").split())
    account = request.POST.get("account", "").strip()
    if not words or not (account.isdigit() and 3 <= len(account) <= 12):
        messages.error(request, "Une règle a au moins un mot du libellé et un compte de trois chiffres ou plus.")
        return redirect("firm_bank", company_id)
    rule = Rule(request.POST.get("name", "").strip() or " ".join(words), words, account)
    pipeline.write_rule(company=seat.company, rule=rule, by=seat.person, at=timezone.now())
    messages.success(request, f"La règle « {rule.name} » est en place.")
    return redirect("firm_bank", company_id)


@doors.signed_in
@require_POST
def end_rule(request: HttpRequest, company_id: UUID, rule_id: UUID) -> HttpResponse:
    """Stop a rule; what it booked stays."""
    rule = doors.rule(request, company_id, rule_id, Act.WRITE_RULES)
    banking.end_rule(rule=rule, by=doors.person(request), at=timezone.now())
    messages.success(request, f"La règle « {rule.name} » ne sert plus.")
    return redirect("firm_bank", company_id)
