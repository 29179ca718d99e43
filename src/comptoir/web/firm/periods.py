"""Fiscal years opened and taken away, and the books locked up to a day and reopened: acts of the page *Exercices et FEC*."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from comptoir import pipeline
from comptoir.domain.company import Method
from comptoir.domain.limits import plain, read_day
from comptoir.domain.rights import Act
from comptoir.records.ledger.actions import NotAYear
from comptoir.records.ledger.locks import NotLockable
from comptoir.records.ledger.opening import Fixed
from comptoir.records.ledger.removing import NotRemovable
from comptoir.web import doors
from comptoir.web.firm.books import years_page
from comptoir.web.refusals import refused


class Year(forms.Form):
    """A fiscal year to open."""

    opens_on = forms.DateField()
    closes_on = forms.DateField()
    method = forms.ChoiceField(choices=[(method.value, method.french) for method in Method])


@doors.signed_in
@require_POST
def open_year(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """Open a year beside the others; what the bank told of its days is booked at once."""
    seat = doors.dossier(request, company_id, Act.EDIT_FILE)
    form = Year(request.POST)
    if not form.is_valid():
        return refused(request, "Donnez le premier et le dernier jour de l’exercice.", years_page, seat)
    said = form.cleaned_data | {"method": Method(form.cleaned_data["method"])}
    try:
        year = pipeline.open_year(company=seat.company, by=seat.person, at=timezone.now(), **said)
    except NotAYear as refusal:
        return refused(request, str(refusal), years_page, seat)
    messages.success(request, f"L’exercice du {year.opens_on:%d/%m/%Y} au {year.closes_on:%d/%m/%Y} est ouvert.")
    return redirect("firm_years", company_id)


@doors.signed_in
@require_POST
def move_closing(request: HttpRequest, company_id: UUID, year_id: UUID) -> HttpResponse:
    """A year closes on another day; the next one begins behind it."""
    seat, year = doors.fiscal_year(request, company_id, year_id, Act.EDIT_FILE)
    closes_on = read_day(request.POST.get("closes_on", ""))
    if closes_on is None:
        return refused(request, "Donnez le dernier jour de l’exercice.", years_page, seat)
    try:
        pipeline.edit_file(
            company=seat.company,
            values={},
            year=year,
            closes_on=closes_on,
            method=None,
            by=seat.person,
            at=timezone.now(),
        )
    except Fixed as refusal:
        return refused(request, str(refusal), years_page, seat)
    messages.success(request, f"L’exercice se clôt le {closes_on:%d/%m/%Y}.")
    return redirect("firm_years", company_id)


@doors.signed_in
@require_POST
def remove_year(request: HttpRequest, company_id: UUID, year_id: UUID) -> HttpResponse:
    """Take away an empty year that was opened by mistake."""
    seat, year = doors.fiscal_year(request, company_id, year_id, Act.EDIT_FILE)
    try:
        pipeline.remove_year(year=year, by=seat.person, at=timezone.now())
    except NotRemovable as refusal:
        return refused(request, str(refusal), years_page, seat)
    messages.success(request, f"L’exercice du {year.opens_on:%d/%m/%Y} au {year.closes_on:%d/%m/%Y} est retiré.")
    return redirect("firm_years", company_id)


@doors.signed_in
@require_POST
def lock(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """Shut the books up to a day."""
    seat = doors.dossier(request, company_id, Act.LOCK_BOOKS)
    until = read_day(request.POST.get("until", ""))
    if until is None:
        return refused(request, "Donnez le dernier jour à verrouiller.", years_page, seat)
    try:
        pipeline.lock_books(company=seat.company, until=until, by=seat.person, at=timezone.now())
    except NotLockable as refusal:
        return refused(request, str(refusal), years_page, seat)
    messages.success(request, f"Les livres sont verrouillés jusqu’au {until:%d/%m/%Y}.")
    return redirect("firm_years", company_id)


@doors.signed_in
@require_POST
def reopen(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """Lift the lock, wholly or down to a day, and say why."""
    seat = doors.dossier(request, company_id, Act.LOCK_BOOKS)
    written, why = request.POST.get("kept", ""), plain(request.POST.get("why", ""), 200)
    kept = read_day(written)
    if written and kept is None:
        return refused(request, "Ce jour n’existe pas : rien n’a été rouvert.", years_page, seat)
    try:
        pipeline.reopen_books(company=seat.company, kept=kept, why=why, by=seat.person, at=timezone.now())
    except NotLockable as refusal:
        return refused(request, str(refusal), years_page, seat)
    still = f"Les livres restent verrouillés jusqu’au {kept:%d/%m/%Y}." if kept else "Les livres sont rouverts."
    messages.success(request, still)
    return redirect("firm_years", company_id)
