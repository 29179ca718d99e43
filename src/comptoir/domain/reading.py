"""What was read on a piece: values, each with its confidence and the place that proves it."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Generic, TypeVar

from comptoir.domain.limits import is_amount, is_day, plain
from comptoir.domain.money import cents

T = TypeVar("T")


class Kind(StrEnum):
    """What a piece is, for the accountant. The values are public: they stand in JSON."""

    PURCHASE_INVOICE = "purchase_invoice"
    CREDIT_NOTE = "credit_note"
    RECEIPT = "receipt"
    SALES_INVOICE = "sales_invoice"
    SALES_CREDIT_NOTE = "sales_credit_note"
    Z_DE_CAISSE = "z_de_caisse"
    NOTE_DE_FRAIS = "note_de_frais"
    OTHER = "other"

    @property
    def french(self) -> str:
        """The kind in a client's words."""
        return _FRENCH[self]

    @property
    def is_sale(self) -> bool:
        """Whether the company issued it: its other side is a customer, its VAT is collected."""
        return self in (Kind.SALES_INVOICE, Kind.SALES_CREDIT_NOTE)

    @property
    def gives_back(self) -> bool:
        """Whether it undoes an invoice: its entry is the mirror of that invoice's."""
        return self in (Kind.CREDIT_NOTE, Kind.SALES_CREDIT_NOTE)


_FRENCH = {
    Kind.PURCHASE_INVOICE: "Achat",
    Kind.CREDIT_NOTE: "Avoir",
    Kind.RECEIPT: "Ticket",
    Kind.SALES_INVOICE: "Vente",
    Kind.SALES_CREDIT_NOTE: "Avoir client",
    Kind.Z_DE_CAISSE: "Z de caisse",
    Kind.NOTE_DE_FRAIS: "Note de frais",
    Kind.OTHER: "Autre",
}


class Source(StrEnum):
    """Where a value comes from, in falling order of trust."""

    PERSON = "person"
    E_INVOICE = "e-invoice"
    TEXT = "text"
    OCR = "ocr"


@dataclass(frozen=True, slots=True)
class Evidence:
    """The place on the page that proves a value.

    `page` counts from 1; `box` is (x0, y0, x1, y1) as fractions of the page's width and height, from its
    top left corner; None where the whole page is the proof (an XML invoice).
    """

    page: int
    box: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class Value(Generic[T]):
    """One value as read, how sure the reader is (0 to 1), and its proof."""

    value: T
    confidence: float
    source: Source
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """A word that was seen on a picture, and where: the page from 1, the box as an `Evidence` has it."""

    text: str
    page: int
    box: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class VatLine:
    """The VAT of one rate: `rate` in percent (5.5), `base` net of tax, `amount` of tax."""

    rate: Decimal
    base: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Taking:
    """What a till took by one means of payment: `means` is cash, card, cheque, meal_voucher or other."""

    means: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Identity:
    """A company as a reader recognises it on a page: to tell a sale from a purchase."""

    name: str
    siren: str = ""
    vat: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """All that was read on a piece. What is not known is None; what is not sure says so by its confidence.

    Amounts are unsigned as printed: a credit note's total is positive, its `kind` carries the direction.
    """

    source: Source
    kind: Value[Kind]
    number: Value[str] | None = None
    issued_on: Value[date] | None = None
    due_on: Value[date] | None = None
    supplier: Value[str] | None = None
    supplier_siren: Value[str] | None = None
    supplier_vat: Value[str] | None = None
    customer: Value[str] | None = None
    currency: Value[str] | None = None
    net: Value[Decimal] | None = None
    vat: Value[Decimal] | None = None
    total: Value[Decimal] | None = None
    iban: Value[str] | None = None
    vat_lines: tuple[VatLine, ...] = ()
    takings: tuple[Taking, ...] = ()
    pages: int = 1
    text: str = ""
    seen: tuple[Seen, ...] = ()
    """The words of pages that are pictures: a person selects them as on a page that is text."""
    is_negative: bool = False
    """Whether the piece prints its amounts below zero, as some credit notes do."""

    def handed_in_as(self, purpose: str) -> "Reading":
        """The reading of a piece of which its depositor said what it is for: that counts more than a guess."""
        meant = MEANT.get(purpose)
        if meant is None:
            return self
        kind = meant.get(self.kind.value, next(iter(meant)))
        return self if kind == self.kind.value else replace(self, kind=Value(kind, 1.0, Source.PERSON))

    def plausible(self) -> "Reading":
        """The reading without what no piece can mean: a reader believes a file, this does not."""
        values: dict[str, Any] = {
            name: _plausible(name, value) for name in FIELDS if name != "kind" and (value := getattr(self, name))
        }
        return replace(
            self,
            **values,
            vat_lines=tuple(line for line in self.vat_lines if is_amount(line.base) and is_amount(line.amount)),
            takings=tuple(taking for taking in self.takings if is_amount(taking.amount)),
            text=plain(self.text, LONGEST_TEXT),
            seen=tuple(word for word in self.seen[:MOST_SEEN] if word.text == plain(word.text, LONGEST_WORD)),
        )


def meaning(name: str, value: Any) -> Any:
    """A field's value as it may be kept, None where it means nothing: no number, no day, no sign that prints."""
    match value:
        case Decimal():
            return cents(value) if is_amount(value) and value >= 0 else None
        case date():
            return value if is_day(value) else None
        case Kind():
            return value
        case _:
            text = plain(str(value), LONGEST.get(name, 200))
            return text if text and not (name in EXACT and len(text) < len(str(value).strip())) else None


def _plausible(name: str, value: Value[Any]) -> Value[Any] | None:
    kept = meaning(name, value.value)
    return replace(value, value=kept) if kept is not None else None


LONGEST_TEXT = 1_000_000
MOST_SEEN, LONGEST_WORD = 50_000, 200
LONGEST = {"number": 100, "supplier_siren": 9, "supplier_vat": 20, "currency": 3, "iban": 34}
"""How long a field may be; names are kept on 200 signs."""
EXACT = ("supplier_siren", "supplier_vat", "currency", "iban")
"""Identifiers: half of one is worth nothing, so a longer one is not cut but left out."""

MEANT: dict[str, dict[Kind, Kind]] = {
    "achat": {
        Kind.PURCHASE_INVOICE: Kind.PURCHASE_INVOICE,
        Kind.RECEIPT: Kind.RECEIPT,
        Kind.CREDIT_NOTE: Kind.CREDIT_NOTE,
        Kind.SALES_CREDIT_NOTE: Kind.CREDIT_NOTE,
    },
    "vente": {
        Kind.SALES_INVOICE: Kind.SALES_INVOICE,
        Kind.Z_DE_CAISSE: Kind.Z_DE_CAISSE,
        Kind.SALES_CREDIT_NOTE: Kind.SALES_CREDIT_NOTE,
        Kind.CREDIT_NOTE: Kind.SALES_CREDIT_NOTE,
    },
    "ndf": {Kind.NOTE_DE_FRAIS: Kind.NOTE_DE_FRAIS},
}
"""For each purpose, what a kind that was read becomes; any other becomes the first."""

SURE = 0.9
"""At and above this confidence a value needs no second look."""

FIELDS = (
    "kind", "number", "issued_on", "due_on", "supplier", "supplier_siren", "supplier_vat", "customer",
    "currency", "net", "vat", "total", "iban",
)  # fmt: skip
