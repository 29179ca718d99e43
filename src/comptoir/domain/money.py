"""Amounts: `Decimal`, two places, never a float."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal("0.00")
CENT = Decimal("0.01")


def cents(amount: Decimal | int | str) -> Decimal:
    """The amount to the cent, half a cent rounding away from zero (as invoices are rounded)."""
    return Decimal(amount).quantize(CENT, rounding=ROUND_HALF_UP)


def total(amounts: Iterable[Decimal]) -> Decimal:
    """The sum of amounts, two places even when there is none."""
    return sum(amounts, ZERO)


def french(amount: Decimal) -> str:
    """The amount as a French reader expects it: `1 234,56`, narrow no-break space, true minus."""
    written = f"{abs(cents(amount)):,.2f}".replace(",", "\u202f").replace(".", ",")
    return f"\u2212{written}" if cents(amount) < 0 else written


_DECIMALS = {
    **dict.fromkeys(
        [
            "XPF",
            "JPY",
            "KRW",
            "VND",
            "XOF",
            "XAF",
            "CLP",
            "PYG",
            "ISK",
            "RWF",
            "UGX",
            "VUV",
            "GNF",
            "KMF",
            "DJF",
            "BIF",
        ],
        0,
    ),
    **dict.fromkeys(["TND", "BHD", "JOD", "KWD", "LYD", "OMR", "IQD"], 3),
}


def decimals(currency: str | None) -> int:
    """How many decimals the amounts of a currency have (ISO 4217): none in Nouméa, two in Paris, three in Tunis."""
    return _DECIMALS.get(currency or "EUR", 2)
