"""An invoice as CII and UBL both say it, and the reading that it gives."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from stdnum.eu import vat as eu_vat
from stdnum.fr import siren as fr_siren

from comptoir.domain.money import cents
from comptoir.domain.reading import Evidence, Identity, Kind, Reading, Source, Value, VatLine
from comptoir.domain.text import folded
from comptoir.readers.identity import is_own

T = TypeVar("T")

CREDIT_NOTES = frozenset({"81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "532"})
"""UNTDID 1001 codes of EN 16931 that are credit notes; 384, 386 and 389 are invoices."""


@dataclass(frozen=True, slots=True)
class Party:
    """The seller or the buyer."""

    name: str = ""
    siren: str = ""
    vat: str = ""


@dataclass(frozen=True, slots=True)
class Invoice:
    """What both syntaxes say, in the words of EN 16931."""

    type_code: str
    number: str
    issued_on: date | None
    due_on: date | None
    currency: str
    seller: Party
    buyer: Party
    net: Decimal | None
    vat: Decimal | None
    total: Decimal | None
    vat_lines: tuple[VatLine, ...]
    iban: str = ""


def reading_of(invoice: Invoice, *, own: Identity | None, text: str, pages: int) -> Reading:
    """The reading: nothing guessed, and what contradicts itself is said to be doubtful."""
    is_sale = own is not None and is_own(invoice.seller.name, invoice.seller.siren, invoice.seller.vat, own)
    is_negative = (invoice.total or Decimal(0)) < 0
    amounts: dict[str, Any] = _amounts(invoice)
    return Reading(
        source=Source.E_INVOICE,
        kind=Value(_kind(invoice, is_sale=is_sale, is_negative=is_negative), 1.0, Source.E_INVOICE),
        number=_value(invoice.number or None),
        issued_on=_value(invoice.issued_on),
        due_on=_value(invoice.due_on),
        supplier=None if is_sale else _value(invoice.seller.name or None),
        supplier_siren=None if is_sale else _siren(invoice.seller),
        supplier_vat=None if is_sale else _vat(invoice.seller),
        customer=_value(invoice.buyer.name or None),
        currency=_value(invoice.currency or None),
        iban=_value(invoice.iban or None),
        vat_lines=tuple(_unsigned(line, is_negative=is_negative) for line in invoice.vat_lines),
        pages=pages,
        text=text,
        is_negative=is_negative,
        **amounts,
    )


def _kind(invoice: Invoice, *, is_sale: bool, is_negative: bool) -> Kind:
    # A corrected invoice (384) below zero gives money back: it is a credit note, whatever its code.
    if invoice.type_code in CREDIT_NOTES or is_negative:
        return Kind.SALES_CREDIT_NOTE if is_sale else Kind.CREDIT_NOTE
    return Kind.SALES_INVOICE if is_sale else Kind.PURCHASE_INVOICE


def _amounts(invoice: Invoice) -> dict[str, Value[Decimal] | None]:
    confidence = 1.0 if _adds_up(invoice) else 0.8
    return {
        name: None if amount is None else _value(cents(abs(amount)), confidence)
        for name, amount in (("net", invoice.net), ("vat", invoice.vat), ("total", invoice.total))
    }


def _adds_up(invoice: Invoice) -> bool:
    """EN 16931 BR-CO-15: total with VAT = total without VAT + VAT; a rounding amount may stand in UBL."""
    if invoice.net is None or invoice.total is None:
        return False
    return abs(invoice.net + (invoice.vat or 0) - invoice.total) <= Decimal("0.01")


def _unsigned(line: VatLine, *, is_negative: bool) -> VatLine:
    # Within a credit note one rate may go the other way: the sign of the whole is turned, not each line's.
    return VatLine(line.rate, -line.base, -line.amount) if is_negative else line


def _siren(party: Party) -> Value[str] | None:
    if not party.siren:
        return None
    return _value(party.siren, 1.0 if fr_siren.is_valid(party.siren) else 0.6)


def _vat(party: Party) -> Value[str] | None:
    number = folded(party.vat).replace(" ", "")
    if not number:
        return None
    return _value(number, 1.0 if eu_vat.is_valid(number) else 0.8)


def _value(value: T | None, confidence: float = 1.0) -> Value[T] | None:
    return None if value is None else Value(value, confidence, Source.E_INVOICE, Evidence(1))
