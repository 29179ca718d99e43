"""Who a company is, as a form asks it: opening a dossier and its company file ask the same, and check the same."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from comptoir.domain import company as kinds
from comptoir.readers import dossiers as written

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
FORMS = [("", "À préciser"), *((form, form) for form in kinds.LEGAL_FORMS), (kinds.OTHER_FORM, "Autre…")]


class Identity(forms.Form):
    """Name, numbers and VAT of a company. `sirens` and `references` are those that other dossiers have."""

    reference = forms.CharField(label="Référence externe", max_length=20, required=False)
    name = forms.CharField(label="Raison sociale", max_length=200)
    legal_form = forms.ChoiceField(label="Forme juridique", choices=FORMS, required=False)
    other_form = forms.CharField(label="Autre forme", max_length=60, required=False)
    siren = forms.CharField(label="SIREN", max_length=20, required=False, help_text="Neuf chiffres.")
    vat_regime = forms.ChoiceField(
        label="Régime de TVA", choices=[(r.value, r.french) for r in kinds.VatRegime], required=False
    )

    def __init__(
        self,
        *args: Any,
        sirens: Mapping[str, str] | None = None,
        references: Mapping[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.sirens, self.references = sirens or {}, references or {}

    def clean_reference(self) -> str:
        """The firm's own code for the dossier, once in the firm."""
        reference: str = self.cleaned_data["reference"].strip()
        if reference.upper() in self.references:
            name = self.references[reference.upper()]
            raise forms.ValidationError(written.taken(f"La référence {reference}", name))
        return reference

    def clean_siren(self) -> str:
        """The SIREN, its key checked; the firm holds it once."""
        siren = written.compact(self.cleaned_data["siren"])
        if siren and written.siren_fault(siren):
            raise forms.ValidationError("Ce SIREN n’existe pas : vérifiez ses neuf chiffres.")
        if siren in self.sirens:
            raise forms.ValidationError(written.taken("Ce SIREN", self.sirens[siren]))
        return siren

    def clean(self) -> dict[str, Any]:
        """The legal form, from the list or written; a SIREN for whoever cannot live without."""
        found = super().clean() or self.cleaned_data
        if found.get("legal_form") == kinds.OTHER_FORM:
            other = found.get("other_form", "").strip()
            found["legal_form"] = kinds.legal_form(other) or other
            if not other:
                self.add_error("other_form", "Écrivez la forme juridique.")
        if found.get("siren") == "" and not kinds.may_lack_siren(found.get("legal_form", "")):
            self.add_error(
                "siren", "Le SIREN manque : seules une association ou une copropriété peuvent ne pas en avoir."
            )
        return found


def named(form: forms.Form, names: Iterable[str]) -> list[forms.BoundField]:
    """Some fields of a form, in this order, for one part of its page."""
    return [form[name] for name in names if name in form.fields]


def form_choice(form: str) -> dict[str, str]:
    """A company's legal form as the list and the field beside it show it."""
    if not form or form in kinds.LEGAL_FORMS:
        return {"legal_form": form, "other_form": ""}
    return {"legal_form": kinds.OTHER_FORM, "other_form": form}
