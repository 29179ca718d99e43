"""The reading that the words of the pages give, each value with its proof, each doubt said."""

import re
from datetime import date
from decimal import Decimal
from typing import TypeVar

from comptoir.domain.reading import Evidence, Identity, Kind, Reading, Source, Value, VatLine
from comptoir.readers.fields import amounts, dates, identifiers, kinds, numbers, parties, till
from comptoir.readers.fields.arithmetic import Sums, sums_of
from comptoir.readers.fields.identifiers import Printed
from comptoir.readers.fields.rows import Row, rows_of
from comptoir.readers.layout import Page

T = TypeVar("T")

MAX_TEXT = 100_000
MAX_ROWS = 1_500
_NO_VAT = re.compile(
    r"TVA NON APPLICABLE|293 B|AUTOLIQUIDATION|EXONER\w* DE (?:LA )?TVA|REVERSE CHARGE|NON ASSUJETTI|INNERGEMEINSCHAFTLICHE|"
    r"STEUERFREI|UMSATZSTEUERBEFREIT|STEUERSCHULDNERSCHAFT|HORS CHAMP|VAT EXEMPT|INTRA COMMUNITY SUPPLY"
)
_CURRENCIES = (("EUR", "€|EUR"), ("USD", r"\$|USD"), ("GBP", "£|GBP"), ("CHF", "CHF"))


def reading_of(pages: tuple[Page, ...], *, source: Source, own: Identity | None, count: int) -> Reading:
    """Read the fields off the pages; `count` is how many pages the piece has, read or not."""
    is_ocr = source == Source.OCR
    rows = rows_of(pages, is_ocr=is_ocr)
    rows = rows if len(rows) <= MAX_ROWS else _head_and_foot(rows)
    printed = amounts.amounts_of(rows)
    whole = "\n".join(row.folded for row in rows)
    kind, kind_sure = kinds.kind_of(rows, has_total=bool(printed), is_narrow=_is_narrow(pages))
    sums = sums_of(printed, says_no_vat=bool(_NO_VAT.search(whole)))
    if kind == Kind.Z_DE_CAISSE:
        z = till.z_of(rows, printed, sums)
        sums, takings = z.sums, z.takings
    else:
        takings = ()
    sides = parties.parties_of(rows, own, is_till=kind in (Kind.RECEIPT, Kind.Z_DE_CAISSE))
    teller = _Teller(source)
    is_negative = sums.total is not None and sums.total.cents < 0
    kind, kind_sure = _directed(kind, kind_sure, sides, own, is_negative=is_negative)
    issued = dates.best_issued(found_dates := dates.dates_of(rows))
    due = dates.best_due(found_dates, issued[0].day if issued else None)
    has_supplier = kind not in (Kind.Z_DE_CAISSE, Kind.NOTE_DE_FRAIS)
    return Reading(
        source=source,
        kind=Value(kind, kind_sure, source),
        number=teller.number(numbers.number_of(rows)),
        issued_on=teller.day(issued),
        due_on=teller.day(due),
        supplier=teller.party(sides.supplier, sides) if has_supplier else None,
        supplier_siren=teller.siren(sides) if has_supplier else None,
        supplier_vat=teller.identifier(sides.vat) if has_supplier else None,
        customer=teller.party(sides.customer, sides),
        currency=_currency(whole_text := "\n".join(row.text for row in rows), source, sums),
        net=teller.net(sums),
        vat=teller.vat(sums),
        total=teller.total(sums),
        iban=teller.identifier(next(iter(identifiers.ibans_of(rows)), None)),
        vat_lines=_vat_lines(sums, is_negative=is_negative),
        takings=takings,
        pages=count,
        text=whole_text.replace("\t", "  ")[:MAX_TEXT],
        is_negative=is_negative,
    )


class _Teller:
    """Says each value with its confidence: that of the rule, lowered by how badly the words were seen."""

    def __init__(self, source: Source) -> None:
        self.source = source

    def number(self, found: numbers.Number | None) -> Value[str] | None:
        if found is None:
            return None
        confidence = 0.3 + 0.66 * found.score
        return self._value(found.value, confidence, found.row, found.start, found.end)

    def day(self, found: tuple[dates.Printed, float] | None) -> Value[date] | None:
        if found is None:
            return None
        printed, confidence = found
        return self._value(printed.day, confidence, printed.row, printed.start, printed.end)

    def party(self, found: parties.Named | None, sides: parties.Parties) -> Value[str] | None:
        if found is None:
            return None
        confidence = found.score
        if found is sides.supplier and (sides.siren or sides.vat) and found.score >= 0.7:
            confidence = max(confidence, 0.9)
        return Value(found.name, self._seen(confidence, found.sure), self.source, Evidence(found.page, found.box))

    def identifier(self, found: Printed | None) -> Value[str] | None:
        if found is None:
            return None
        return self._value(found.value, 0.96 if found.named else 0.85, found.row, found.start, found.end)

    def siren(self, sides: parties.Parties) -> Value[str] | None:
        within = identifiers.siren_of(sides.vat) if sides.vat else ""
        if sides.siren is not None and (not within or within == sides.siren.value):
            return self.identifier(sides.siren)
        if sides.vat is not None and within:
            return self._value(within, 0.95, sides.vat.row, sides.vat.start, sides.vat.end)
        return None

    def total(self, sums: Sums) -> Value[Decimal] | None:
        if sums.total is None:
            return None
        shown = sums.total
        confidence = self._seen(sums.proof, shown.sure, is_proven=sums.is_proven)
        return Value(_euros(shown.cents), confidence, self.source, Evidence(shown.row.page, shown.box))

    def net(self, sums: Sums) -> Value[Decimal] | None:
        return self._sum(sums, sums.net, sums.net_shown)

    def vat(self, sums: Sums) -> Value[Decimal] | None:
        return self._sum(sums, sums.vat, sums.vat_shown)

    def _sum(self, sums: Sums, cents: int | None, shown: amounts.Amount | None) -> Value[Decimal] | None:
        if cents is None:
            return None
        confidence = self._seen(sums.proof, shown.sure if shown else 1.0, is_proven=sums.is_proven)
        evidence = Evidence(shown.row.page, shown.box) if shown else None
        return Value(_euros(cents), confidence, self.source, evidence)

    def _value(self, value: T, confidence: float, row: Row, start: int, end: int) -> Value[T]:
        seen = self._seen(confidence, row.sure(start, end))
        return Value(value, seen, self.source, Evidence(row.page, row.box(start, end)))

    def _seen(self, confidence: float, sure: float, *, is_proven: bool = False) -> float:
        """OCR may misread a digit: only what adds up is sure; the rest is as sure as its letters were clear."""
        if self.source == Source.OCR and not is_proven:
            confidence = min(confidence, 0.95) * (0.55 + 0.45 * sure)
        return round(min(confidence, 0.99), 2)


def _directed(
    kind: Kind, confidence: float, sides: parties.Parties, own: Identity | None, *, is_negative: bool
) -> tuple[Kind, float]:
    """An invoice that the dossier's company issued is a sale; one below zero gives money back."""
    if kind == Kind.PURCHASE_INVOICE and is_negative:
        kind, confidence = Kind.CREDIT_NOTE, min(confidence, 0.92)
    if kind == Kind.CREDIT_NOTE and sides.is_sale:
        return Kind.SALES_CREDIT_NOTE, min(confidence, 0.95)
    if kind in (Kind.PURCHASE_INVOICE, Kind.RECEIPT) and sides.is_sale:
        return Kind.SALES_INVOICE, min(confidence, 0.95)
    if kind == Kind.PURCHASE_INVOICE and own is not None and not sides.is_own_somewhere:
        # Neither side is the dossier's company: another's invoice, or a name that was not read.
        return kind, min(confidence, 0.92)
    return kind, confidence


def _vat_lines(sums: Sums, *, is_negative: bool) -> tuple[VatLine, ...]:
    sign = -1 if is_negative else 1
    return tuple(
        VatLine(line.rate, _signed(sign * line.base), _signed(sign * line.vat))
        for line in sorted(sums.lines, key=lambda line: -line.rate)
    )


def _currency(text: str, source: Source, sums: Sums) -> Value[str] | None:
    counts = [(len(re.findall(shape, text)), code) for code, shape in _CURRENCIES]
    most, code = max(counts)
    if most:
        others = sum(count for count, _ in counts) - most
        return Value(code, 0.95 if not others else 0.75, source)
    # A French piece that names no currency is in euros.
    return Value("EUR", 0.7, source) if sums.total is not None else None


def _head_and_foot(rows: list[Row]) -> list[Row]:
    kept = [*rows[: MAX_ROWS // 2], *rows[-MAX_ROWS // 2 :]]
    for index, row in enumerate(kept):
        row.index = index
    return kept


def _is_narrow(pages: tuple[Page, ...]) -> bool:
    return len(pages) == 1 and pages[0].ratio < 0.6


def _euros(cents: int) -> Decimal:
    return _signed(abs(cents))


def _signed(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)
