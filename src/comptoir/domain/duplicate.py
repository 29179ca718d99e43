"""Whether two pieces of one dossier are the same paper handed in twice: only ever a question to a person."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from comptoir.domain.text import folded

ALIKE = 0.06
"""The share of a look's points that may differ between two photos of one slip (`bench/likeness.py`: two photos of one
differ in less, 31 times of 32; two slips of one till in more, 221 times of 224, before what was read says no)."""


@dataclass(frozen=True, slots=True)
class Paper:
    """What is known of a piece: what was read, and how its first page looks (hexadecimal, or nothing)."""

    supplier: str = ""
    number: str = ""
    issued_on: date | None = None
    total: Decimal | None = None
    look: str = ""
    original: str = ""


def why_same(one: Paper, other: Paper) -> str:
    """Why two pieces may be one paper, in words; nothing where they are not, or where what was read says no."""
    if one.original and one.original == other.original:
        return "Même fichier, déposé par deux personnes."
    if _contradict(one, other):
        return ""
    if _same_supplier(one, other) and one.total is not None and one.total == other.total:
        if one.number and folded(one.number) == folded(other.number):
            return "Même fournisseur, même numéro, même total."
        if one.issued_on and one.issued_on == other.issued_on:
            return "Même fournisseur, même jour, même total."
    return "Les deux photos montrent le même papier." if difference(one.look, other.look) <= ALIKE else ""


def difference(one: str, other: str) -> float:
    """The share of points in which two looks differ; 1 where one of them is not known."""
    if not one or len(one) != len(other):
        return 1.0
    return (int(one, 16) ^ int(other, 16)).bit_count() / (4 * len(one))


def _contradict(one: Paper, other: Paper) -> bool:
    """Two numbers, two totals or two days that are known and differ: two papers, however alike they look."""
    numbers = folded(one.number), folded(other.number)
    pairs = (numbers, (one.total, other.total), (one.issued_on, other.issued_on))
    return any(a is not None and b is not None and a != "" and b != "" and a != b for a, b in pairs)


def _same_supplier(one: Paper, other: Paper) -> bool:
    return bool(one.supplier) and folded(one.supplier) == folded(other.supplier)
