"""What a dossier is opened with: the company, its first fiscal year, its people, and the model it starts from."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from comptoir.domain import chart
from comptoir.domain.company import Keeping, Method, VatOn, VatRegime, When
from comptoir.domain.limits import is_amount, plain
from comptoir.domain.rule import Rule
from comptoir.domain.rule import faults as rule_faults
from comptoir.domain.rule_json import flat, rule_of

JOURNALS = {
    "AC": "Achats",
    "VE": "Ventes",
    "CA": "Caisse",
    "BQ": "Banque",
    "OD": "Opérations diverses",
    "AN": "À-nouveaux",
}
"""The journals that every dossier has: a model may name them otherwise and add others."""
MOST = 500
"""More lines than that in one part of a model are no firm's."""


class NotAModel(Exception):
    """Ce modèle n’est pas utilisable."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the dossier's own chart: added to the general chart, or named otherwise than there."""

    number: str
    label: str

    def fault(self) -> str | None:
        """Why it cannot be kept."""
        if not chart.is_account(self.number):
            return chart.refusal(self.number)
        return None if self.label else f"Le compte {self.number} n’a pas de libellé."


@dataclass(frozen=True, slots=True)
class Journal:
    """A journal of the dossier."""

    code: str
    label: str

    def fault(self) -> str | None:
        """Why it cannot be kept."""
        if not (self.code.isascii() and self.code.isalnum() and self.code.isupper() and len(self.code) <= 10):
            return f"« {self.code[:20]} » n’est pas un code de journal : dix lettres ou chiffres au plus."
        return None if self.label else f"Le journal {self.code} n’a pas de libellé."


@dataclass(frozen=True, slots=True)
class Request:
    """A document that is asked of the client, and when."""

    label: str
    when: When

    def fault(self) -> str | None:
        """Why it cannot be kept."""
        return None if self.label else "Une demande n’a pas de libellé."


@dataclass(frozen=True, slots=True)
class Settings:
    """What the firm asks of a dossier, and how it keeps it."""

    asks_missing: bool = True
    missing_floor: Decimal = Decimal("0.00")
    justifiable: tuple[str, ...] = ("471",)
    sales_account: str = "707000"
    vat_regime: VatRegime = VatRegime.UNKNOWN
    keeping: Keeping = Keeping.AUTOMATIC

    def fault(self) -> str | None:
        """Why they cannot be kept."""
        if not is_amount(self.missing_floor) or self.missing_floor < 0:
            return "Le seuil des pièces manquantes est un montant positif."
        wrong = [n for n in (*self.justifiable, self.sales_account) if not chart.is_account(n)]
        return chart.refusal(wrong[0]) if wrong else None


@dataclass(frozen=True, slots=True)
class Model:
    """What dossiers opened from one model have in common (*modèle de dossier*)."""

    accounts: tuple[Account, ...] = ()
    journals: tuple[Journal, ...] = ()
    rules: tuple[Rule, ...] = ()
    requests: tuple[Request, ...] = ()
    settings: Settings = field(default_factory=Settings)

    def faults(self) -> list[str]:
        """Every reason for which it cannot be kept, each a sentence."""
        parts: tuple[tuple[object, ...], ...] = (self.accounts, self.journals, self.rules, self.requests)
        said = [fault for account in self.accounts if (fault := account.fault())]
        said += [fault for journal in self.journals if (fault := journal.fault())]
        said += [fault for request in self.requests if (fault := request.fault())]
        said += [f"Règle « {rule.name[:40]} » : {fault}" for rule in self.rules for fault in rule_faults(rule)]
        said += [f"Pas plus de {MOST} lignes par partie d’un modèle." for part in parts if len(part) > MOST]
        twice = [*_twice(a.number for a in self.accounts), *_twice(j.code for j in self.journals)]
        said += [f"« {name} » figure deux fois." for name in twice]
        settings = self.settings.fault()
        return [*said, settings] if settings else said

    @property
    def all_journals(self) -> dict[str, str]:
        """Code to label: the usual journals, and the model's over them."""
        return JOURNALS | {journal.code: journal.label for journal in self.journals}


def to_json(model: Model) -> dict[str, Any]:
    """The model as a row keeps it."""
    return {
        "accounts": [_flat(account) for account in model.accounts],
        "journals": [_flat(journal) for journal in model.journals],
        "rules": [flat(rule) for rule in model.rules],
        "requests": [_flat(request) for request in model.requests],
        "settings": _flat(model.settings),
    }


def from_json(kept: Any) -> Model:
    """The model of a row; raises `NotAModel` with every fault, for what no screen of ours wrote."""
    try:
        model = Model(
            tuple(Account(_text(a["number"], 12), _text(a["label"], 120)) for a in kept.get("accounts", ())),
            tuple(Journal(_text(j["code"], 10), _text(j["label"], 80)) for j in kept.get("journals", ())),
            tuple(rule_of(r) for r in kept.get("rules", ())),
            tuple(Request(_text(r["label"], 200), When(r["when"])) for r in kept.get("requests", ())),
            _settings(kept.get("settings", {})),
        )
    except (AttributeError, KeyError, TypeError, ValueError, InvalidOperation) as fault:
        raise NotAModel(NotAModel.__doc__) from fault
    if faults := model.faults():
        raise NotAModel(" ".join(faults))
    return model


def accounts_of(text: str) -> tuple[Account, ...]:
    """Own accounts as a person types them, one a line: `601100 Achats de farine`."""
    return tuple(Account(chart.padded(number), label) for number, label in _pairs(text, 12, 120))


def journals_of(text: str) -> tuple[Journal, ...]:
    """Journals as a person types them, one a line: `BQ2 Banque postale`."""
    return tuple(Journal(code.upper(), label) for code, label in _pairs(text, 10, 80))


def labels_of(text: str) -> tuple[str, ...]:
    """Documents to ask for as a person types them, one a line; said twice, asked once."""
    return tuple(dict.fromkeys(label for line in text.splitlines() if (label := plain(line, 200))))


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody to write to or call at the company."""

    name: str
    title: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Director:
    """The *dirigeant* to invite."""

    first_name: str
    last_name: str
    email: str


@dataclass(frozen=True, slots=True)
class Opening:
    """One dossier to open. What it says counts over its model."""

    name: str
    siren: str
    opens_on: date
    closes_on: date
    trade_name: str = ""
    reference: str = ""
    siret: str = ""
    legal_form: str = ""
    vat_number: str = ""
    address: str = ""
    activity: str = ""
    naf: str = ""
    vat_regime: VatRegime = VatRegime.UNKNOWN
    vat_on: VatOn = VatOn.UNKNOWN
    method: Method = Method.ENGAGEMENT
    keeping: Keeping | None = None
    contact: Contact | None = None
    director: Director | None = None
    model: Model = field(default_factory=Model)

    @property
    def regime(self) -> VatRegime:
        """Its own VAT regime, else its model's."""
        return self.vat_regime or self.model.settings.vat_regime

    @property
    def kept(self) -> Keeping:
        """Its own way to be kept, else its model's."""
        return self.keeping or self.model.settings.keeping


def _flat(part: Any) -> dict[str, Any]:
    return {one.name: _plainly(getattr(part, one.name)) for one in fields(part)}


def _plainly(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return str(value) if isinstance(value, Decimal | str) else value


def _text(value: Any, longest: int) -> str:
    return plain(str(value), longest)


def _pairs(text: str, longest: int, longest_label: int) -> Iterable[tuple[str, str]]:
    for line in text.splitlines():
        first, *rest = line.replace(";", " ").split(maxsplit=1) or [""]
        if first:
            yield first[: longest + 1], plain(rest[0] if rest else "", longest_label)


def _settings(kept: Any) -> Settings:
    usual = Settings()
    return Settings(
        bool(kept.get("asks_missing", usual.asks_missing)),
        _amount(kept.get("missing_floor")) or usual.missing_floor,
        tuple(_text(number, 12) for number in kept.get("justifiable", usual.justifiable)),
        _text(kept.get("sales_account", usual.sales_account), 12),
        VatRegime(kept.get("vat_regime", usual.vat_regime)),
        Keeping(kept.get("keeping", usual.keeping)),
    )


def _amount(kept: Any) -> Decimal | None:
    return None if kept is None else Decimal(kept)


def _twice(names: Iterable[str]) -> list[str]:
    return [name for name, times in Counter(names).items() if times > 1]
