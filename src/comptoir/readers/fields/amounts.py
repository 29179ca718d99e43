"""Amounts as printed: `1 234,56`, `1.234,56`, `1,234.56`, `12,50 €`, `-8,79`, `8,79-`, each with what labels it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from comptoir.domain.text import folded
from comptoir.readers.fields.rows import Row, word_pattern
from comptoir.readers.layout import Box

_SIGN = r"(?P<sign>[-\u2212\u2013(]\s?)?"
_SYMBOL = r"(?:€|EUR|\$|USD|£|GBP|CHF)"
_DIGITS = (
    r"(?P<digits>\d{1,3}(?:[ '’]\d{3})+[.,]\d{2}"  # 1 234,56 and 1'234.56
    r"|\d{1,3}(?:\.\d{3})+,\d{2}"  # 1.234,56
    r"|\d{1,3}(?:,\d{3})+\.\d{2}"  # 1,234.56
    r"|\d{1,9}[.,]\d{2}"
    r"|\d{1,3}(?:[ .]\d{3})+(?=\s?€)|\d{1,6}(?=\s?(?:€|EUR\b))|(?<=[€$£])\d{1,6}|(?<=[€$£] )\d{1,6})"
)
_PATTERN = re.compile(
    rf"(?<![\w.,/:°-])(?:{_SYMBOL}\s?)?{_SIGN}(?:{_SYMBOL}\s?)?{_DIGITS}"
    rf"(?P<tail>\s?[-\u2212](?![\w-])|\))?(?![\d%‰]|[.,/:-]\d|\s?%|\d*°)",
    re.IGNORECASE,
)
_OCR_SLIPS = ((re.compile(r"(?<=\d)[ ]?([.,])[ ]?(?=\d\d(?!\d))"), r"\1"),)
_PERCENT = re.compile(r"(?<![\d.,])(\d{1,2}(?:[.,]\d{1,3})?)\s?%")


class Role(StrEnum):
    """What a label says of the amount that it stands by."""

    NET = "net"
    VAT = "vat"
    TOTAL = "total"
    ASIDE = "aside"


@dataclass(frozen=True, slots=True)
class Amount:
    """One printed amount in cents, with its place, its labels' scores by role, and the rates printed by it."""

    cents: int
    row: Row
    start: int
    end: int
    roles: dict[Role, float]
    rates: tuple[Decimal, ...] = ()

    @property
    def box(self) -> Box:
        return self.row.box(self.start, self.end)

    @property
    def sure(self) -> float:
        return self.row.sure(self.start, self.end)

    def role(self, role: Role) -> float:
        return self.roles.get(role, 0.0)


def amounts_of(rows: list[Row]) -> list[Amount]:
    """Every amount of the piece, in reading order."""
    found: list[Amount] = []
    for row in rows:
        spans = list(_spans(row.text))
        rates = rates_in(row.text)
        for number, (start, end, cents) in enumerate(spans):
            previous = spans[number - 1][1] if number else 0
            following = spans[number + 1][0] if number + 1 < len(spans) else len(row.text)
            roles = _roles(rows, row, (previous, start), (end, following), is_first=number == 0)
            found.append(Amount(cents, row, start, end, roles, rates))
    return found


def rates_in(text: str) -> tuple[Decimal, ...]:
    """The percentages printed there that may be rates of VAT."""
    rates = (Decimal(found.replace(",", ".")) for found in _PERCENT.findall(text))
    return tuple(dict.fromkeys(rate.normalize() + 0 for rate in rates if rate <= 30))


def in_cents(digits: str) -> int:
    """The cents that printed digits say; the last separator before two digits is the decimal one."""
    match = re.fullmatch(r"(.*\d)[.,](\d{2})", digits)
    whole, decimals = match.groups() if match else (digits, "00")
    return int(re.sub(r"\D", "", whole)) * 100 + int(decimals)


def _spans(text: str) -> Iterator[tuple[int, int, int]]:
    for match in _PATTERN.finditer(text):
        is_negative = bool(match["sign"] and match["sign"].strip() != "(") or bool(
            match["tail"] and ")" not in match["tail"]
        )
        is_negative = is_negative or bool(match["sign"] and match["tail"] == ")")
        cents = in_cents(match["digits"])
        yield match.start(), match.end(), -cents if is_negative else cents


# ── Labels ──

_INCLUDED = word_pattern(
    r"T ?T ?C", r"NET A PAYER", r"INKL", r"INCL", r"INCLUDING", r"INCLUSIVE", r"BRUTTO\w*", r"GRAND TOTAL", r"GESAMTBETRAG",
    r"RECHNUNGSBETRAG", r"ENDBETRAG", r"TOUTES TAXES", r"GESAMTSUMME", r"BRUTTOSUMME", r"INVOICE TOTAL", r"RECHNUNGSSUMME",
)  # fmt: skip
_DUE = word_pattern(
    r"(?:TOTAL|SOMME|MONTANT|RESTE|SOLDE|NET) (?:A PAYER|DU|DUE|A REGLER|TOTAL)", r"A PAYER", r"A REGLER",
    r"(?:AMOUNT|TOTAL|BALANCE|PAYMENT) (?:AMOUNT )?DUE(?: ON)?", r"ZAHLBETRAG", r"ZU ZAHLEN\w*", r"FALLIGER BETRAG",
    r"TOTAL EUR\w*", r"SUMME EUR", r"TOTAL FACTURE", r"TOTAL GENERAL", r"TOTAL FOR THIS INVOICE", r"TE BETALEN",
    r"FACTUUR TOTAAL", r"TOTAL CB", r"MONTANT (?:DU )?PRELEVE\w*", r"MONTANT DE LA TRANSACTION", r"TOTAL VENTES",
    r"A REMBOURSER", r"REMBOURSEMENT", r"TOTAL DE LA JOURNEE", r"TOTAL CA", r"CHIFFRE D AFFAIRES",
)  # fmt: skip
_SUM = word_pattern(
    r"TOTAL\w*", r"TOTAAL", r"SUMME", r"SUMM?E?", r"GESAMT\w*", r"MONTANT", r"AMOUNT", r"BETRAG", r"SOMME"
)
_NET = word_pattern(
    r"H ?T", r"HORS (?:TAXES?|TVA|T V A)", r"NETTO\w*", r"EXCL\w*", r"SUB ?TOTAL", r"SOUS TOTAL", r"BASES?(?: H ?T| TVA| IMPOSABLE)?",
    r"ZWISCHENSUMME", r"OHNE", r"NET(?: AMOUNT| TOTAL)", r"TAXABLE(?: AMOUNT)?", r"STEUERPFLICHTIG\w*", r"BEMESSUNGSGRUNDLAGE",
    r"BASISBETRAG", r"STEUERBASISBETRAG", r"GRONDSLAG", r"SUBTOTAAL", r"WARENWERT", r"ENTGELT", r"POSITIONSSUMME",
    r"STEUERPFL\w*", r"SUMME POSITIONEN",
)  # fmt: skip
_VAT = word_pattern(
    r"T ?V ?A", r"MWST\w*", r"MW ST", r"U ?ST", r"UMSATZSTEUER\w*", r"STEUER(?:BETRAG)?", r"MEHRWERTSTEUER", r"VAT", r"(?:SALES )?TAX(?:ES)?",
    r"BTW(?: BEDRAG)?", r"TAXES?", r"STEUERGESAMTBETRAG", r"STEUERN", r"GST",
)  # fmt: skip
_INSIDE = word_pattern(r"DONT", r"TVA INCLUSE", r"ENTHALTEN\w*", r"ZUZUGLICH", r"ZZGL", r"DAVON", r"INCLUDED")
_ASIDE = word_pattern(
    r"ESPECES?", r"C ?B", r"CARTES?(?: BANCAIRES?| BLEUE)?", r"CHEQUES?", r"RENDU\w*", r"MONNAIE", r"BAR", r"GEGEBEN", r"RUCKGELD",
    r"EC CASH", r"KARTE\w*", r"VISA", r"MASTERCARD", r"CONTANT", r"RECU", r"DEJA (?:PAYE|REGLE|VERSE)\w*", r"ACOMPTES?(?: VERSE)?",
    r"CAPITAL", r"INDEMNITE", r"PENALITES?", r"RECOUVREMENT", r"P ?U", r"PRIX UNIT\w*", r"UNIT PRICE", r"EINZELPREIS", r"RABATT\w*",
    r"REMISES?", r"ESCOMPTE", r"SKONTO", r"REPORT", r"QTE", r"QUANTITE", r"MENGE", r"QUANTITY", r"FIDELITE", r"ECONOMIES?",
    r"GIROCARD", r"TITRES? RESTAURANT", r"ANZAHLUNG\w*", r"PREPAID", r"PAID", r"PREIS", r"PRIX", r"PRICE", r"NETTOPREIS", r"KG",
    r"VORAUSZAHLUNG\w*", r"RUNDUNG\w*", r"ARRONDI", r"FRACHT\w*", r"ZUSCHLAG\w*", r"ABSCHLAG\w*", r"EN LETTRES",
    r"TICKETS? RESTAURANT", r"CONECS", r"AVANT REMISE", r"ANCIEN SOLDE", r"SOLDE PRECEDENT", r"FOND DE CAISSE",
)  # fmt: skip


def label_roles(label: str, weight: float) -> dict[Role, float]:
    """What a label says, scaled by how close it stands. The order settles « Total HT », « TVA incluse », « Net à payer »."""
    text = folded(label)
    if not text:
        return {}
    if _VAT.search(text) and (_INSIDE.search(text) or not (_INCLUDED.search(text) or _NET.search(text))):
        return {Role.VAT: weight}
    if _INCLUDED.search(text):
        return {Role.ASIDE: 0.4 * weight} if _ASIDE.search(text) else {Role.TOTAL: weight}
    if _DUE.search(text):
        return {Role.TOTAL: 0.85 * weight}
    if _NET.search(text):
        return {Role.NET: weight}
    if _ASIDE.search(text):
        return {Role.ASIDE: weight}
    if _SUM.search(text):
        # A bare « Montant » heads a column of lines; a bare « Total » may be either sum.
        is_total = re.search(r"TOTA|SUMM", text)
        return {Role.TOTAL: (0.6 if is_total else 0.35) * weight, Role.NET: 0.2 * weight}
    return {}


def _roles(
    rows: list[Row], row: Row, before: tuple[int, int], after: tuple[int, int], *, is_first: bool
) -> dict[Role, float]:
    roles: dict[Role, float] = {}
    near = _near(row.text[before[0] : before[1]])
    _raise_to(roles, label_roles(near, 1.0))
    _raise_to(roles, label_roles(re.split(r"\t", row.text[after[0] : after[1]])[0][:12], 0.9) if not near else {})
    trailing = re.match(r"\s*(?:€|EUR\w*)?\s*(TTC|HT|T\.T\.C|H\.T)\b", row.text[after[0] : after[1]])
    if trailing:
        roles.clear()
        _raise_to(roles, label_roles(trailing[1], 1.0))
    if not roles:
        start, end = before[1], after[0]
        _raise_to(roles, label_roles(_heading(rows, row, row.box(start, end)), 0.85))
        # The row's own word (« Total facture ») says that it is a sum, not which.
        if not is_first and roles and _SUM.search(folded(_near(row.text[: before[1]])[:60])):
            roles = {role: min(1.0, score + 0.1) for role, score in roles.items()}
    return roles


def _near(text: str) -> str:
    """The label on the left: the nearest cell that has letters, currency left out."""
    cells = [cell for cell in text.split("\t") if len(re.sub(r"[^A-Za-zÀ-ÿ]|EUR\b|USD\b", "", cell)) >= 2]
    return cells[-1][-60:] if cells else ""


def _heading(rows: list[Row], row: Row, box: Box) -> str:
    """The column's heading: the nearest cell above that shares the amount's width and is not an amount."""
    for above in reversed(rows[max(0, row.index - 12) : row.index]):
        if above.page != row.page:
            return ""
        for cell in above.line.cells:
            overlap = min(cell.box[2], box[2]) - max(cell.box[0], box[0])
            if overlap <= 0.3 * (box[2] - box[0]) or len(re.sub(r"[^A-Za-zÀ-ÿ]", "", cell.text)) < 2:
                continue
            if cell.box[2] - cell.box[0] > 0.5 and len(above.line.cells) == 1:
                return ""
            if not _PATTERN.search(cell.text):
                return cell.text
    return ""


def _raise_to(roles: dict[Role, float], found: dict[Role, float]) -> None:
    for role, score in found.items():
        roles[role] = max(roles.get(role, 0.0), score)
