"""What invented papers say: companies, invoices, till reports, expense reports."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from comptoir.domain.money import cents, french, total
from comptoir.domain.vat import written

MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
    "décembre",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Party:
    """A company as printed on paper."""

    name: str
    street: str
    town: str
    siren: str = ""
    iban: str = ""

    @property
    def vat_number(self) -> str:
        """The French VAT number: its key is made from the SIREN."""
        return f"FR{(12 + 3 * (int(self.siren) % 97)) % 97:02d}{self.siren}" if self.siren else ""


@dataclass(frozen=True, slots=True)
class Item:
    """One line of an invoice."""

    label: str
    quantity: int
    unit_price: Decimal
    rate: Decimal = Decimal("20")

    @property
    def net(self) -> Decimal:
        """Quantity times price, before tax."""
        return cents(self.quantity * self.unit_price)


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice with its lines; the totals follow."""

    seller: Party
    buyer: Party
    number: str
    issued_on: date
    items: tuple[Item, ...]
    days: int = 30
    title: str = "FACTURE"

    @property
    def due_on(self) -> date:
        """When it is to be paid."""
        return self.issued_on + timedelta(days=self.days)

    @property
    def vat_lines(self) -> list[tuple[Decimal, Decimal, Decimal]]:
        """Rate, base and tax, highest rate first."""
        rates = sorted({item.rate for item in self.items}, reverse=True)
        bases = [(rate, total(item.net for item in self.items if item.rate == rate)) for rate in rates]
        return [(rate, base, cents(base * rate / 100)) for rate, base in bases]

    @property
    def net(self) -> Decimal:
        """The total before tax."""
        return total(item.net for item in self.items)

    @property
    def gross(self) -> Decimal:
        """The total to pay."""
        return self.net + total(tax for _, _, tax in self.vat_lines)


@dataclass(frozen=True, slots=True)
class Till:
    """A day's till report (*Z de caisse*): sales with tax by rate, takings by means."""

    shop: Party
    number: int
    day: date
    sales: tuple[tuple[Decimal, Decimal], ...]
    takings: tuple[tuple[str, Decimal], ...] = field(default=())

    @property
    def gross(self) -> Decimal:
        """The day's sales, tax included."""
        return total(amount for _, amount in self.sales)


@dataclass(frozen=True, slots=True)
class Expense:
    """What one person paid for the company: one line of an expense report, tax included."""

    day: date
    label: str
    gross: Decimal
    rate: Decimal

    @property
    def net(self) -> Decimal:
        """What it cost before tax."""
        return cents(self.gross / (1 + self.rate / 100))


@dataclass(frozen=True, slots=True)
class ExpenseReport:
    """A person's expense report (*note de frais*): several expenses, one total to pay back."""

    company: Party
    person: str
    number: str
    issued_on: date
    expenses: tuple[Expense, ...]

    @property
    def gross(self) -> Decimal:
        """What the person is to be paid back."""
        return total(expense.gross for expense in self.expenses)

    @property
    def net(self) -> Decimal:
        """What it cost before tax."""
        return total(expense.net for expense in self.expenses)


def long_date(day: date) -> str:
    """`14 novembre 2026`."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def plain(amount: Decimal) -> str:
    """A paper's own way: base-14 fonts have no narrow no-break space."""
    return french(amount).replace("\u202f", " ").replace("\u2212", "-")


def plain_rate(rate: Decimal) -> str:
    return written(rate).replace("\u00a0", " ")
