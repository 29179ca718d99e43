"""Dates as printed, day before month as in France; which is the invoice's, and which its term."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from comptoir.domain.text import folded
from comptoir.readers.fields.rows import Row, word_pattern

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "JANVIER|JANV|JAN|JANUAR|JANUARY|JANUARI", "FEVRIER|FEVR|FEV|FEBRUAR|FEBRUARY|FEB|FEBRUARI",
            "MARS|MAR|MARZ|MARCH|MRZ|MAART", "AVRIL|AVR|APRIL|APR", "MAI|MAY|MEI", "JUIN|JUNI|JUNE|JUN",
            "JUILLET|JUIL|JULI|JULY|JUL", "AOUT|AUGUST|AUG|AOU|AUGUSTUS", "SEPTEMBRE|SEPT|SEP|SEPTEMBER",
            "OCTOBRE|OCT|OKTOBER|OCTOBER|OKT", "NOVEMBRE|NOV|NOVEMBER", "DECEMBRE|DEC|DEZEMBER|DECEMBER|DEZ",
        ),
        start=1,
    )
    for name in names.split("|")
}  # fmt: skip
_NAME = "|".join(sorted(_MONTHS, key=len, reverse=True))
_NUMERIC = re.compile(r"(?<![\d.,/-])(\d{1,2})\s?([./-])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})(?![\d/]|[.,-]\d)")
_ISO = re.compile(r"(?<![\d/-])((?:19|20)\d{2})([-/.])(\d{2})\2(\d{2})(?!\d)")
_COMPACT = re.compile(r"(?<![\w])(20[0-4]\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?![\w])")
_WRITTEN = re.compile(
    rf"(?<![A-Z0-9])(\d{{1,2}})(?:ER|TH|ND|RD|ST)? ?\.?[ -]?({_NAME})[ .,-]{{0,3}}(\d{{4}}|\d{{2}})(?![A-Z0-9])"
)
_AMERICAN = re.compile(rf"(?<![A-Z0-9])({_NAME})[ .]{{1,2}}(\d{{1,2}})(?:TH|ND|RD|ST)? ?,? ?(\d{{4}})(?![A-Z0-9])")

_DUE = word_pattern(
    r"ECHEANCES?", r"DATE LIMITE(?: DE PAIEMENT)?", r"A (?:PAYER|REGLER) (?:AVANT|POUR)(?: LE)?", r"PAYABLE (?:LE|AVANT|AU)", r"DUE(?: DATE)?",
    r"FALLIG\w*", r"ZAHLBAR BIS", r"BIS (?:ZUM|SPATESTENS)", r"ZAHLUNGSZIEL", r"VERVALDATUM", r"PRELEVEMENT", r"PRELEVEE?(?: LE)?",
    r"REGLEMENT(?: LE| AU| AVANT LE)?", r"PAYMENT DUE", r"AVANT LE", r"UBERWEISEN SIE BIS\w*", r"TERM[EI]N?",
)  # fmt: skip
_ISSUED = word_pattern(
    r"DATE (?:DE (?:LA )?)?(?:FACTURE|FACTURATION|EMISSION|AVOIR|PIECE)", r"DATE D EMISSION", r"DATE DE L AVOIR", r"EMISE? LE", r"FACTURE\w* (?:N \S+ )?DU",
    r"EMIS LE", r"EDITEE? LE", r"RECHNUNGSDATUM", r"INVOICE DATE", r"DATE OF (?:INVOICE|ISSUE)", r"FACTUUR ?DATUM", r"BELEGDATUM",
    r"BELEG DATUM", r"FACTURE (?:EMISE )?LE", r"ISSUE DATE", r"DATE ISSUED", r"AUSSTELLUNGSDATUM", r"DATE DU (?:TICKET|Z)", r"JOURNEE DU",
)  # fmt: skip
_DATE = word_pattern(r"DATE", r"DATUM", r"DU", r"LE", r"VOM", r"VON", r"DEN")
_OTHER = word_pattern(
    r"LIVRAISON", r"LIVREE? LE", r"COMMANDE\w*", r"PERIODE", r"NAISSANCE", r"LEISTUNGS\w*", r"LIEFER\w*", r"BESTELL\w*", r"ORDER\w*",
    r"SHIPMENT", r"SHIPPED", r"IMPRIMEE? LE", r"DEBUT", r"FIN", r"DELIVERY", r"BILLING PERIOD", r"PERIOD", r"DEVIS", r"CONTRAT",
    r"ABONNEMENT", r"ASSOCIEE?", r"STAND", r"SEIT", r"DEPUIS", r"GULTIG\w*", r"VALABLE", r"RECEPTION", r"FACTURE D ORIGINE", r"VERSION",
    r"ZEITRAUM", r"ABRECHNUNGSZEITRAUM", r"RCS", r"ARRETE", r"LOI", r"ARTICLE", r"AU", r"REVISION", r"BOOKED", r"SKONTO",
    r"VERSICHERUNGS\w*", r"GEBURTS\w*", r"INTERVENTION", r"PROCHAINE?", r"RELEVE", r"VALIDITE",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Printed:
    """A date as printed, where, and what its words say of it."""

    day: date
    row: Row
    start: int
    end: int
    issued: float
    due: float
    is_ambiguous: bool = False


def dates_of(rows: list[Row]) -> list[Printed]:
    """Every date of the piece, in reading order."""
    return [found for row in rows for found in _in_row(rows, row)]


def best_issued(dates: list[Printed]) -> tuple[Printed, float] | None:
    """The invoice's date and how sure it is: named is sure, the only one on the page nearly, a guess is not."""
    open_dates = [found for found in dates if found.issued > 0]
    if not open_dates:
        return None
    best = max(open_dates, key=lambda found: (found.issued, -found.row.index))
    days = {found.day for found in open_dates if found.issued >= best.issued - 0.05}
    confidence = 0.55 + 0.42 * best.issued
    if len({found.day for found in dates}) == 1:
        confidence = max(confidence, 0.9)
    if len(days) > 1:
        confidence = min(confidence, 0.72)
    return best, round(min(confidence, 0.6) if best.is_ambiguous else confidence, 2)


def best_due(dates: list[Printed], issued: date | None) -> tuple[Printed, float] | None:
    """The term, never before the invoice's own date."""
    terms = [found for found in dates if found.due > 0 and (issued is None or found.day >= issued)]
    if not terms:
        return None
    best = max(terms, key=lambda found: (found.due, -found.row.index))
    confidence = 0.55 + 0.4 * best.due
    if len({found.day for found in terms if found.due >= best.due - 0.05}) > 1:
        confidence = min(confidence, 0.7)
    return best, round(confidence, 2)


def _in_row(rows: list[Row], row: Row) -> Iterator[Printed]:
    spans = sorted(_spans(row.text), key=lambda span: span[0])
    end_before = 0
    for start, end, day, is_ambiguous in spans:
        if start < end_before:
            continue
        issued, due = _meaning(rows, row, start, end, end_before)
        yield Printed(day, row, start, end, issued, due, is_ambiguous)
        end_before = end


def _spans(text: str) -> Iterator[tuple[int, int, date, bool]]:
    spread = _same_length(text)
    for match in _ISO.finditer(text):
        yield from _valid(match.span(), match[1], match[3], match[4])
    for match in _COMPACT.finditer(text):
        yield from _valid(match.span(), match[1], match[2], match[3])
    for match in _NUMERIC.finditer(text):
        day, month = match[1], match[3]
        if int(month) > 12 >= int(day):
            day, month = month, day
        yield from _valid(match.span(), match[4], month, day)
    for match in _WRITTEN.finditer(spread):
        yield from _valid(match.span(), match[3], str(_MONTHS[match[2]]), match[1])
    for match in _AMERICAN.finditer(spread):
        yield from _valid(match.span(), match[3], str(_MONTHS[match[1]]), match[2])


def _valid(span: tuple[int, int], year: str, month: str, day: str) -> Iterator[tuple[int, int, date, bool]]:
    full = int(year) + (2000 if len(year) == 2 else 0)
    if not 1990 <= full <= 2079:
        return
    try:
        yield *span, date(full, int(month), int(day)), False
    except ValueError:
        return


def _same_length(text: str) -> str:
    """Capitals without accents, each letter in its place, so that spans hold."""
    return "".join((folded(letter) or letter)[:1] if letter.isalpha() else letter for letter in text)


def _meaning(rows: list[Row], row: Row, start: int, end: int, after: int) -> tuple[float, float]:
    """How well the date is named as the invoice's, and as its term."""
    before = row.text[after:start]
    label = folded(before.split("\t")[-1]) or folded(before.replace("\t", " "))
    label = label[-48:]
    if label:
        known = _named(label, row.folded)
        if known is not None:
            return known
    heading = folded(_heading(rows, row, start, end))
    if heading:
        known = _named(heading, heading)
        if known is not None:
            return tuple(round(0.88 * score, 3) for score in known)  # type: ignore[return-value]
    if _OTHER.search(row.folded) or _between(row, start, end):
        return 0.15, 0.0
    return (0.4 if row.index < 40 else 0.25), 0.0


def _named(label: str, whole: str) -> tuple[float, float] | None:
    if _DUE.search(label):
        return 0.0, 1.0
    if _ISSUED.search(label):
        return 1.0, 0.0
    if re.search(
        r"(?:FACTURE|AVOIR|RECHNUNG|INVOICE|HANDELSRECHNUNG|RECHNUNGSKORREKTUR|GUTSCHRIFT|TICKET|Z)\b.*\b(?:DU|VOM|VON|LE|DATE)$",
        label,
    ):
        return 0.97, 0.0
    if _OTHER.search(label):
        return 0.0, 0.0
    if re.search(r"(?:^| )(?:DATE|DATUM)(?: HEURE)?$", label):
        return 0.95, 0.0
    if re.search(r"(?:^| )LE$", label) and not _DUE.search(whole):
        return 0.85, 0.0
    if _DATE.search(label):
        return 0.6, 0.0
    return None


def _between(row: Row, start: int, end: int) -> bool:
    """Within « du … au … », a period."""
    around = folded(row.text[max(0, start - 6) : start]), folded(row.text[end : end + 6])
    return around[1].startswith(("AU ", "BIS", "TO ")) or around[0].endswith((" AU", "BIS", " TO"))


def _heading(rows: list[Row], row: Row, start: int, end: int) -> str:
    """The heading above the date, or the label that stands alone just above."""
    box = row.box(start, end)
    for above in reversed(rows[max(0, row.index - 3) : row.index]):
        if above.page != row.page:
            return ""
        for cell in above.line.cells:
            if (
                min(cell.box[2], box[2]) - max(cell.box[0], box[0]) > 0.2 * (box[2] - box[0])
                and len(cell.text) < 40
            ):
                return cell.text
    return ""
