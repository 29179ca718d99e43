"""The Z de caisse: a day's sales by VAT rate against what was taken by means of payment."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from comptoir.domain.money import cents, french, total
from comptoir.domain.reading import Taking, VatLine

MEANS = {
    "cash": "Espèces",
    "card": "Carte bancaire",
    "cheque": "Chèques",
    "meal_voucher": "Titres-restaurant",
    "other": "Autres",
}
"""The means of payment, as a till names them."""


@dataclass(frozen=True, slots=True)
class Till:
    """A day of a till: `sales` are (rate in percent, sales with tax), `takings` what was taken by each means."""

    day: date
    number: str
    sales: tuple[tuple[Decimal, Decimal], ...]
    takings: tuple[Taking, ...] = ()

    @property
    def gross(self) -> Decimal:
        """The day's sales, tax included."""
        return total(amount for _, amount in self.sales)

    @property
    def gap(self) -> Decimal:
        """What was taken beyond the sales; below zero where something is missing."""
        return total(taking.amount for taking in self.takings) - self.gross

    @property
    def vat_lines(self) -> tuple[VatLine, ...]:
        """The sales by rate, net and tax: a till says them with tax."""
        return tuple(_with_tax_out(rate, gross) for rate, gross in self.sales)

    @property
    def said(self) -> str:
        """What a list calls it."""
        return f"Z {self.number} du {self.day:%d.%m.%Y}".replace("Z  ", "Z ")


def _with_tax_out(rate: Decimal, gross: Decimal) -> VatLine:
    net = cents(gross / (1 + rate / 100))
    return VatLine(rate, net, gross - net)


def gap_in_words(till: Till) -> str:
    """What a person is told where the takings do not make the sales; nothing where they do."""
    if not till.gap:
        return ""
    more = "de plus" if till.gap > 0 else "de moins"
    return f"Les encaissements font {french(abs(till.gap))} € {more} que les ventes : le cabinet regardera."


def days_without(days: Collection[date], *, until: date, back: int = 31) -> Sequence[date]:
    """The days of the last weeks that have no Z, though the shop is open on that weekday; the oldest first.

    A weekday on which there never was a Z in twice that time is one when the shop is closed.
    """
    known = set(days)
    open_on = {day.weekday() for day in known if until - timedelta(2 * back) <= day <= until}
    first = max(until - timedelta(back), min(known, default=until))
    span = (first + timedelta(n) for n in range((until - first).days))
    return [day for day in span if day not in known and day.weekday() in open_on]
