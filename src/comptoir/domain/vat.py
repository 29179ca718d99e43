"""VAT: which accounts carry it, and whether the rates read on a piece exist. Rates are dated data."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

DEDUCTIBLE = "445660"
DEDUCTIBLE_ON_ASSETS = "445620"
COLLECTED = "445710"


@dataclass(frozen=True, slots=True)
class Rate:
    """One legal rate, in percent, and the time it holds (CGI art. 278 and following, 294 to 297)."""

    percent: Decimal
    since: date
    until: date | None = None


_LONG_AGO = date(1982, 7, 1)
RATES = (
    Rate(Decimal("20"), date(2014, 1, 1)),
    Rate(Decimal("19.6"), date(2000, 4, 1), date(2013, 12, 31)),
    Rate(Decimal("10"), date(2014, 1, 1)),
    Rate(Decimal("7"), date(2012, 1, 1), date(2013, 12, 31)),
    Rate(Decimal("5.5"), _LONG_AGO),
    Rate(Decimal("2.1"), _LONG_AGO),
    # Corsica
    Rate(Decimal("13"), date(2014, 1, 1)),
    Rate(Decimal("0.9"), _LONG_AGO),
    # Guadeloupe, Martinique, Réunion
    Rate(Decimal("8.5"), _LONG_AGO),
    Rate(Decimal("1.75"), _LONG_AGO),
    Rate(Decimal("1.05"), _LONG_AGO),
)


def is_legal(percent: Decimal, on: date) -> bool:
    """Whether a French invoice of that day may bear this rate; nil is always a rate."""
    return percent == 0 or any(
        rate.percent == percent and rate.since <= on <= (rate.until or on) for rate in RATES
    )


def written(percent: Decimal) -> str:
    """The rate as a French reader expects it: `5,5 %`."""
    return f"{percent.normalize():f}".replace(".", ",") + "\u00a0%"
