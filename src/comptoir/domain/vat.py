"""VAT: which accounts carry it, and whether the rates read on a piece exist. Rates are dated data."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from comptoir.domain.money import cents

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


def is_known(percent: Decimal) -> bool:
    """Whether this rate ever was one in France, nil apart."""
    return any(rate.percent == percent for rate in RATES)


def in_force(on: date) -> tuple[Decimal, ...]:
    """The rates of a day, the highest first."""
    return tuple(sorted({rate.percent for rate in RATES if is_legal(rate.percent, on)}, reverse=True))


def within(gross: Decimal, percent: Decimal) -> Decimal:
    """The VAT that an amount holds at this rate, to the cent."""
    return cents(gross * percent / (100 + percent))


def bears(account: str) -> bool:
    """Whether VAT is split from what this account takes: a fixed asset, a charge or a sale."""
    return account.startswith(("2", "6", "7"))


def beside(account: str) -> str:
    """The account of the VAT that goes with another: that of sales, of fixed assets, or of other purchases."""
    if account.startswith("7"):
        return COLLECTED
    return DEDUCTIBLE_ON_ASSETS if account.startswith("2") else DEDUCTIBLE


def written(percent: Decimal) -> str:
    """The rate as a French reader expects it: `5,5 %`."""
    return f"{percent.normalize():f}".replace(".", ",") + "\u00a0%"
