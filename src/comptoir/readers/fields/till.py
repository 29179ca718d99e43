"""The Z de caisse: sales by VAT rate, takings by means of payment, and whether the two agree."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from comptoir.domain.reading import Taking
from comptoir.domain.text import folded
from comptoir.readers.fields.amounts import Amount
from comptoir.readers.fields.arithmetic import Sums
from comptoir.readers.fields.rows import Row, word_pattern

_MEANS = (
    ("meal_voucher", word_pattern(r"TITRES? RESTAU\w*", r"TICKETS? RESTAU\w*", r"TITRE REPAS", r"CONECS", r"SWILE", r"SODEXO", r"EDENRED", r"TR")),
    ("cheque", word_pattern(r"CHEQUES?", r"CHQS?")),
    ("cash", word_pattern(r"ESPECES?", r"ESP", r"LIQUIDE", r"CASH", r"BAR")),
    ("card", word_pattern(r"CARTES?(?: BANCAIRES?| BLEUE)?", r"C ?B", r"CB EMV", r"CB SANS CONTACT", r"SANS CONTACT", r"VISA", r"AMEX", r"MASTERCARD")),
    ("other", word_pattern(r"VIREMENTS?", r"BONS? D ACHAT", r"AVOIRS?", r"EN COMPTE", r"CREDIT CLIENT", r"UBER EATS", r"DELIVEROO", r"AUTRES?")),
)  # fmt: skip
_NOT_TAKEN = word_pattern(
    r"FOND DE CAISSE", r"RENDU", r"REMISE", r"PRELEVEMENT", r"ECART", r"TOTAL ENCAISSE\w*", r"A REPORTER"
)


@dataclass(frozen=True, slots=True)
class Z:
    """What the Z says: its sums, made sure where the takings agree, and the takings by means."""

    sums: Sums
    takings: tuple[Taking, ...]


def z_of(rows: Sequence[Row], printed: Sequence[Amount], sums: Sums) -> Z:
    """The takings by means; where they make the total of the sales, both are proven."""
    taken: dict[str, int] = defaultdict(int)
    last_by_row = {amount.row.index: amount for amount in printed}
    for row in rows:
        amount = last_by_row.get(row.index)
        means = _means(row.text[: amount.start]) if amount else None
        if amount is not None and means is not None:
            taken[means] += amount.cents
    takings = tuple(Taking(means, Decimal(cents).scaleb(-2)) for means, cents in taken.items() if cents)
    agrees = sums.total is not None and sum(taken.values()) == sums.total.cents
    if takings and agrees:
        return Z(replace(sums, proof=max(sums.proof, 0.95), is_proven=True), takings)
    return Z(replace(sums, proof=min(sums.proof, 0.85)), takings)


def _means(label: str) -> str | None:
    text = folded(label)
    if _NOT_TAKEN.search(text):
        return None
    return next((means for means, shape in _MEANS if shape.search(text)), None)
