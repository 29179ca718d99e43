"""What a company is to its accountant: legal form, VAT regime, accounting method, and what each implies."""

from datetime import date
from enum import StrEnum

from comptoir.domain.limits import FIRST_DAY, LAST_DAY
from comptoir.domain.text import folded

OTHER_FORM = "autre"
"""What the list of legal forms offers beside them: the form is then written freely."""

LEGAL_FORMS = {
    "EI": "Entreprise individuelle",
    "EIRL": "Entreprise individuelle à responsabilité limitée",
    "EURL": "Entreprise unipersonnelle à responsabilité limitée",
    "SARL": "Société à responsabilité limitée",
    "SASU": "Société par actions simplifiée unipersonnelle",
    "SAS": "Société par actions simplifiée",
    "SA": "Société anonyme",
    "SCA": "Société en commandite par actions",
    "SCS": "Société en commandite simple",
    "SNC": "Société en nom collectif",
    "SCI": "Société civile immobilière",
    "SCM": "Société civile de moyens",
    "SCP": "Société civile professionnelle",
    "SC": "Société civile",
    "SELARL": "Société d’exercice libéral à responsabilité limitée",
    "SELAS": "Société d’exercice libéral par actions simplifiée",
    "SCOP": "Société coopérative de production",
    "SCIC": "Société coopérative d’intérêt collectif",
    "EARL": "Exploitation agricole à responsabilité limitée",
    "GAEC": "Groupement agricole d’exploitation en commun",
    "GIE": "Groupement d’intérêt économique",
    "Association loi 1901": "Association déclarée",
    "Fondation": "Fondation",
    "Syndicat de copropriétaires": "Copropriété",
}
"""The French legal forms by the name that a dossier shows, each in full."""

_ALSO = {
    "MICRO ENTREPRISE": "EI",
    "AUTO ENTREPRENEUR": "EI",
    "MICRO ENTREPRENEUR": "EI",
    "ENTREPRENEUR INDIVIDUEL": "EI",
    "ASSOCIATION": "Association loi 1901",
    "ASSO": "Association loi 1901",
    "ASSO LOI 1901": "Association loi 1901",
    "ASSOCIATION 1901": "Association loi 1901",
    "COPROPRIETE": "Syndicat de copropriétaires",
    "SYNDICAT DE COPROPRIETE": "Syndicat de copropriétaires",
    "SOCIETE COMMERCIALE A RESPONSABILITE LIMITEE": "SARL",
}


def legal_form(written: str) -> str | None:
    """The form that somebody wrote their own way: `s.a.r.l.` and `Société à responsabilité limitée` are `SARL`."""
    words = folded(written)
    return _FORMS.get(words) or _FORMS.get(words.replace(" ", ""))


def may_lack_siren(form: str) -> bool:
    """Whether such a body may live without a SIREN: it gets one only once it employs, is taxed or is subsidised."""
    return form in ("Association loi 1901", "Syndicat de copropriétaires", "Fondation")


class VatRegime(StrEnum):
    """How a company declares its VAT (CGI art. 287, 293 B, 302 septies A); empty where nobody has said yet."""

    UNKNOWN = ""
    FRANCHISE = "franchise"
    SIMPLIFIED = "simplifie"
    MINI_REAL = "mini_reel"
    MONTHLY = "reel_mensuel"
    QUARTERLY = "reel_trimestriel"
    EXEMPT = "exonere"

    @property
    def french(self) -> str:
        """As the accountant says it."""
        return _REGIMES[self]

    @property
    def is_due(self) -> bool:
        """Whether the company charges VAT, and so has a VAT number of its own; not known is taken for yes."""
        return self not in (VatRegime.FRANCHISE, VatRegime.EXEMPT)

    @property
    def deducts(self) -> bool:
        """Whether the company deducts the VAT of its purchases: who charges none deducts none (CGI art. 271, 293 E)."""
        return self.is_due


class VatOn(StrEnum):
    """When VAT on sales becomes due (CGI art. 269); empty where nobody has said yet."""

    UNKNOWN = ""
    DEBITS = "debits"
    RECEIPTS = "encaissements"

    @property
    def french(self) -> str:
        """As the accountant says it."""
        return _VAT_ON[self]


class Method(StrEnum):
    """How a fiscal year is kept: debts and claims as they arise, or only what is paid (CGI art. 302 septies A ter A)."""

    ENGAGEMENT = "engagement"
    TRESORERIE = "tresorerie"

    @property
    def french(self) -> str:
        """As the accountant says it."""
        return _METHODS[self]


class Keeping(StrEnum):
    """Who writes the entries of pieces: the machine proposes them, or the firm writes them itself."""

    AUTOMATIC = "automatic"
    MANUAL = "manual"

    @property
    def french(self) -> str:
        """As the accountant says it."""
        return _KEEPINGS[self]


class Messaging(StrEnum):
    """Whether a dossier has its *Messagerie*, where it does not follow its firm."""

    ON = "on"
    OFF = "off"

    @property
    def french(self) -> str:
        """As the firm chooses it."""
        return "Ouverte" if self is Messaging.ON else "Fermée"


class When(StrEnum):
    """When a document is asked of the client: at the start, while the books are kept, for the accounts."""

    ONBOARDING = "onboarding"
    TENUE = "tenue"
    BILAN = "bilan"

    @property
    def french(self) -> str:
        """As the accountant says it."""
        return _WHENS[self]


def vat_number(siren: str) -> str:
    """The VAT number that a SIREN gives (CGI ann. III art. 95 O): FR, two figures of control, the SIREN."""
    return f"FR{(12 + 3 * (int(siren) % 97)) % 97:02d}{siren}"


def derived_vat_number(siren: str, regime: VatRegime) -> str:
    """The VAT number of a company that charges VAT, where nobody wrote it; none where that is not known."""
    return vat_number(siren) if siren and regime and regime.is_due else ""


def year_fault(opens_on: date, closes_on: date) -> str | None:
    """Why two days make no fiscal year: it closes after it opened, and lasts 24 months at most in practice."""
    if not (FIRST_DAY <= opens_on <= LAST_DAY and FIRST_DAY <= closes_on <= LAST_DAY):
        return f"L’exercice doit tenir entre {FIRST_DAY.year} et {LAST_DAY.year}."
    if closes_on <= opens_on:
        return "L’exercice doit se clore après son ouverture."
    if closes_on >= _months_after(opens_on, 24):
        return "Un exercice dure 24 mois au plus."
    return None


def year_of(closes_on: date) -> date:
    """The opening of the twelve months that end on a day."""
    return _months_after(date.fromordinal(closes_on.toordinal() + 1), -12)


def twelve_months(opens_on: date) -> date:
    """The last of the twelve months' days that begin on a day."""
    return date.fromordinal(_months_after(opens_on, 12).toordinal() - 1)


def year_around(month: int, day: int, on: date) -> date:
    """The closing day, on that day of the year, of the fiscal year that holds `on`."""
    this_year = _day_of(on.year, month, day)
    return this_year if this_year >= on else _day_of(on.year + 1, month, day)


def _months_after(day: date, months: int) -> date:
    rank = day.year * 12 + day.month - 1 + months
    return _day_of(rank // 12, rank % 12 + 1, day.day)


def _day_of(year: int, month: int, day: int) -> date:
    """That day, or the month's last where it has no such day: a year that closes on 29 February closes on the 28th."""
    for number in range(day, day - 4, -1):
        try:
            return date(year, month, number)
        except ValueError:
            continue
    raise ValueError(f"{day}/{month}")


_FORMS = {
    **{folded(full): form for form, full in LEGAL_FORMS.items()},
    **{folded(form): form for form in LEGAL_FORMS},
    **_ALSO,
}
_REGIMES = {
    VatRegime.UNKNOWN: "À préciser",
    VatRegime.FRANCHISE: "Franchise en base",
    VatRegime.SIMPLIFIED: "Réel simplifié",
    VatRegime.MINI_REAL: "Mini-réel",
    VatRegime.MONTHLY: "Réel normal mensuel",
    VatRegime.QUARTERLY: "Réel normal trimestriel",
    VatRegime.EXEMPT: "Exonéré",
}
_VAT_ON = {VatOn.UNKNOWN: "À préciser", VatOn.DEBITS: "Sur les débits", VatOn.RECEIPTS: "Sur les encaissements"}
_METHODS = {Method.ENGAGEMENT: "Engagement", Method.TRESORERIE: "Trésorerie"}
_KEEPINGS = {Keeping.AUTOMATIC: "Automatique", Keeping.MANUAL: "Manuelle"}
_WHENS = {When.ONBOARDING: "À l’entrée", When.TENUE: "Pendant la tenue", When.BILAN: "Pour le bilan"}
_REGIMES_WRITTEN = {
    **{folded(name): regime for regime, name in _REGIMES.items() if regime},
    **{folded(regime.value): regime for regime in VatRegime if regime},
    "FRANCHISE": VatRegime.FRANCHISE,
    "FRANCHISE EN BASE DE TVA": VatRegime.FRANCHISE,
    "NON ASSUJETTI": VatRegime.EXEMPT,
    "EXONERATION": VatRegime.EXEMPT,
    "EXONEREE": VatRegime.EXEMPT,
    "RS": VatRegime.SIMPLIFIED,
    "RSI": VatRegime.SIMPLIFIED,
    "REGIME SIMPLIFIE": VatRegime.SIMPLIFIED,
    "SIMPLIFIE": VatRegime.SIMPLIFIED,
    "CA12": VatRegime.SIMPLIFIED,
    "REEL NORMAL": VatRegime.MONTHLY,
    "RN": VatRegime.MONTHLY,
    "MENSUEL": VatRegime.MONTHLY,
    "REEL MENSUEL": VatRegime.MONTHLY,
    "CA3 MENSUELLE": VatRegime.MONTHLY,
    "TRIMESTRIEL": VatRegime.QUARTERLY,
    "REEL TRIMESTRIEL": VatRegime.QUARTERLY,
    "CA3 TRIMESTRIELLE": VatRegime.QUARTERLY,
}


def vat_regime(written: str) -> VatRegime | None:
    """The regime that somebody wrote their own way: `CA12` is the *réel simplifié*."""
    return _REGIMES_WRITTEN.get(folded(written))


def vat_on(written: str) -> VatOn | None:
    """Debits or receipts, written one's own way."""
    words = folded(written).split()
    found = [on for on in (VatOn.DEBITS, VatOn.RECEIPTS) if words and words[-1][:5] == folded(on.value)[:5]]
    return found[0] if found else None


def method(written: str) -> Method | None:
    """The method that somebody wrote their own way: *engagement*, *trésorerie*, *créances-dettes*, *recettes*."""
    words = folded(written)
    if words.startswith(("ENGAGEMENT", "CREANCE")):
        return Method.ENGAGEMENT
    return Method.TRESORERIE if words.startswith(("TRESORERIE", "RECETTE", "ENCAISSEMENT")) else None


def keeping(written: str) -> Keeping | None:
    """Automatic or manual, written one's own way."""
    words = folded(written)
    if words.startswith("AUTO"):
        return Keeping.AUTOMATIC
    return Keeping.MANUAL if words.startswith("MANU") else None
