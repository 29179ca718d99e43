"""A firm's list of companies becomes dossiers to open, each with its faults in words: any order, any way of writing."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TypeVar

from stdnum.eu import vat as eu_vat
from stdnum.fr import siren as fr_siren
from stdnum.fr import siret as fr_siret

from comptoir.domain import company
from comptoir.domain.opening import Contact, Director, Model, Opening
from comptoir.domain.text import folded
from comptoir.readers import tables
from comptoir.readers.tables import NotATable

T = TypeVar("T")

MOST = 2000
"""Dossiers in one file: beyond, it is cut in parts."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column that we know: its name in the code, its header, other headers, the longest text, an example."""

    name: str
    header: str
    also: tuple[str, ...] = ()
    longest: int = 200
    example: str = ""


COLUMNS = (
    Column("reference", "Référence", ("Référence externe", "Réf", "Code", "Code dossier", "N° dossier", "Code client"), 20, "0142"),
    Column("name", "Raison sociale", ("Nom", "Société", "Dénomination", "Entreprise", "Dossier", "Nom du dossier", "Client"), 200, "Boulangerie Dupont"),
    Column("trade_name", "Nom commercial", ("Enseigne",), 200, "Au bon pain"),
    Column("siren", "SIREN", ("N° SIREN", "Numéro SIREN"), 20, "821 456 308"),
    Column("siret", "SIRET", ("N° SIRET", "Numéro SIRET"), 24, ""),
    Column("legal_form", "Forme juridique", ("Forme", "Statut juridique", "Forme sociale"), 60, "SARL"),
    Column("vat_number", "N° de TVA", ("TVA intracommunautaire", "N° TVA intracommunautaire", "Numéro de TVA", "N° TVA"), 24, ""),
    Column("vat_regime", "Régime de TVA", ("Régime TVA", "TVA"), 60, "Réel simplifié"),
    Column("vat_on", "Exigibilité de la TVA", ("Exigibilité", "Exigibilité TVA", "TVA sur"), 40, "Encaissements"),
    Column("address", "Adresse", ("Adresse du siège", "Rue"), 200, "12, place du Marché"),
    Column("postcode", "Code postal", ("CP",), 10, "72350"),
    Column("city", "Ville", ("Commune",), 80, "Brûlon"),
    Column("activity", "Activité", ("Objet", "Métier"), 120, "Boulangerie-pâtisserie"),
    Column("naf", "Code NAF", ("NAF", "APE", "Code APE", "NAF/APE"), 8, "10.71C"),
    Column("opens_on", "Ouverture de l’exercice", ("Début d’exercice", "Début exercice", "Date d’ouverture", "Ouverture exercice"), 40, "01/01/2026"),
    Column("closes_on", "Clôture de l’exercice", ("Fin d’exercice", "Fin exercice", "Date de clôture", "Clôture", "Clôture exercice"), 40, "31/12/2026"),
    Column("method", "Méthode", ("Méthode comptable", "Comptabilité", "Type de comptabilité"), 40, "Engagement"),
    Column("keeping", "Tenue", ("Mode de tenue",), 20, "Automatique"),
    Column("model", "Modèle", ("Modèle de dossier",), 80, ""),
    Column("contact_name", "Contact", ("Nom du contact", "Interlocuteur", "Contact principal"), 120, "Marie Dupont"),
    Column("contact_title", "Fonction du contact", ("Fonction",), 80, "Gérante"),
    Column("contact_email", "E-mail du contact", ("E-mail", "Email", "Mail", "Courriel", "Adresse e-mail", "Email du contact", "Email contact"), 254, "marie@dupont.example"),
    Column("contact_phone", "Téléphone du contact", ("Téléphone", "Tél", "Portable", "Mobile", "Téléphone contact"), 30, "02 43 00 00 00"),
    Column("director_first_name", "Prénom du dirigeant", ("Prénom dirigeant", "Prénom"), 80, "Bob"),
    Column("director_last_name", "Nom du dirigeant", ("Nom dirigeant", "Dirigeant", "Gérant"), 80, "Dupont"),
    Column("director_email", "E-mail du dirigeant", ("Email du dirigeant", "Mail du dirigeant", "E-mail dirigeant", "Email dirigeant", "Mail dirigeant"), 254, "bob@dupont.example"),
)  # fmt: skip
NAMED = {column.name: column for column in COLUMNS}
NEEDED = ("name", "siren", "closes_on")
WHY = "Pourquoi"
"""The column that our list of faulty rows adds; coming back, it says nothing."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the file: its number there, and what its known columns say."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Listing:
    """A file as read: its rows, and the headers that we do not know."""

    rows: tuple[Row, ...]
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """What the firm has already: SIREN and reference of its dossiers, each with the name to say; its models."""

    sirens: Mapping[str, str] = field(default_factory=dict)
    references: Mapping[str, str] = field(default_factory=dict)
    models: Mapping[str, Model] = field(default_factory=dict)
    model: Model = field(default_factory=Model)
    """For the rows that name none."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row with what is wrong in it; where nothing is, the dossier that it opens."""

    row: Row
    faults: tuple[str, ...]
    remarks: tuple[str, ...] = ()
    opening: Opening | None = None


def read(content: bytes) -> Listing:
    """The rows of a CSV or XLSX, under their known columns; raises `NotATable` in a sentence."""
    lines = tables.rows(content)
    names, unknown = _header(lines)
    found: list[Row] = []
    for number, cells in lines:
        known = {name: cells[rank] for rank, name in names.items() if rank < len(cells) and cells[rank]}
        if known:
            found.append(Row(number, known))
        if len(found) > MOST:
            raise NotATable("Ce fichier compte plus de 2 000 dossiers : coupez-le, puis importez chaque partie.")
    if not found:
        raise NotATable("Ce fichier n’a aucune ligne sous son en-tête : rien n’a été importé.")
    return Listing(tuple(found), unknown)


def template() -> list[list[str]]:
    """Our own columns, to fill in: no line of example, that somebody would import."""
    return [[column.header for column in COLUMNS]]


def explained() -> list[list[str]]:
    """What may stand in each column, with an example: the second sheet of our workbook."""
    lines = [["Colonne", "Obligatoire", "Exemple", "Aussi reconnue sous le nom de"]]
    for column in COLUMNS:
        needed = "oui" if column.name in NEEDED else ""
        lines.append([column.header, needed, column.example, ", ".join(column.also)])
    return lines


def faulty(candidates: Iterable[Candidate]) -> list[list[str]]:
    """The rows to correct as a list to correct and import again: our columns, and why."""
    lines = [[*(column.header for column in COLUMNS), WHY]]
    for found in candidates:
        if found.faults:
            said = " ".join(found.faults)
            lines.append([*(found.row.cells.get(column.name, "") for column in COLUMNS), said])
    return lines


def judge(rows: Sequence[Row], known: Known, *, on: date) -> list[Candidate]:
    """Each row as the dossier that it opens, or with every fault that it has, alone, in its file and in the firm."""
    candidates = [_Judged(row, known, on).candidate() for row in rows]
    sirens = Counter(_siren(row) for row in rows)
    references = Counter(_reference(row) for row in rows)
    return [_among(found, sirens, references, known) for found in candidates]


def siren_fault(siren: str) -> str | None:
    """Why nine figures are no SIREN."""
    return (
        None
        if fr_siren.is_valid(siren)
        else f"Le SIREN « {siren[:20]} » n’existe pas : vérifiez ses neuf chiffres."
    )


def siret_fault(siret: str, siren: str) -> str | None:
    """Why fourteen figures are no SIRET of this company; La Poste's own key is known."""
    if not fr_siret.is_valid(siret):
        return f"Le SIRET « {siret[:20]} » n’existe pas : vérifiez ses quatorze chiffres."
    return None if not siren or siret[:9] == siren else f"Le SIRET doit commencer par le SIREN {siren}."


def vat_fault(number: str, siren: str) -> str | None:
    """Why this is no VAT number of this company; a French one ends with its SIREN."""
    if not eu_vat.is_valid(number):
        return f"Le numéro de TVA « {number[:20]} » n’existe pas : vérifiez-le."
    if number.startswith("FR") and siren and not number.endswith(siren):
        return f"Le numéro de TVA doit finir par le SIREN {siren}."
    return None


def compact(written: str) -> str:
    """An identifier without the spaces, points and hyphens that people put in it."""
    return re.sub(r"[\s.\-–_/]", "", written).upper()


def is_email(written: str) -> bool:
    """Whether it may be an address to write to."""
    return len(written) <= 254 and written.isascii() and bool(_EMAIL.fullmatch(written))


def naf_code(written: str) -> str | None:
    """A NAF code as INSEE writes it, `10.71C`; None for what is none."""
    code = compact(written)
    return f"{code[:2]}.{code[2:]}" if re.fullmatch(r"\d{4}[A-Z]", code) else None


def day(written: str, *, on: date, closing: bool = False) -> date | None:
    """A day written the French way, the ISO way, in words, or as a spreadsheet counts it.

    A closing without a year (`31/12`) is that of the fiscal year that holds `on`.
    """
    text = folded(written.replace("°", ""))
    if found := re.fullmatch(r"(\d{4}) (\d\d?) (\d\d?)(?: 00 00.*)?", text):
        return _date(int(found[1]), int(found[2]), int(found[3]))
    if found := re.fullmatch(r"(\d\d?) ?(?:ER)? (\d\d?|[A-Z]+)(?: (\d{4}|\d\d))?(?: 00 00.*)?", text):
        month = int(found[2]) if found[2].isdigit() else _month(found[2])
        if found[3]:
            year = int(found[3])
            return _date(year if year > 99 else 2000 + year, month, int(found[1]))
        # 2024 had a 29 February: a closing may name it.
        if closing and _date(2024, month, int(found[1])):
            return company.year_around(month, int(found[1]), on)
    if re.fullmatch(r"[2-7]\d{4}", text):
        return _SPREADSHEETS_BEGIN + timedelta(days=int(text))
    return None


def _header(lines: Iterable[tuple[int, list[str]]]) -> tuple[dict[int, str], tuple[str, ...]]:
    """The columns by rank: the first line that names two of ours, titles above it left aside."""
    for rank, (_, cells) in enumerate(lines):
        names = _named(cells)
        if len(names) > 1 and {"name", "siren"} & set(names.values()):
            unknown = [
                cell for at, cell in enumerate(cells) if cell and at not in names and folded(cell) != folded(WHY)
            ]
            _refuse_incomplete(set(names.values()))
            return names, tuple(dict.fromkeys(unknown))
        if rank > 20:
            break
    raise NotATable(
        "Aucune ligne d’en-tête n’a été reconnue : il faut au moins « Raison sociale », « SIREN » et « Clôture de "
        "l’exercice ». Partez du modèle de fichier."
    )


def _refuse_incomplete(names: set[str]) -> None:
    if missing := [NAMED[name].header for name in NEEDED if name not in names]:
        raise NotATable(f"Il manque {'la colonne' if len(missing) == 1 else 'les colonnes'} {_listed(missing)}.")


def _listed(headers: list[str]) -> str:
    return " et ".join(f"« {header} »" for header in headers)


def _named(cells: Sequence[str]) -> dict[int, str]:
    """Rank to column; the first of two columns of one name counts."""
    found: dict[int, str] = {}
    for rank, cell in enumerate(cells):
        name = _HEADERS.get(_bare(cell))
        if name and name not in found.values():
            found[rank] = name
    return found


def _bare(header: str) -> str:
    """A header without what people put around it: `Numéro de SIREN *` and `N° SIREN` are one."""
    words = folded(header.replace("*", " ").replace("°", " ")).split()
    return " ".join(_NUMBER.get(word, word) for word in words if word not in _LITTLE)


_LITTLE = {"DE", "DU", "DES", "D", "L", "LA", "LE", "LES", "OU"}
_NUMBER = {"N": "NO", "NUMERO": "NO", "NUM": "NO"}
_HEADERS = {_bare(text): column.name for column in COLUMNS for text in (*column.also, column.header)}
_EMAIL = re.compile(r"[^@\s,;<>()\"]+@[^@\s,;<>()\"]+\.[A-Za-z]{2,}")
_SPREADSHEETS_BEGIN = date(1899, 12, 30)
_MONTHS = ("JANV", "FEVR", "MARS", "AVR", "MAI", "JUIN", "JUIL", "AOU", "SEPT", "OCT", "NOV", "DEC")


def _month(word: str) -> int:
    return next((n for n, stem in enumerate(_MONTHS, 1) if word.startswith(stem)), 0)


def _date(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except ValueError:
        return None


def _siren(row: Row) -> str:
    """The SIREN; the zeros in front, that a spreadsheet takes for nothing, are put back."""
    written = compact(row.cells.get("siren", ""))
    return written.zfill(9) if written.isascii() and written.isdigit() and 6 <= len(written) < 9 else written


def _reference(row: Row) -> str:
    return row.cells.get("reference", "").upper()


def _among(found: Candidate, sirens: Counter[str], references: Counter[str], known: Known) -> Candidate:
    """The same with what is wrong among the others: a SIREN or a reference is one dossier's."""
    siren, reference = _siren(found.row), _reference(found.row)
    faults = list(found.faults)
    if siren and siren in known.sirens:
        faults.append(taken(f"Le SIREN {siren}", known.sirens[siren]))
    elif siren and sirens[siren] > 1:
        faults.append(f"Le SIREN {siren} figure {sirens[siren]} fois dans ce fichier.")
    if reference and reference in known.references:
        faults.append(taken(f"La référence {reference}", known.references[reference]))
    elif reference and references[reference] > 1:
        faults.append(f"La référence {reference} figure {references[reference]} fois dans ce fichier.")
    return replace(found, faults=tuple(faults), opening=None if faults else found.opening)


def taken(what: str, name: str) -> str:
    """That a dossier has it already; without its name for who may not see that dossier."""
    return f"{what} a déjà son dossier : « {name} »." if name else f"{what} a déjà son dossier dans le cabinet."


class _Judged:
    """One row being judged: its faults gather while its values are read."""

    def __init__(self, row: Row, known: Known, on: date) -> None:
        self.row, self.known, self.on = row, known, on
        self.faults: list[str] = []
        self.remarks: list[str] = []

    def candidate(self) -> Candidate:
        """The row as the dossier that it opens, unless something is wrong."""
        found = self._opening()
        faults = tuple(dict.fromkeys(self.faults))
        return Candidate(self.row, faults, tuple(self.remarks), None if faults else found)

    def _opening(self) -> Opening | None:
        name, siren = self._text("name"), self._identity()
        if not name:
            self.faults.append("La raison sociale manque.")
        opens_on, closes_on = self._year()
        regime = self._choice("vat_regime", company.vat_regime) or company.VatRegime.UNKNOWN
        model = self._model()
        found = Opening(
            name=name,
            siren=siren,
            opens_on=opens_on or self.on,
            closes_on=closes_on or self.on,
            trade_name=self._text("trade_name"),
            reference=self._text("reference"),
            siret=self._siret(siren),
            legal_form=self._choice("legal_form", company.legal_form) or "",
            address=self._address(),
            activity=self._text("activity"),
            naf=self._naf(),
            vat_regime=regime,
            vat_on=self._choice("vat_on", company.vat_on) or company.VatOn.UNKNOWN,
            method=self._choice("method", company.method) or company.Method.ENGAGEMENT,
            keeping=self._choice("keeping", company.keeping),
            contact=self._contact(),
            director=self._director(),
            model=model,
        )
        return replace(found, vat_number=self._vat(siren))

    def _text(self, name: str) -> str:
        text = self.row.cells.get(name, "")
        longest = NAMED[name].longest
        if len(text) > longest:
            self.faults.append(f"{NAMED[name].header} : {longest} signes au plus.")
        return text[:longest]

    def _identity(self) -> str:
        siren, written = _siren(self.row), self._text("siren")
        if not siren:
            form = company.legal_form(self.row.cells.get("legal_form", "")) or ""
            if not company.may_lack_siren(form):
                self.faults.append("Le SIREN manque.")
        elif fault := siren_fault(siren):
            self.faults.append(fault)
        elif len(compact(written)) < 9:
            self.remarks.append(f"SIREN complété : {siren}.")
        return siren

    def _siret(self, siren: str) -> str:
        siret = compact(self._text("siret"))
        siret = siret.zfill(14) if siret.isascii() and siret.isdigit() and 11 <= len(siret) < 14 else siret
        if siret and (fault := siret_fault(siret, siren)):
            self.faults.append(fault)
        return siret

    def _vat(self, siren: str) -> str:
        number = compact(self._text("vat_number"))
        if number and (fault := vat_fault(number, siren)):
            self.faults.append(fault)
        return number

    def _year(self) -> tuple[date | None, date | None]:
        closes_on = self._day("closes_on", closing=True)
        opens_on = self._day("opens_on")
        if not self.row.cells.get("closes_on"):
            self.faults.append("La clôture de l’exercice manque.")
        if closes_on and not opens_on and not self.row.cells.get("opens_on"):
            opens_on = company.year_of(closes_on) if closes_on.year > 1951 else closes_on
            self.remarks.append(f"Exercice de douze mois, ouvert le {opens_on:%d/%m/%Y}.")
        if opens_on and closes_on and (fault := company.year_fault(opens_on, closes_on)):
            self.faults.append(fault)
        return opens_on, closes_on

    def _day(self, name: str, *, closing: bool = False) -> date | None:
        written = self._text(name)
        found = day(written, on=self.on, closing=closing) if written else None
        if written and found is None:
            self.faults.append(f"{NAMED[name].header} : « {written[:30]} » n’est pas une date.")
        return found

    def _choice(self, name: str, recognise: Callable[[str], T | None]) -> T | None:
        written = self._text(name)
        found = recognise(written) if written else None
        if written and found is None:
            self.faults.append(f"{NAMED[name].header} : « {written[:40]} » n’est pas reconnu.")
        return found

    def _address(self) -> str:
        line = " ".join(filter(None, (self._text("postcode"), self._text("city"))))
        return ", ".join(filter(None, (self._text("address"), line)))

    def _naf(self) -> str:
        written = self._text("naf")
        code = naf_code(written) if written else ""
        if code is None:
            self.faults.append(f"Code NAF : « {written[:20]} » n’en est pas un (quatre chiffres et une lettre).")
        return code or ""

    def _model(self) -> Model:
        written = self._text("model")
        found = self.known.models.get(folded(written)) if written else self.known.model
        if found is None:
            self.faults.append(f"Modèle : le cabinet n’en a pas qui s’appelle « {written[:40]} ».")
        return found or self.known.model

    def _contact(self) -> Contact | None:
        email = self._email("contact_email")
        name = self._text("contact_name") or email
        return Contact(name, self._text("contact_title"), email, self._text("contact_phone")) if name else None

    def _director(self) -> Director | None:
        email = self._email("director_email")
        first, last = self._text("director_first_name"), self._text("director_last_name")
        return Director(first, last, email) if email else None

    def _email(self, name: str) -> str:
        written = self._text(name).removeprefix("mailto:").lower()
        if written and not is_email(written):
            self.faults.append(f"{NAMED[name].header} : « {written[:60]} » n’est pas une adresse e-mail.")
        return written
