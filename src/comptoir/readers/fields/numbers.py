"""The number of the invoice: what stands by its label, and neither a date, nor an amount, nor another number."""

import re
from dataclasses import dataclass

from comptoir.domain.text import folded
from comptoir.readers.fields.rows import Row
from comptoir.readers.layout import Box

_VALUE = r"(?P<value>[A-Z0-9](?:[A-Z0-9]|[-/._#](?=[A-Z0-9])){0,28})"
_SIGN = r"(?:N ?[°ºo]\.?|N\.|NO\.?|NR\.?|NUM(?:[EÉ]RO)?\.?|NUMBER|NUMMER|#|№)"
_PAPER = (
    r"(?:FACTURE(?: D['’ ]AVOIR| D['’ ]ACOMPTE| PROFORMA)?|AVOIR|NOTE DE CR[EÉ]DIT|RECHNUNG|HANDELSRECHNUNG|RECHNUNGSKORREKTUR|GUTSCHRIFT"
    r"|(?:TAX |SALES )?INVOICE|CREDIT NOTE|NOTE DE FRAIS|TICKET|FACTUUR|BELEG|QUITTANCE|RAPPORT Z|Z DE CAISSE|Z|RE[CÇ]U|BON)"
)
# From the surest label to the least sure.
_LABELLED = tuple(
    (re.compile(pattern + r"\s*[:.\t ]*\s*" + _VALUE + r"(?![A-Z0-9])", re.IGNORECASE), score)
    for pattern, score in (
        (rf"(?<![A-Z]){_PAPER}\s*{_SIGN}\s*(?:\(\d+\)\s*)?", 1.0),
        (rf"(?<![A-Z]){_SIGN}\s*(?:DE |D['’]|DU |DE LA )?\s*{_PAPER}(?:\s*{_SIGN})?", 1.0),
        (r"(?<![A-Z])(?:RECHNUNGS?|BELEG|FACTUUR|GUTSCHRIFTS?)-?\s?(?:NR\.?|NUMMER|NO\.?)", 1.0),
        (rf"(?<![A-Z])(?:HANDELS)?RECHNUNG\s*\([^)]*\)\s*{_SIGN}", 1.0),
        (r"(?<![A-Z])(?:R[EÉ]F[EÉ]RENCE|R[EÉ]F\.?) (?:DE (?:LA )?)?FACTURE", 0.95),
        (r"(?<![A-Z])INVOICE (?:ID|REF(?:ERENCE)?)", 0.95),
        # A number named by nothing else, at the head of its cell: « n° MV-1197 » under the word « Facture ».
        (rf"(?:^|(?<=\t))\s*{_SIGN}", 0.93),
        (rf"(?<![A-Z]){_PAPER}", 0.75),
    )
)
_HEADING = re.compile(
    rf"^(?:{_PAPER}\s*{_SIGN}|{_SIGN}\s*(?:DE |D['’]|DU )?\s*{_PAPER}|(?:RECHNUNGS|BELEG|FACTUUR)-?\s?(?:NR\.?|NUMMER)|INVOICE (?:NO|NUMBER|ID)"
    rf"|{_SIGN}|NUM[EÉ]RO|FACTUUR|FACTURE)\s*[:.]?$",
    re.IGNORECASE,
)
_NOT_A_NUMBER = re.compile(
    r"^(?:\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}-\d{2}-\d{2}|\d{1,7}[.,]\d{2}|FR\d{2}\d{9}|\d|PAGE.*|(?:19|20)\d{2})$",
    re.IGNORECASE,
)
_OTHER_PAPER = re.compile(
    r"CLIENT|COMMANDE|LIVRAISON|DEVIS|CONTRAT|ASSOCI|ORIGINE|CONCERN|RELATIV|ANNUL|RECTIFI|BESTELL|KUNDEN|LIEFER|ORDER|"
    r"TVA|SIRET|REMPLACE|SUR VOTRE|CARTE|PR[EÉ]C[EÉ]DENT",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Number:
    """The number, its place, and how well its label names it."""

    value: str
    row: Row
    start: int
    end: int
    score: float

    @property
    def box(self) -> Box:
        return self.row.box(self.start, self.end)


def number_of(rows: list[Row]) -> Number | None:
    """The best named number; the first of equals, since a page repeats its number in later places."""
    found = [*_beside(rows), *_under(rows)]
    return max(found, key=lambda number: (round(number.score, 2), -number.row.index), default=None)


def _beside(rows: list[Row]) -> list[Number]:
    found = []
    for row in rows:
        for pattern, score in _LABELLED:
            for match in pattern.finditer(row.text):
                if not _is_number(match["value"]) or _OTHER_PAPER.search(_before(row.text, match.start())):
                    continue
                # A tab between label and value: a table's cells, a little less close.
                gap = row.text[match.start() : match.start("value")].count("\t")
                found.append(
                    Number(match["value"], row, match.start("value"), match.end("value"), score - 0.04 * (gap > 1))
                )
    return found


def _before(text: str, start: int) -> str:
    return re.split(r"\t|  ", text[:start])[-1][-24:]


def _under(rows: list[Row]) -> list[Number]:
    """Under a heading « N° facture », in the same column, within three lines."""
    found = []
    for row in rows:
        position = 0
        for cell in row.line.cells:
            start = row.text.find(cell.text, position)
            position = max(start, 0) + len(cell.text)
            if _HEADING.match(cell.text.strip()) and len(cell.text) > 2:
                is_named = len(folded(cell.text)) > 3
                found += _below(rows, row, cell.box, 0.92 if is_named else 0.55)
    return found


def _below(rows: list[Row], row: Row, box: Box, score: float) -> list[Number]:
    for below in rows[row.index + 1 : row.index + 4]:
        if below.page != row.page:
            break
        position = 0
        for cell in below.line.cells:
            start = below.text.find(cell.text, position)
            position = start + len(cell.text)
            overlap = min(cell.box[2], box[2]) - max(cell.box[0], box[0])
            if (
                overlap > 0
                and start >= 0
                and _is_number(cell.text)
                and re.fullmatch(_VALUE, cell.text, re.IGNORECASE)
            ):
                return [Number(cell.text, below, start, start + len(cell.text), score)]
    return []


def _is_number(value: str) -> bool:
    return any(letter.isdigit() for letter in value) and not _NOT_A_NUMBER.match(value)
