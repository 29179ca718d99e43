"""The firm's home: its dossiers with what waits in each, and opening one."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods
from stdnum.fr import siren as siren_numbers

from comptoir import pipeline
from comptoir.domain.limits import FIRST_DAY, LAST_DAY
from comptoir.domain.rights import Act
from comptoir.records.firms import queries as people
from comptoir.records.firms.models import Company
from comptoir.records.missing.portfolio import portfolio
from comptoir.web import doors

TWO_YEARS = timedelta(days=731)


class Dossier(forms.Form):
    """A company and its current fiscal year."""

    name = forms.CharField(label="Raison sociale", max_length=200)
    siren = forms.CharField(label="SIREN", max_length=11, help_text="Neuf chiffres.")
    legal_form = forms.CharField(label="Forme juridique", max_length=20, required=False)
    opens_on = forms.DateField(label="Exercice ouvert le", widget=forms.DateInput(attrs={"type": "date"}))
    closes_on = forms.DateField(label="Clos le", widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, known: Iterable[Company] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = {company.siren: company.name for company in known}

    def clean_siren(self) -> str:
        """The SIREN, its key checked; the person's dossiers hold it once."""
        written = str(siren_numbers.compact(self.cleaned_data["siren"]))
        if not siren_numbers.is_valid(written):
            raise forms.ValidationError("Ce SIREN n’existe pas : vérifiez ses neuf chiffres.")
        if name := self.known.get(written):
            raise forms.ValidationError(f"Ce SIREN a déjà son dossier : « {name} ».")
        return written

    def clean(self) -> dict[str, Any]:
        """A year closes after it opened, and lasts 24 months at most (code de commerce, practice)."""
        found = super().clean() or self.cleaned_data
        opens_on, closes_on = found.get("opens_on"), found.get("closes_on")
        if opens_on and closes_on and not _is_a_year(opens_on, closes_on):
            raise forms.ValidationError("L’exercice doit se clore après son ouverture, en 24 mois au plus.")
        return found


@doors.signed_in
@require_GET
def home(request: HttpRequest, firm_id: UUID) -> HttpResponse:
    """The portfolio."""
    seat = doors.firm(request, firm_id)
    found = portfolio(seat, timezone.localdate())
    context = {"firm": seat.firm, "portfolio": found, "may_open": seat.may(Act.OPEN_DOSSIER)}
    return render(request, "firm/portfolio.html", context)


@doors.signed_in
@require_http_methods(["GET", "POST"])
def open_dossier(request: HttpRequest, firm_id: UUID) -> HttpResponse:
    """A new dossier, ready to work in."""
    seat = doors.firm(request, firm_id, Act.OPEN_DOSSIER)
    year = timezone.localdate().year
    first = {"opens_on": date(year, 1, 1).isoformat(), "closes_on": date(year, 12, 31).isoformat()}
    known = people.dossiers(seat, timezone.localdate())
    form = Dossier(request.POST or None, initial=first, known=known)
    if request.method == "POST" and form.is_valid():
        company = pipeline.open_dossier(firm=seat.firm, by=seat.person, at=timezone.now(), **form.cleaned_data)
        messages.success(request, f"Le dossier « {company.name} » est ouvert.")
        return redirect("firm_production", company.pk)
    status = 422 if form.is_bound else 200
    return render(request, "firm/open_dossier.html", {"firm": seat.firm, "form": form}, status=status)


def _is_a_year(opens_on: date, closes_on: date) -> bool:
    return FIRST_DAY <= opens_on < closes_on <= LAST_DAY and closes_on - opens_on < TWO_YEARS
