"""Judging a FEC, stricter than the tax office's own checker, which looks at the structure only.

Faults refuse the file; alerts ask for a look. One pass, in memory that grows with the number of entries, not of
lines.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from comptoir.domain.fault import Fault, Gravity
from comptoir.domain.fec import COLUMNS
from comptoir.domain.money import french

_SIGNED = ("Montant", "Sens")
_CASH = ("DateRglt", "ModeRglt", "NatOp")
_NON_COMMERCIAL = (*_CASH, "IdClient")
_MAY_BE_EMPTY = {
    "CompAuxNum", "CompAuxLib", "EcritureLet", "DateLet", "Montantdevise", "Idevise", *_NON_COMMERCIAL,
}  # fmt: skip
_DATES = ("EcritureDate", "PieceDate", "DateLet", "ValidDate", "DateRglt")
_AMOUNT = re.compile(r"-?\d+(?:,\d{1,2})?")
_NUMBER = re.compile(r"(.*?)(\d+)(\D*)")
_NAME = re.compile(r"\d{9}FEC(\d{8})(?:\D.*)?\.txt", re.IGNORECASE)
_OPENING_ACCOUNTS = ("AN", "RAN", "ANOUV", "A NOUV", "NOUVEAU", "OUVERTURE", "REPORT")


@dataclass(slots=True)
class _Entry:
    """What must be remembered of an entry until the end: where it began and what it still lacks to balance."""

    line: int
    open: Decimal = Decimal(0)


@dataclass(slots=True)
class Report:
    """What was found in a file."""

    faults: list[Fault] = field(default_factory=list)
    lines: int = 0
    entries: int = 0

    @property
    def is_refused(self) -> bool:
        """Whether the file holds a fault."""
        return any(fault.gravity is Gravity.FAULT for fault in self.faults)


def closing_in(name: str) -> date | None:
    """The closing date that a FEC's name tells, or None for a name that is not the legal one."""
    found = _NAME.fullmatch(name)
    try:
        return _date(found.group(1)) if found else None
    except ValueError:
        return None


def check(content: bytes | Iterable[bytes], *, name: str = "", opens_on: date | None = None) -> Report:
    """Everything that is wrong in a file of this name; the year opens 12 months before its closing unless told."""
    return _Check(closing_in(name), opens_on, name).run(_rows(content))


def year_before(closes_on: date) -> date:
    """The first day of a fiscal year of 12 months that closes on this day."""
    following = closes_on + timedelta(days=1)
    return date(
        following.year - 1, following.month, min(following.day, 28) if following.month == 2 else following.day
    )


class _Check:
    """One pass over a file."""

    def __init__(self, closes_on: date | None, opens_on: date | None, name: str) -> None:
        self.closes_on = closes_on
        self.opens_on = opens_on or (year_before(closes_on) if closes_on else None)
        self.report = Report()
        self.entries: dict[tuple[str, str], _Entry] = {}
        self.seen: Counter[int] = Counter()
        self.last_valid: date | None = None
        self.has_opening = False
        self.order_told = False
        self.name = name

    def run(self, rows: Iterator[tuple[int, bytes]]) -> Report:
        if self.name and self.closes_on is None:
            self._alert(None, "name", f"Le nom « {self.name} » n’est pas celui d’un FEC.", "SIRENFECAAAAMMJJ.txt.")
        first = next(rows, None)
        columns = self._header(first)
        if columns is None or first is None:
            return self.report
        separator = b"\t" if b"\t" in first[1] else b"|"
        for number, raw in rows:
            if raw.strip():
                self._row(number, raw, columns, separator)
        self._end()
        return self.report

    def _header(self, first: tuple[int, bytes] | None) -> tuple[str, ...] | None:
        if first is None or not first[1].strip():
            self._fault(1, "empty", "Le fichier est vide.", "Exportez-le à nouveau.")
            return None
        raw = first[1].removeprefix(b"\xef\xbb\xbf")
        if raw.rstrip(b"\n").endswith(b"\r\r"):
            self._fault(1, "line_end", "La ligne de titres finit par deux retours chariot.", "Gardez CR LF.")
        if b"\t" not in raw and b"|" not in raw:
            self._fault(
                1, "separator", "Les zones ne sont séparées ni par tabulation ni par « | ».", "Changez-le."
            )
            return None
        names = [cell.strip().decode("latin-1") for cell in re.split(rb"[\t|]", raw.strip(b"\r\n"))]
        columns = _known_columns(names)
        if columns is None:
            message = f"Les {len(names)} titres ne sont pas les 18 zones de l’article A. 47 A-1, dans leur ordre."
            self._fault(1, "columns", message, "Attendu : " + ", ".join(COLUMNS) + ".")
        return columns

    def _row(self, number: int, raw: bytes, columns: tuple[str, ...], separator: bytes) -> None:
        self.report.lines += 1
        text = self._decoded(number, raw.rstrip(b"\r\n"))
        cells = [cell.strip() for cell in text.split(separator.decode())]
        if len(cells) != len(columns):
            self._fault(
                number, "width", f"La ligne a {len(cells)} zones au lieu de {len(columns)}.", "Complétez-la."
            )
            return
        values = dict(zip(columns, cells, strict=True))
        self._check_empty(number, values)
        days = self._check_dates(number, values)
        self._check_account(number, values)
        debit, credit = self._check_amounts(number, values)
        self._remember(number, values, debit - credit)
        self._check_order(number, days)
        self.seen[hash(tuple(cells))] += 1
        if self.seen[hash(tuple(cells))] == 2:
            self._alert(number, "identical", "Cette ligne est identique à une autre.", "Vérifiez le doublon.")

    def _decoded(self, number: int, raw: bytes) -> str:
        try:
            return raw.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError:
            text = raw.decode("iso-8859-15")
        if any("\x80" <= c <= "\x9f" for c in text):
            message = "La ligne n’est ni en UTF-8 ni en ISO 8859-15."
            self._fault(number, "charset", message, "Enregistrez le fichier dans l’un des deux.")
        return text

    def _check_empty(self, number: int, values: dict[str, str]) -> None:
        for column, value in values.items():
            if not value and column not in _MAY_BE_EMPTY:
                self._fault(number, "empty_field", f"La zone {column} est vide.", "Elle est obligatoire.")

    def _check_dates(self, number: int, values: dict[str, str]) -> dict[str, date]:
        days = {}
        for column in _DATES:
            if written := values.get(column, ""):
                try:
                    days[column] = _date(written)
                except ValueError:
                    message = f"« {written} » n’est pas une date ({column})."
                    self._fault(number, "date", message, "Format AAAAMMJJ.")
        dated = days.get("EcritureDate")
        if dated and self.opens_on and self.closes_on and not self.opens_on <= dated <= self.closes_on:
            self._fault(
                number,
                "outside_year",
                f"EcritureDate {dated:%d/%m/%Y} est hors de l’exercice.",
                f"Il va du {self.opens_on:%d/%m/%Y} au {self.closes_on:%d/%m/%Y}.",
            )
        return days

    def _check_account(self, number: int, values: dict[str, str]) -> None:
        account = values["CompteNum"]
        if account and not re.match(r"\d{3}", account):
            message = f"Le compte « {account} » ne commence pas par trois chiffres."
            self._fault(number, "account", message, "Utilisez un numéro du plan comptable.")

    def _check_amounts(self, number: int, values: dict[str, str]) -> tuple[Decimal, Decimal]:
        if "Sens" in values:
            amount = self._amount(number, "Montant", values["Montant"])
            side = values["Sens"].upper()
            if side not in ("D", "C", "+1", "-1", "1"):
                self._fault(number, "side", f"Le sens « {values['Sens']} » est inconnu.", "D ou C, +1 ou -1.")
            return (amount, Decimal(0)) if side in ("D", "+1", "1") else (Decimal(0), amount)
        debit = self._amount(number, "Debit", values["Debit"])
        credit = self._amount(number, "Credit", values["Credit"])
        if debit and credit:
            self._fault(number, "both_sides", "La ligne porte un débit et un crédit.", "Gardez un seul côté.")
        if not debit and not credit:
            self._alert(number, "zero", "La ligne est sans montant.", "Retirez-la si elle ne dit rien.")
        return debit, credit

    def _amount(self, number: int, column: str, written: str) -> Decimal:
        if not written:
            return Decimal(0)
        if not _AMOUNT.fullmatch(written):
            message = f"« {written} » n’est pas un montant ({column})."
            self._fault(number, "amount", message, "Virgule décimale, ni point ni espace.")
            return Decimal(0)
        return Decimal(written.replace(",", "."))

    def _remember(self, number: int, values: dict[str, str], amount: Decimal) -> None:
        key = (values["JournalCode"], values["EcritureNum"])
        entry = self.entries.setdefault(key, _Entry(number))
        entry.open += amount
        journal = f"{values['JournalCode']} {values['JournalLib']}".upper()
        self.has_opening = self.has_opening or any(
            word == journal.split()[0] or (len(word) > 3 and word in journal)
            for word in _OPENING_ACCOUNTS
            if journal.strip()
        )

    def _check_order(self, number: int, days: dict[str, date]) -> None:
        valid, dated = days.get("ValidDate"), days.get("EcritureDate")
        if valid and dated and valid < dated:
            self._alert(number, "valid_before", "ValidDate précède EcritureDate.", "Vérifiez la validation.")
        if valid and self.last_valid and valid < self.last_valid and not self.order_told:
            self.order_told = True
            message = "Les lignes ne suivent pas l’ordre de validation."
            self._alert(number, "order", message, "Triez le fichier par date de validation.")
        self.last_valid = valid or self.last_valid

    def _end(self) -> None:
        self.report.entries = len(self.entries)
        for (journal, number), entry in self.entries.items():
            if entry.open:
                message = (
                    f"L’écriture {number} du journal {journal} n’est pas équilibrée : {french(entry.open)} €."
                )
                self._fault(entry.line, "unbalanced", message, "Débit et crédit doivent être égaux.")
        for fault in _gaps(self.entries):
            self.report.faults.append(fault)
        if self.report.lines and not self.has_opening:
            self._alert(None, "no_opening", "Aucun journal d’à-nouveaux.", "Normal pour un premier exercice.")

    def _fault(self, line: int | None, code: str, message: str, remedy: str) -> None:
        self.report.faults.append(Fault(code, message, remedy, line))

    def _alert(self, line: int | None, code: str, message: str, remedy: str) -> None:
        self.report.faults.append(Fault(code, message, remedy, line, Gravity.ALERT))


def _rows(content: bytes | Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    lines = content.split(b"\n") if isinstance(content, bytes) else content
    return enumerate(lines, 1)


def _known_columns(names: list[str]) -> tuple[str, ...] | None:
    lower = [name.lower() for name in names]
    signed = tuple(_SIGNED[0] if c == "Debit" else _SIGNED[1] if c == "Credit" else c for c in COLUMNS)
    for base in (COLUMNS, signed):
        for more in ((), _CASH, _NON_COMMERCIAL):
            wanted = (*base, *more)
            if lower == [name.lower() for name in wanted]:
                return wanted
    return None


def _date(written: str) -> date:
    if not re.fullmatch(r"\d{8}", written):
        raise ValueError(written)
    return date(int(written[:4]), int(written[4:6]), int(written[6:]))


def _gaps(entries: dict[tuple[str, str], _Entry]) -> Iterator[Fault]:
    """Numbers that are missing: by journal, or over the whole file where it numbers all journals as one."""
    overall: dict[str, list[tuple[int, int]]] = defaultdict(list)
    by_journal: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for (journal, number), entry in entries.items():
        if found := _NUMBER.fullmatch(number):
            prefix, rank = found.group(1) + found.group(3), int(found.group(2))
            overall[prefix].append((rank, entry.line))
            by_journal[(journal, prefix)].append((rank, entry.line))
    whole = [fault for prefix, ranks in overall.items() for fault in _missing(ranks, "", prefix)]
    if not whole and all(len(ranks) == len({rank for rank, _ in ranks}) for ranks in overall.values()):
        return
    apart = [
        fault for (journal, prefix), ranks in by_journal.items() for fault in _missing(ranks, journal, prefix)
    ]
    # The numbering that the file means is the one with fewer holes in it.
    yield from apart if len(apart) <= len(whole) or _repeats(overall) else whole


def _repeats(overall: dict[str, list[tuple[int, int]]]) -> bool:
    return any(len(ranks) != len({rank for rank, _ in ranks}) for ranks in overall.values())


def _missing(ranks: list[tuple[int, int]], journal: str, prefix: str) -> Iterator[Fault]:
    ordered = sorted(ranks)
    where = f" du journal {journal}" if journal else ""
    for (before, _), (after, line) in pairwise(ordered):
        if after - before > 1:
            holes = (
                f"{prefix}{before + 1}" if after - before == 2 else f"{prefix}{before + 1} à {prefix}{after - 1}"
            )
            message = f"La numérotation{where} saute de {prefix}{before} à {prefix}{after} : il manque {holes}."
            yield Fault("gap", message, "Une numérotation continue est obligatoire.", line)
