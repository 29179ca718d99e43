"""The amount in the money of the purchase, where the bank says it beside the euros that it took."""

import re
from dataclasses import dataclass
from decimal import Decimal

CURRENCIES = (
    "USD|GBP|CHF|CAD|AUD|NZD|JPY|CNY|HKD|SGD|KRW|THB|INR|IDR|MYR|PHP|VND|TWD|SEK|NOK|DKK|ISK|PLN|CZK|HUF|RON|BGN|"
    "TRY|ILS|AED|SAR|QAR|EGP|MAD|TND|DZD|XOF|XAF|XPF|MGA|MUR|ZAR|KES|NGN|BRL|MXN|ARS|CLP|COP|PEN|UAH|RSD|GEL"
)
"""Those in which French cards pay; the euro is no foreign money."""

_FIGURE = r"\d{1,3}(?:[ .]\d{3})*[.,]\d{2}|\d{1,9}[.,]\d{2}|\d{1,9}"
_SAID = rf"(?<![\w.,/])(?:(?:{_FIGURE}) ?(?:{CURRENCIES})|(?:{CURRENCIES}) ?(?:{_FIGURE}))(?![A-Z\d])"
"""An amount with its currency before or behind it."""

_AMOUNT = re.compile(_SAID)
_CURRENCY = re.compile(CURRENCIES)
_RATE = re.compile(r"(?:COURS|TAUX(?: DE)? CHANGE|TAUX|CHANGE|EUR(?:OS?)? ?=|@)\s*:?\s*(\d{1,4}[.,]\d{1,8})")


@dataclass(frozen=True, slots=True)
class Original:
    """What was paid in another money, and how much of it a euro made, where the bank says so."""

    amount: Decimal
    currency: str
    rate: Decimal | None = None


def amount(plain: str) -> Original | None:
    """The first amount in another money that the label bears."""
    found = said(plain)
    if found is None:
        return None
    currency = re.sub("[^A-Z]", "", found[0])
    rate = _RATE.search(plain)
    return Original(_number(found[0].replace(currency, "")), currency, _number(rate[1]) if rate else None)


def said(plain: str) -> re.Match[str] | None:
    """Where a label bears an amount in another money."""
    # Most labels name no currency at all, which is soon seen.
    return _AMOUNT.search(plain) if _CURRENCY.search(plain) else None


def _number(figure: str) -> Decimal:
    whole, _, places = re.sub(r"[ .,](?=\d{3}(?!\d))", "", figure.strip()).replace(",", ".").partition(".")
    return Decimal(f"{whole}.{places}" if places else whole)
