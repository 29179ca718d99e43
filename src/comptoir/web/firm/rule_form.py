"""A booking rule as the firm writes it: what a movement must be, then where it goes."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from comptoir.domain import chart, vat
from comptoir.domain.habit import Habit
from comptoir.domain.label import Kind, Means, kind
from comptoir.domain.rule import LONGEST_NAME, MOST_PARTS, Direction, Needed, Part, Rule, faults
from comptoir.domain.rule_text import KINDS, MEANS, words_of, written
from comptoir.records.banking.models import BankAccount
from comptoir.web.firm.identity import DAY

DIRECTIONS = ((Direction.BOTH, "Les deux"), (Direction.OUT, "L’argent sort"), (Direction.IN, "L’argent entre"))
NEEDED = ((Needed.ALL, "Tous ces mots"), (Needed.ANY, "L’un de ces mots"))
PERCENT, EUROS = "percent", "amount"
EMPTY_PARTS = 3
"""How many lines wait to be filled, for whoever has no script."""


class Amount(forms.DecimalField):
    """An amount as people type it: `1 200,50`, with or without its sign."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=14, decimal_places=2, localize=True, required=False, **kwargs)

    def to_python(self, value: Any) -> Any:
        """The amount, whatever spaces stand in it."""
        return super().to_python("".join(value.split()).removesuffix("€") if isinstance(value, str) else value)


class PartForm(forms.Form):
    """One line beside the rule's own account."""

    account = forms.CharField(label="Compte", max_length=12, required=False)
    auxiliary = forms.CharField(label="Tiers", max_length=20, required=False)
    share = Amount(label="Part")
    unit = forms.ChoiceField(
        label="Unité", choices=((PERCENT, "%"), (EUROS, "€")), initial=PERCENT, required=False
    )
    vat_rate = forms.ChoiceField(label="TVA", required=False)
    label = forms.CharField(label="Libellé", max_length=100, required=False)

    def __init__(self, *args: Any, rates: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "vat_rate", rates)

    @property
    def part(self) -> Part | None:
        """The line as typed; None where nothing was."""
        found = self.cleaned_data
        account, share = found.get("account", ""), found.get("share")
        if not account and share is None:
            return None
        is_amount = found.get("unit") == EUROS
        return Part(
            chart.padded(account),
            found.get("auxiliary", "").upper(),
            found.get("label", ""),
            _rate(found.get("vat_rate", "")),
            percent=None if is_amount else share,
            amount=share if is_amount else None,
        )


Parts = forms.formset_factory(PartForm, extra=EMPTY_PARTS, max_num=MOST_PARTS, absolute_max=MOST_PARTS)


class RuleForm(forms.Form):
    """A rule; `parts` are its other lines. What the domain forbids is said at the field that it concerns."""

    words = forms.CharField(
        label="Mots du libellé",
        max_length=1500,
        required=False,
        help_text="Séparés par des espaces ; « entre guillemets » ensemble ; * remplace n’importe quoi.",
    )
    needed = forms.ChoiceField(label="Le libellé contient", choices=NEEDED, required=False)
    means = forms.MultipleChoiceField(
        label="Moyen de paiement",
        choices=[(means.value, name.capitalize()) for means, name in MEANS.items()],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    kinds = forms.MultipleChoiceField(
        label="Nature de l’opération",
        choices=[(kind.value, name.capitalize()) for kind, name in KINDS.items()],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    direction = forms.ChoiceField(label="Sens", choices=DIRECTIONS, required=False)
    at_least = Amount(label="Montant, de (€)")
    at_most = Amount(label="à (€)")
    since = forms.DateField(label="Opérations du", widget=DAY, required=False)
    until = forms.DateField(label="au", widget=DAY, required=False)
    bank = forms.ChoiceField(label="Compte bancaire", required=False)
    account = forms.CharField(
        label="Compte", required=False, widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": 12})
    )
    auxiliary = forms.CharField(label="Tiers", max_length=20, required=False)
    vat_rate = forms.ChoiceField(label="TVA à séparer", required=False)
    label = forms.CharField(
        label="Libellé de l’écriture", max_length=100, required=False, help_text="Sinon celui de la banque."
    )
    name = forms.CharField(
        label="Nom de la règle",
        required=False,
        widget=forms.TextInput(attrs={"maxlength": LONGEST_NAME}),
        help_text="Sinon ses mots.",
    )

    def __init__(
        self, *args: Any, banks: Sequence[BankAccount], on: date, deducts_vat: bool, **kwargs: Any
    ) -> None:
        rule: Rule | None = kwargs.pop("rule", None)
        super().__init__(*args, **kwargs)
        rates = rates_of(on, rule) if deducts_vat else [("", "Sans TVA")]
        _choose(self, "vat_rate", rates)
        accounts = [(bank.ledger_account, f"{bank.name} ({bank.ledger_account})") for bank in banks]
        _choose(self, "bank", [("", "Tous"), *accounts])
        has_parts = self.is_bound and "parts-TOTAL_FORMS" in self.data
        self.parts = Parts(
            self.data if has_parts else None,
            prefix="parts",
            initial=[_part_as_typed(part) for part in rule.parts] if rule else [],
            form_kwargs={"rates": rates},
        )
        if not deducts_vat:
            self.fields["vat_rate"].help_text = "Ce dossier ne récupère pas la TVA."

    def clean(self) -> dict[str, Any]:
        """The rule as it would be kept, or every reason why it cannot be."""
        found = super().clean() or self.cleaned_data
        if self.parts.is_bound and not self.parts.is_valid():
            self.add_error(None, "Une ligne de la répartition est à corriger.")
        if not self.errors:
            self.rule = self._written(found)
            for fault in faults(self.rule):
                self.add_error(fault.code if fault.code in self.fields else None, str(fault))
        return found

    def _written(self, found: Mapping[str, Any]) -> Rule:
        words = words_of(found["words"])
        means, kinds = frozenset(map(Means, found["means"])), frozenset(map(Kind, found["kinds"]))
        typed = (form.part for form in self.parts) if self.parts.is_bound else ()
        return Rule(
            found["name"] or self._own_name(words, means, kinds),
            words,
            chart.padded(found["account"]),
            found["auxiliary"].upper(),
            Direction(found["direction"] or Direction.BOTH),
            found["at_least"],
            found["at_most"],
            Needed(found["needed"] or Needed.ALL),
            means,
            found["since"],
            found["until"],
            found["bank"],
            found["label"],
            _rate(found["vat_rate"]),
            tuple(part for part in typed if part),
            kinds,
        )

    def _own_name(self, words: Sequence[str], means: frozenset[Means], kinds: frozenset[Kind]) -> str:
        said = [KINDS[one].capitalize() for one in Kind if one in kinds]
        names = words or said or [MEANS[one].capitalize() for one in Means if one in means]
        return " ".join(names)[:LONGEST_NAME].strip()


def rates_of(on: date, rule: Rule | None = None) -> list[tuple[str, str]]:
    """The VAT rates to choose from: those of the day, and those that the rule has."""
    held = [part.vat_rate for part in (*rule.parts, rule.rest)] if rule else []
    rates = dict.fromkeys([*vat.in_force(on), *(rate for rate in held if rate)])
    return [("", "Sans TVA"), *((f"{rate.normalize():f}", vat.written(rate)) for rate in rates)]


def as_typed(rule: Rule) -> dict[str, Any]:
    """A rule as its form shows it."""
    return {
        "words": written(rule.words),
        "needed": rule.needed,
        "means": sorted(rule.means),
        "kinds": sorted(rule.kinds),
        "direction": rule.direction,
        "at_least": rule.at_least,
        "at_most": rule.at_most,
        "since": rule.since,
        "until": rule.until,
        "bank": rule.bank,
        "account": rule.account,
        "auxiliary": rule.auxiliary,
        "vat_rate": _shown(rule.vat_rate),
        "label": rule.label,
        "name": rule.name,
    }


_SAID_BY_THE_BANK = frozenset(
    {Kind.REJECT, Kind.FEE, Kind.INTEREST, Kind.LOAN, Kind.CHEQUE_DEPOSIT, Kind.CASH_WITHDRAWAL, Kind.CASH_DEPOSIT}
)
"""What happened, where the bank's words say it and not a payee's name: a rule of a reject must not take its debit."""


def from_habit(habit: Habit) -> dict[str, Any]:
    """What the form begins with, for a rule of what people do."""
    happened = kind(habit.sample.label)
    return {
        "kinds": [happened.value] if happened in _SAID_BY_THE_BANK else [],
        "words": habit.key,
        "account": habit.account,
        "auxiliary": habit.auxiliary,
        "name": habit.key[:LONGEST_NAME],
    }


def _part_as_typed(part: Part) -> dict[str, Any]:
    return {
        "account": part.account,
        "auxiliary": part.auxiliary,
        "share": part.percent if part.amount is None else part.amount,
        "unit": PERCENT if part.amount is None else EUROS,
        "vat_rate": _shown(part.vat_rate),
        "label": part.label,
    }


def _choose(form: forms.Form, name: str, choices: Sequence[tuple[str, str]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices


def _rate(typed: str) -> Decimal | None:
    return Decimal(typed) if typed else None


def _shown(rate: Decimal | None) -> str:
    return f"{rate.normalize():f}" if rate else ""
