"""The firm's home: its dossiers with what waits in each, and opening one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
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

from comptoir import pipeline
from comptoir.domain import company as kinds
from comptoir.domain.opening import Contact, Director, Model, Opening
from comptoir.domain.rights import Act
from comptoir.records.exports import actions as exports
from comptoir.records.firms import opening as dossiers
from comptoir.records.firms import queries as people
from comptoir.records.firms.file import Taken
from comptoir.records.firms.models import DossierModel
from comptoir.records.firms.queries import FirmSeat
from comptoir.records.missing import filters
from comptoir.records.missing import portfolio as portfolios
from comptoir.web import doors
from comptoir.web.firm.context import cabinet
from comptoir.web.firm.identity import DAY, Identity, named
from comptoir.web.firm.inviting import invite_directors, waiting
from comptoir.web.firm.portfolio_file import write_csv
from comptoir.web.names import OneLine
from comptoir.web.refusals import refused
from comptoir.web.templatetags.comptoir import MONTHS

PARTS = {
    "Société": ("name", "reference", "legal_form", "other_form", "siren"),
    "Comptabilité": ("model", "opens_on", "closes_on", "method", "vat_regime"),
    "Contact principal (facultatif)": ("contact_name", "contact_title", "contact_email", "contact_phone"),
    "Inviter le dirigeant (facultatif)": ("director_first_name", "director_last_name", "director_email"),
}


class Dossier(Identity):
    """A company, its current fiscal year, whom to ask there, and the model it starts from."""

    model = forms.ChoiceField(label="Modèle", required=False)
    opens_on = forms.DateField(label="Exercice ouvert le", widget=DAY)
    closes_on = forms.DateField(label="Clos le", widget=DAY)
    method = forms.ChoiceField(
        label="Méthode comptable", choices=[(m.value, m.french) for m in kinds.Method], required=False
    )
    contact_name = forms.CharField(label="Nom", max_length=120, required=False)
    contact_title = forms.CharField(label="Fonction", max_length=80, required=False)
    contact_email = forms.EmailField(label="E-mail", required=False)
    contact_phone = forms.CharField(label="Téléphone", max_length=30, required=False)
    director_first_name = OneLine(label="Prénom", max_length=80, required=False)
    director_last_name = OneLine(label="Nom", max_length=80, required=False)
    director_email = forms.EmailField(
        label="E-mail", required=False, help_text="Laissez vide pour l’inviter plus tard."
    )

    def __init__(self, *args: Any, models: Iterable[DossierModel], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.models = {str(row.pk): row for row in models}
        chosen = self.fields["model"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = [("", "Sans modèle"), *((key, row.name) for key, row in self.models.items())]

    def clean(self) -> dict[str, Any]:
        """The year must be one; whoever is invited has a name and an address."""
        found = super().clean()
        opens_on, closes_on = found.get("opens_on"), found.get("closes_on")
        if opens_on and closes_on and (fault := kinds.year_fault(opens_on, closes_on)):
            raise forms.ValidationError(fault)
        invited = [found.get(f"director_{part}") for part in ("first_name", "last_name", "email")]
        if any(invited) and not all(invited) and "director_email" not in self.errors:
            raise forms.ValidationError("Pour inviter le dirigeant, donnez son prénom, son nom et son e-mail.")
        return found

    def opening(self) -> Opening:
        """The dossier to open."""
        told = self.cleaned_data
        model = self.models.get(told["model"])
        name = told["contact_name"] or told["contact_email"]
        contact = Contact(name, told["contact_title"], told["contact_email"], told["contact_phone"])
        director = Director(told["director_first_name"], told["director_last_name"], told["director_email"])
        return Opening(
            name=told["name"],
            siren=told["siren"],
            opens_on=told["opens_on"],
            closes_on=told["closes_on"],
            reference=told["reference"],
            legal_form=told["legal_form"],
            vat_regime=kinds.VatRegime(told["vat_regime"]),
            method=kinds.Method(told["method"] or kinds.Method.ENGAGEMENT),
            contact=contact if name else None,
            director=director if director.email else None,
            model=dossiers.content(model) if model else Model(),
        )


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
    name = f"portefeuille-{timezone.localdate()}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    write_csv(answer, rows)
    exports.note_list_taken(of=seat.firm, filename=name, by=seat.person, at=timezone.now())
    return answer


def page(request: HttpRequest, seat: FirmSeat, asked: filters.Filters) -> HttpResponse:
    """The portfolio's page, or its list alone for a page that has it already."""
    today = timezone.localdate()
    found = portfolios.portfolio(seat, asked, today)
    if found.behind:
        pipeline.stand_later(seat.firm)
    context = cabinet(seat, "portfolio") | {
        "portfolio": found,
        "asked": found.filters,
        "back": quote(found.filters.address, safe=""),
        "headings": headings(found.filters),
    }
    if request.htmx:  # type: ignore[attr-defined]  # set by django-htmx
        return render(request, "firm/portfolio_list.html", context | {"is_list": True})
    context |= {
        "choices": portfolios.choices(seat, today),
        "months": list(enumerate(MONTHS, 1)),
        "waiting": filters.WAITING,
        "keepings": filters.KEEPINGS,
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
    form = _form(request, seat)
    if request.method == "GET":
        return _opening(request, seat, form)
    if not form.is_valid():
        return refused(request, "Rien n’a été ouvert : voyez ce qui est en rouge.", _opening, seat, form)
    opening, now = form.opening(), timezone.now()
    try:
        (company,) = pipeline.open_dossiers(firm=seat.firm, openings=[opening], by=seat.person, at=now)
    except Taken as refusal:
        return refused(request, str(refusal), _opening, seat, form)
    invited = invite_directors(request, [(company, opening.director)], by=seat.person, at=now)
    told = f" {opening.director.first_name} est invité{waiting(1)}." if invited and opening.director else ""
    messages.success(request, f"Le dossier « {company.name} » est ouvert.{told}")
    return redirect("firm_production", company.pk)


def _form(request: HttpRequest, seat: FirmSeat) -> Dossier:
    today = timezone.localdate()
    first = {"opens_on": date(today.year, 1, 1), "closes_on": date(today.year, 12, 31)}
    sirens, references = dossiers.taken(seat, today)
    return Dossier(
        request.POST if request.method == "POST" else None,
        initial=first,
        sirens=sirens,
        references=references,
        models=dossiers.models_of(seat.firm),
    )


def _opening(request: HttpRequest, seat: FirmSeat, form: Dossier) -> HttpResponse:
    parts = [(title, named(form, names)) for title, names in PARTS.items()]
    context = cabinet(seat, "open_dossier") | {"form": form, "parts": parts}
    return render(request, "firm/open_dossier.html", context)
