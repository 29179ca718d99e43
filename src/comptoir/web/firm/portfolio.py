"""The firm's home: its dossiers with what waits in each, and opening one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods
from stdnum.fr import siren as siren_numbers

from comptoir import pipeline
from comptoir.domain.limits import FIRST_DAY, LAST_DAY
from comptoir.domain.rights import Act
from comptoir.records.firms import queries as people
from comptoir.records.firms.models import Company
from comptoir.records.firms.queries import FirmSeat
from comptoir.records.missing import filters
from comptoir.records.missing import portfolio as portfolios
from comptoir.web import doors
from comptoir.web.firm.context import cabinet
from comptoir.web.firm.portfolio_file import write_csv
from comptoir.web.templatetags.comptoir import MONTHS

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
    """The portfolio, as its address asks; without anything asked, as the person's own default view does."""
    seat = doors.firm(request, firm_id)
    if not request.GET and (opening := portfolios.opening_view(seat.firm, seat.person)):
        return redirect(f"{request.path}?{opening.query}")
    return page(request, seat, filters.read(dict(request.GET.lists())))


@doors.signed_in
@require_GET
def export(request: HttpRequest, firm_id: UUID) -> HttpResponse:
    """The dossiers asked for, as a file for a spreadsheet: only those that the person may enter."""
    seat = doors.firm(request, firm_id)
    asked = filters.read(dict(request.GET.lists()))
    rows = portfolios.every_row(seat, asked, timezone.localdate())
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="portefeuille-{timezone.localdate()}.csv"'
    write_csv(answer, rows)
    return answer


def page(request: HttpRequest, seat: FirmSeat, asked: filters.Filters) -> HttpResponse:
    """The portfolio's page, or its list alone for a page that has it already."""
    today = timezone.localdate()
    found = portfolios.portfolio(seat, asked, today)
    context = cabinet(seat, "portfolio") | {
        "portfolio": found,
        "asked": found.filters,
        "back": quote(found.filters.address, safe=""),
        "headings": headings(found.filters),
    }
    if request.htmx:  # type: ignore[attr-defined]  # set by django-htmx
        return render(request, "firm/portfolio_list.html", context)
    context |= {
        "choices": portfolios.choices(seat, today),
        "months": list(enumerate(MONTHS, 1)),
        "waiting": filters.WAITING,
        "views": portfolios.views(seat.firm, seat.person),
        "colleagues": people.at_work(seat.firm, today) if seat.may(Act.ASSIGN) else [],
    }
    return render(request, "firm/portfolio.html", context)


def back_to(request: HttpRequest, seat: FirmSeat) -> HttpResponse:
    """The portfolio as it was when the form was sent."""
    asked = filters.parse(request.POST.get("retour", ""))
    return redirect(f"{reverse('portfolio', args=[seat.firm.pk])}?{asked.address}")


def again(request: HttpRequest, seat: FirmSeat) -> HttpResponse:
    """The same for a form that is refused."""
    return page(request, seat, filters.parse(request.POST.get("retour", "")))


@dataclass(frozen=True, slots=True)
class Link:
    """What a click on a column's name asks for."""

    label: str
    title: str
    query: str
    orders: bool


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a column: its links, and how it orders if it does."""

    links: tuple[Link, ...]
    order: str
    is_number: bool


def headings(asked: filters.Filters) -> list[Heading]:
    """The heads of the columns under these filters."""
    groups: list[list[filters.Column]] = []
    for column in filters.COLUMNS:
        groups = [*groups[:-1], [*groups[-1], column]] if column.is_beside else [*groups, [column]]
    return [_heading(group, asked) for group in groups]


def _heading(columns: list[filters.Column], asked: filters.Filters) -> Heading:
    links = tuple(
        Link(column.label, column.title, asked.sorted_by(column).query, column == asked.column)
        for column in columns
    )
    order = ("descending" if asked.is_falling else "ascending") if asked.column in columns else ""
    return Heading(links, order, is_number=columns[0].falls and columns[0].key != "depot")


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
