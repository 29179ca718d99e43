"""Model dossiers: what the firm's dossiers of one sort start with."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from comptoir.domain import company as kinds
from comptoir.domain import opening, rule_text
from comptoir.domain.limits import plain
from comptoir.domain.rights import Act
from comptoir.lib.english import colon
from comptoir.lib.english.catalog import english
from comptoir.records.firms import opening as dossiers
from comptoir.records.firms import queries as people
from comptoir.records.firms.models import Company, DossierModel
from comptoir.records.firms.queries import FirmSeat
from comptoir.records.ledger import opening as books
from comptoir.web import doors
from comptoir.web.firm.context import cabinet
from comptoir.web.firm.identity import named
from comptoir.web.refusals import refused

LINES = forms.Textarea(attrs={"rows": 5})
PARTS = {
    "Réglages": ("name", "vat_regime", "keeping", "sales_account"),
    "Pièces manquantes": ("asks_missing", "missing_floor", "justifiable"),
    "Documents à demander": tuple(f"requests_{when}" for when in kinds.When),
    "Plan de comptes et journaux": ("accounts", "journals"),
}


class ModelForm(forms.Form):
    """A model, as the firm writes it."""

    name = forms.CharField(label="Nom du modèle", max_length=80)
    vat_regime = forms.ChoiceField(
        label="Régime de TVA", choices=[(r.value, r.french) for r in kinds.VatRegime], required=False
    )
    keeping = forms.ChoiceField(label="Tenue", choices=[(k.value, k.french) for k in kinds.Keeping])
    sales_account = forms.CharField(label="Compte de ventes", max_length=12)
    asks_missing = forms.BooleanField(label="Demander les pièces manquantes", required=False)
    missing_floor = forms.DecimalField(
        label="À partir de (€)", max_digits=12, decimal_places=2, min_value=0, localize=True, required=False
    )
    justifiable = forms.CharField(
        label="Autres comptes à justifier", max_length=200, required=False, help_text="Séparés par des espaces."
    )
    accounts = forms.CharField(
        label="Comptes", required=False, widget=LINES, help_text="Un par ligne : 601100 Achats de farine."
    )
    journals = forms.CharField(
        label="Journaux", required=False, widget=LINES, help_text="Un par ligne : BQ2 Banque postale."
    )
    rules = forms.MultipleChoiceField(
        label="Règles d’affectation", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, model: opening.Model, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.model = model
        for when in kinds.When:
            self.fields[f"requests_{when}"] = forms.CharField(
                label=when.french, required=False, widget=LINES, help_text="Un document par ligne."
            )
        rules = self.fields["rules"]
        assert isinstance(rules, forms.MultipleChoiceField)
        rules.choices = [
            (
                str(rank),
                f"{rule.name}{colon()}{english(rule_text.conditions(rule)).removesuffix('.')} → {english(rule_text.outcome(rule))}",
            )
            for rank, rule in enumerate(model.rules)
        ]

    def clean(self) -> dict[str, Any]:
        """The model as it would be kept, or every reason why it cannot be."""
        found = super().clean() or self.cleaned_data
        if not self.errors:
            self.written = self._written(found)
            for fault in self.written.faults():
                self.add_error(None, fault)
        return found

    def _written(self, found: dict[str, Any]) -> opening.Model:
        asked = [
            opening.Request(label, when)
            for when in kinds.When
            for label in opening.labels_of(found[f"requests_{when}"])
        ]
        return opening.Model(
            opening.accounts_of(found["accounts"]),
            opening.journals_of(found["journals"]),
            tuple(self.model.rules[int(rank)] for rank in found["rules"]),
            tuple(asked),
            opening.Settings(
                found["asks_missing"],
                found["missing_floor"] or opening.Settings().missing_floor,
                tuple(found["justifiable"].replace(",", " ").split()),
                found["sales_account"],
                kinds.VatRegime(found["vat_regime"]),
                kinds.Keeping(found["keeping"]),
            ),
        )


@doors.signed_in
@require_http_methods(["GET", "POST"])
def screen(request: HttpRequest, firm_id: UUID) -> HttpResponse:
    """The firm's models; a POST makes one, from a dossier or empty."""
    seat = doors.firm(request, firm_id, Act.MANAGE_MODELS)
    if request.method == "GET":
        return _list(request, seat)
    name, company = plain(request.POST.get("name", ""), 80), _chosen(request, seat)
    if not name:
        return refused(request, "Donnez un nom au modèle.", _list, seat)
    today, now = timezone.localdate(), timezone.now()
    model = books.as_model(company, today) if company else opening.Model()
    try:
        row = dossiers.write_model(firm=seat.firm, row=None, name=name, model=model, by=seat.person, at=now)
    except dossiers.NameTaken as refusal:
        return refused(request, str(refusal), _list, seat)
    messages.success(request, f"Le modèle « {row.name} » est prêt : complétez-le ici.")
    return redirect("firm_model", firm_id, row.pk)


@doors.signed_in
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, firm_id: UUID, model_id: UUID) -> HttpResponse:
    """One model; a POST rewrites it. Dossiers opened from it keep what they took."""
    seat, row = doors.dossier_model(request, firm_id, model_id)
    model = dossiers.content(row)
    form = ModelForm(request.POST if request.method == "POST" else None, model=model, initial=_first(row, model))
    if request.method == "GET":
        return _page(request, seat, row, form)
    if not form.is_valid():
        return refused(request, "Rien n’a été enregistré : voyez ce qui est en rouge.", _page, seat, row, form)
    name, now = form.cleaned_data["name"], timezone.now()
    try:
        dossiers.write_model(firm=seat.firm, row=row, name=name, model=form.written, by=seat.person, at=now)
    except dossiers.NameTaken as refusal:
        form.add_error("name", str(refusal))
        return refused(request, str(refusal), _page, seat, row, form)
    messages.success(request, f"Le modèle « {name} » est à jour.")
    return redirect("firm_models", firm_id)


@doors.signed_in
@require_POST
def delete(request: HttpRequest, firm_id: UUID, model_id: UUID) -> HttpResponse:
    """A model goes; dossiers opened from it keep their copies."""
    seat, row = doors.dossier_model(request, firm_id, model_id)
    dossiers.delete_model(row=row, by=seat.person, at=timezone.now())
    messages.success(
        request, f"Le modèle « {row.name} » est supprimé ; les dossiers qui en viennent gardent tout."
    )
    return redirect("firm_models", firm_id)


def _list(request: HttpRequest, seat: FirmSeat) -> HttpResponse:
    context = cabinet(seat, "models") | {
        "models": [(row, dossiers.content(row)) for row in dossiers.models_of(seat.firm)],
        "dossiers": people.dossiers(seat, timezone.localdate()),
        "typed": request.POST,
    }
    return render(request, "firm/models.html", context)


def _page(request: HttpRequest, seat: FirmSeat, row: DossierModel, form: ModelForm) -> HttpResponse:
    context = cabinet(seat, "models") | {
        "address": reverse("firm_model", args=[seat.firm.pk, row.pk]),
        "model": row,
        "form": form,
        "parts": [(title, named(form, names)) for title, names in PARTS.items()],
    }
    return render(request, "firm/model.html", context)


def _chosen(request: HttpRequest, seat: FirmSeat) -> Company | None:
    """The dossier to take after, among those this person may enter."""
    wanted = request.POST.get("dossier", "")
    known = {str(company.pk): company for company in people.dossiers(seat, timezone.localdate())}
    if wanted and wanted not in known:
        raise Http404
    return known.get(wanted)


def _first(row: DossierModel, model: opening.Model) -> dict[str, Any]:
    settings = model.settings
    asked = {
        f"requests_{when}": "\n".join(r.label for r in model.requests if r.when == when) for when in kinds.When
    }
    return asked | {
        "name": row.name,
        "vat_regime": settings.vat_regime,
        "keeping": settings.keeping,
        "sales_account": settings.sales_account,
        "asks_missing": settings.asks_missing,
        "missing_floor": settings.missing_floor,
        "justifiable": " ".join(settings.justifiable),
        "accounts": "\n".join(f"{account.number} {account.label}" for account in model.accounts),
        "journals": "\n".join(f"{journal.code} {journal.label}" for journal in model.journals),
        "rules": [str(rank) for rank in range(len(model.rules))],
    }
