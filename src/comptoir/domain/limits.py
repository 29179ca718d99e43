"""What no document, statement or form can mean, whoever wrote it: refused or left out at the edge, once."""

from datetime import date
from decimal import Decimal

LARGEST_AMOUNT = Decimal("999999999999.99")
"""A thousand billion: beyond it an amount is a misreading, or an attack."""
FIRST_DAY, LAST_DAY = date(1950, 1, 1), date(2099, 12, 31)


def is_amount(amount: Decimal) -> bool:
    """Whether it is a number of money: finite, and not beyond what a company can owe."""
    return amount.is_finite() and abs(amount) <= LARGEST_AMOUNT


def is_day(day: date) -> bool:
    """Whether a living company's paper may bear this day."""
    return FIRST_DAY <= day <= LAST_DAY


def read_day(written: str) -> date | None:
    """The day that an address or a form writes, as a browser's field does (`2026-11-04`); None for anything else.

    A list that is asked for takes None for no day at all; a form refuses it, in its own words.
    """
    try:
        day = date.fromisoformat(written.strip())
    except ValueError:
        return None
    # Python reads `20261104` and `2026-W45-3` too: a number that somebody typed elsewhere is no day.
    return day if day.isoformat() == written.strip() else None


def plain(text: str, length: int) -> str:
    """The text without control characters (no database keeps a NUL), and not longer than `length`."""
    if text.isprintable():
        return text[:length].strip()
    kept = "".join(c if c.isprintable() or c in "\n\t" else " " for c in text)
    return kept[:length].strip()
