"""A domain reading as JSON, and back: dates ISO, amounts as strings, boxes as lists."""

from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from comptoir.domain import proposal
from comptoir.domain.money import total
from comptoir.domain.reading import FIELDS, Evidence, Kind, Reading, Source, Taking, Value, VatLine, meaning

AMOUNTS = ("net", "vat", "total")
DATES = ("issued_on", "due_on")


def to_json(reading: Reading) -> dict[str, Any]:
    """The reading without its text, which has a column of its own."""
    return {
        "source": reading.source,
        "pages": reading.pages,
        "values": {
            field: _value_to_json(value) for field in FIELDS if (value := getattr(reading, field)) is not None
        },
        "vat_lines": [[str(line.rate), str(line.base), str(line.amount)] for line in reading.vat_lines],
        "takings": [[taking.means, str(taking.amount)] for taking in reading.takings],
    }


def from_json(kept: dict[str, Any], text: str = "") -> Reading:
    """The reading that `to_json` kept."""
    values: dict[str, Any] = {field: _value_from_json(field, value) for field, value in kept["values"].items()}
    return Reading(
        source=Source(kept["source"]),
        pages=kept["pages"],
        vat_lines=tuple(VatLine(*map(Decimal, line)) for line in kept["vat_lines"]),
        takings=tuple(Taking(means, Decimal(amount)) for means, amount in kept["takings"]),
        text=text,
        **values,
    )


def blank() -> Reading:
    """The reading of a piece that no machine could read: a person gives every value."""
    return Reading(source=Source.PERSON, kind=Value(Kind.OTHER, 0.0, Source.PERSON))


def corrected(reading: Reading, corrections: dict[str, str]) -> Reading:
    """The reading with a person's values over the machine's, each held for certain."""
    values: dict[str, Any] = {
        field: Value(parse(field, written), 1.0, Source.PERSON, _proof(reading, field))
        for field, written in corrections.items()
    }
    found = replace(reading, **values)
    is_till = found.kind.value == Kind.Z_DE_CAISSE
    if is_till or not corrections.keys() & set(AMOUNTS) or _agree(found):
        return found
    return replace(found, vat_lines=())


def _agree(reading: Reading) -> bool:
    """Whether the detail by rate still makes the amounts: what a person wrote counts more than it."""
    taxed, gross = total(line.amount for line in reading.vat_lines), total(line.base for line in reading.vat_lines)
    within = proposal.TOLERANCE * max(1, len(reading.vat_lines))
    return all(
        value is None or abs(value.value - amount) <= within
        for value, amount in ((reading.vat, taxed), (reading.net, gross), (reading.total, gross + taxed))
    )


def parse(field: str, written: str) -> Any:
    """A field's value from the text that a form or a correction holds; raises ValueError where it means nothing."""
    try:
        value = meaning(field, _typed(field, written))
    except InvalidOperation as error:
        raise ValueError(written) from error
    if value is None:
        raise ValueError(written)
    return value


def _typed(field: str, written: str) -> Any:
    if field in AMOUNTS:
        return Decimal(written if written.isascii() else "")
    if field in DATES:
        return date.fromisoformat(written)
    return Kind(written) if field == "kind" else written


def _proof(reading: Reading, field: str) -> Evidence | None:
    value: Value[Any] | None = getattr(reading, field)
    return value.evidence if value else None


def _value_to_json(value: Value[Any]) -> dict[str, Any]:
    proof = value.evidence
    return {
        "value": value.value.isoformat() if isinstance(value.value, date) else str(value.value),
        "confidence": value.confidence,
        "source": value.source,
        "page": proof.page if proof else None,
        "box": list(proof.box) if proof and proof.box else None,
    }


def _value_from_json(field: str, kept: dict[str, Any]) -> Value[Any]:
    box = tuple(kept["box"]) if kept["box"] else None
    proof = Evidence(kept["page"], box) if kept["page"] is not None else None
    return Value(parse(field, kept["value"]), kept["confidence"], Source(kept["source"]), proof)
