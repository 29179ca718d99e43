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


def places(currency: str) -> int:
    """How many decimals a sum of this currency has (ISO 4217); two where the standard says nothing else."""
    if currency in _WITHOUT_CENTS:
        return 0
    return 3 if currency in _IN_THOUSANDTHS else 2


def is_payable(amount: Decimal, currency: str) -> bool:
    """Whether the amount is one that can be paid: no fraction finer than the currency's smallest coin."""
    return amount == round(amount, places(currency))


_WITHOUT_CENTS = frozenset(
    {
        *("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG"),
        *("RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"),
    }
)
_IN_THOUSANDTHS = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})
