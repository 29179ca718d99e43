"""The company file (*dossier permanent*): identity, tax, keeping, people, own accounts, documents awaited."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from comptoir import pipeline
from comptoir.domain import company as kinds
from comptoir.domain import opening
from comptoir.domain.limits import plain
from comptoir.domain.rights import Act
from comptoir.readers import dossiers as written
from comptoir.records.firms import file, retention
from comptoir.records.firms import opening as dossiers
from comptoir.records.firms import queries as people
from comptoir.records.firms.models import Contact
from comptoir.records.firms.queries import Seat
from comptoir.records.ledger import opening as books
from comptoir.records.ledger import queries as ledger
from comptoir.records.ledger import retention as kept
from comptoir.records.ledger.models import FiscalYear
from comptoir.web import doors
from comptoir.web.firm.context import frame
from comptoir.web.firm.identity import DAY, Identity, form_choice, named
from comptoir.web.refusals import refused

PARTS = {
    "Identité": (
        "name", "trade_name", "reference", "legal_form", "other_form", "siren", "siret", "address", "activity", "naf",
    ),
    "TVA": ("vat_regime", "vat_on", "vat_number"),
    "Tenue et exercice": ("keeping", "method", "closes_on"),
}  # fmt: skip
"""The parts of the form, and the fields of each."""


NEW = "new"
"""In place of a contact: the one being added."""


class CompanyFile(Identity):
    """What the firm knows of a company, and how it keeps it."""

    trade_name = forms.CharField(label="Nom commercial", max_length=200, required=False)
    siret = forms.CharField(label="SIRET du siège", max_length=24, required=False)
    address = forms.CharField(label="Adresse", max_length=300, required=False)
    activity = forms.CharField(label="Activité", max_length=120, required=False)
    naf = forms.CharField(label="Code NAF", max_length=8, required=False, help_text="Par exemple 10.71C.")
    vat_on = forms.ChoiceField(
        label="Exigibilité", choices=[(on.value, on.french) for on in kinds.VatOn], required=False
    )
    vat_number = forms.CharField(
        label="N° de TVA", max_length=24, required=False, help_text="Laissez vide : il se déduit du SIREN."
    )
    keeping = forms.ChoiceField(
        label="Tenue",
        choices=[(k.value, k.french) for k in kinds.Keeping],
        help_text="Manuelle : les pièces sont lues et rapprochées, vous saisissez leurs écritures.",
    )
    method = forms.ChoiceField(
        label="Méthode de l’exercice", choices=[(m.value, m.french) for m in kinds.Method], required=False
    )
    closes_on = forms.DateField(label="Clôture de l’exercice en cours", widget=DAY, required=False)

    def __init__(self, *args: Any, year: FiscalYear | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if year is None:
            del self.fields["method"], self.fields["closes_on"]

    def clean_naf(self) -> str:
        """As INSEE writes it."""
        code = written.naf_code(self.cleaned_data["naf"]) if self.cleaned_data["naf"].strip() else ""
        if code is None:
            raise forms.ValidationError("Un code NAF a quatre chiffres et une lettre : 10.71C.")
        return code

    def clean(self) -> dict[str, Any]:
        """SIRET and VAT number go with the SIREN; the VAT number follows from it where VAT is due."""
        found = super().clean()
        siren, regime = found.get("siren", ""), kinds.VatRegime(found.get("vat_regime", ""))
        found["siret"] = written.compact(found.get("siret", ""))
        found["vat_number"] = written.compact(found.get("vat_number", ""))
        if found["siret"] and (fault := written.siret_fault(found["siret"], siren)):
            self.add_error("siret", fault)
        if found["vat_number"] and (fault := written.vat_fault(found["vat_number"], siren)):
            self.add_error("vat_number", fault)
        found["vat_number"] = found.get("vat_number") or kinds.derived_vat_number(siren, regime)
        return found


class ContactForm(forms.Form):
    """Somebody to ask at the company."""

    name = forms.CharField(label="Nom", max_length=120)
    title = forms.CharField(label="Fonction", max_length=80, required=False)
    email = forms.EmailField(label="E-mail", required=False)
    phone = forms.CharField(label="Téléphone", max_length=30, required=False)
    is_main = forms.BooleanField(label="Contact principal", required=False)


@doors.signed_in
@require_http_methods(["GET", "POST"])
def screen(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """The whole file; a POST changes its identity, its VAT, its keeping."""
    if request.method == "GET":
        return _page(request, doors.dossier(request, company_id, Act.SEE_BOOKS))
    seat = doors.dossier(request, company_id, Act.EDIT_FILE)
    year = _open_year(seat)
    form = _form(seat, year, request.POST)
    if not form.is_valid():
        return refused(request, "Rien n’a été enregistré : voyez les champs en rouge.", _page, seat, form)
    values = {name: form.cleaned_data[name] for name in file.FIELDS}
    try:
        is_changed = pipeline.edit_file(
            company=seat.company,
            values=values,
            year=year,
            closes_on=form.cleaned_data.get("closes_on"),
            method=kinds.Method(method) if (method := form.cleaned_data.get("method")) else None,
            by=seat.person,
            at=timezone.now(),
        )
    except (books.Fixed, file.Taken) as refusal:
        return refused(request, str(refusal), _page, seat, form)
    messages.success(request, "Le dossier permanent est à jour." if is_changed else "Rien n’a changé.")
    return redirect("firm_file", company_id)


@doors.signed_in
@require_POST
def add_contact(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """Add somebody to ask at the company."""
    return _write_contact(request, doors.dossier(request, company_id, Act.EDIT_FILE), None)


@doors.signed_in
@require_POST
def edit_contact(request: HttpRequest, company_id: UUID, contact_id: UUID) -> HttpResponse:
    """Correct what is known of somebody to ask."""
    return _write_contact(request, *doors.contact(request, company_id, contact_id, Act.EDIT_FILE))


@doors.signed_in
@require_POST
def remove_contact(request: HttpRequest, company_id: UUID, contact_id: UUID) -> HttpResponse:
    """Somebody is no longer to be asked."""
    seat, contact = doors.contact(request, company_id, contact_id, Act.EDIT_FILE)
    file.remove_contact(contact=contact, by=seat.person, at=timezone.now())
    messages.success(request, f"« {contact.name} » n’est plus un contact.")
    return redirect("firm_file", company_id)


@doors.signed_in
@require_POST
def show_interlocutors(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """Say whom the client sees, with which function: one's own, or anybody's for who manages the firm's models."""
    seat = doors.dossier(request, company_id, Act.EDIT_FILE)
    keepers = [row.person for row, _ in file.keepers(seat.company, timezone.localdate())]
    titles = {
        person.pk: plain(request.POST[f"title-{person.pk}"], 80)
        for person in keepers
        if f"title-{person.pk}" in request.POST and (seat.may(Act.MANAGE_MODELS) or person == seat.person)
    }
    shown = {person.pk for person in keepers if str(person.pk) in request.POST.getlist("shown")}
    file.show_interlocutors(company=seat.company, shown=shown, titles=titles, by=seat.person, at=timezone.now())
    messages.success(request, "Les interlocuteurs que voit le client sont à jour.")
    return redirect("firm_file", company_id)


@doors.signed_in
@require_POST
def write_chart(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """Write the dossier's own accounts: their labels count over the general chart's."""
    seat = doors.dossier(request, company_id, Act.EDIT_FILE)
    if "accounts" not in request.POST:
        return refused(request, "Aucun compte n’est arrivé : rien n’a été enregistré.", _page, seat)
    accounts = opening.accounts_of(request.POST["accounts"])
    if faults := opening.Model(accounts=accounts).faults():
        return refused(request, f"{' '.join(faults)} Rien n’a été enregistré.", _page, seat)
    is_changed = books.write_chart(company=seat.company, accounts=accounts, by=seat.person, at=timezone.now())
    messages.success(request, "Les comptes du dossier sont à jour." if is_changed else "Rien n’a changé.")
    return redirect("firm_file", company_id)


@doors.signed_in
@require_POST
def request_documents(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """Ask for documents, one a line."""
    seat = doors.dossier(request, company_id, Act.EDIT_FILE)
    labels = opening.labels_of(request.POST.get("labels", ""))
    when = request.POST.get("when", "")
    if not labels or when not in list(kinds.When):
        return refused(request, "Écrivez au moins un document, et dites pour quand.", _page, seat)
    if len(labels) > opening.MOST:
        return refused(request, f"Pas plus de {opening.MOST} documents à la fois.", _page, seat)
    file.request_documents(
        company=seat.company, labels=labels, when=kinds.When(when), by=seat.person, at=timezone.now()
    )
    return redirect("firm_file", company_id)


@doors.signed_in
@require_POST
def tick(request: HttpRequest, company_id: UUID, item_id: UUID) -> HttpResponse:
    """Tick a document off, or await it again."""
    seat, item = doors.document_request(request, company_id, item_id, Act.EDIT_FILE)
    file.tick(item=item, is_done=request.POST.get("done") == "1", by=seat.person, at=timezone.now())
    return redirect("firm_file", company_id)


@doors.signed_in
@require_POST
def withdraw_request(request: HttpRequest, company_id: UUID, item_id: UUID) -> HttpResponse:
    """Await a document no longer."""
    seat, item = doors.document_request(request, company_id, item_id, Act.EDIT_FILE)
    file.withdraw_request(item=item, by=seat.person, at=timezone.now())
    return redirect("firm_file", company_id)


def _write_contact(request: HttpRequest, seat: Seat, contact: Contact | None) -> HttpResponse:
    form = ContactForm(request.POST)
    if not form.is_valid():
        sentence = " ".join(str(fault) for faults in form.errors.values() for fault in faults)
        said = f"Contact : {sentence} Rien n’a été enregistré."
        return refused(request, said, _page, seat, None, contact.pk if contact else NEW)
    values = {name: form.cleaned_data[name] for name in ("name", "title", "email", "phone")}
    file.write_contact(
        company=seat.company,
        contact=contact,
        values=values,
        is_main=form.cleaned_data["is_main"],
        by=seat.person,
        at=timezone.now(),
    )
    messages.success(
        request, f"« {values['name']} » est à jour." if contact else f"« {values['name']} » est ajouté."
    )
    return redirect("firm_file", seat.company.pk)


def _page(
    request: HttpRequest, seat: Seat, form: CompanyFile | None = None, asked: UUID | str = ""
) -> HttpResponse:
    """The file; `asked` is the contact whose form was refused, with what was typed in it."""
    company = seat.company
    year = books.current_year(company, timezone.localdate())
    is_fixed = year is not None and books.is_fixed(year)
    shown = form or _form(seat, None if is_fixed else year)
    context = frame(seat, "file") | {
        "form": shown,
        "parts": [(title, named(shown, names)) for title, names in PARTS.items()],
        "year": year,
        "method": kinds.Method(year.method).french if year else "",
        "is_fixed": is_fixed,
        "contacts": file.contacts(company),
        "asked": asked,
        "keepers": file.keepers(company, timezone.localdate()),
        "requests": file.requests(company),
        "whens": list(kinds.When),
        "own_accounts": ledger.own_labels(company),
        "typed": request.POST,
        "years": retention.years_of(company),
        "kept_until": kept.of(company).until(timezone.localdate()),
        "hold": retention.standing(company),
    }
    return render(request, "firm/file.html", context)


def _open_year(seat: Seat) -> FiscalYear | None:
    """The current fiscal year, as long as its method and its closing may still change."""
    year = books.current_year(seat.company, timezone.localdate())
    return None if year is None or books.is_fixed(year) else year


def _form(seat: Seat, year: FiscalYear | None, typed: QueryDict | None = None) -> CompanyFile:
    company, today = seat.company, timezone.localdate()
    place = people.firm_seat(seat.person, company.firm_id, today) if typed else None
    sirens, references = dossiers.taken(place, today, but=company) if place else ({}, {})
    first = {name: getattr(company, name) for name in file.FIELDS} | form_choice(company.legal_form)
    first |= {"closes_on": year.closes_on, "method": year.method} if year else {}
    return CompanyFile(typed, initial=first, year=year, sirens=sirens, references=references)
