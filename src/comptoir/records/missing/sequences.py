"""The two lists nobody else makes: statements that the bank sent and nobody has, numbers of sales that nobody has seen."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from comptoir.domain.missing import NumberGap, number_gaps
from comptoir.domain.reading import Kind
from comptoir.records.banking.models import BankAccount
from comptoir.records.firms.models import Company
from comptoir.records.ledger import reconciling
from comptoir.records.readings.models import Reading

SALES = (Kind.SALES_INVOICE.value, Kind.SALES_CREDIT_NOTE.value)


@dataclass(frozen=True, slots=True)
class StatementGap:
    """Between two statements of an account, one is missing; what moved meanwhile is this much."""

    account: BankAccount
    after: date
    before: date
    moved: Decimal


@dataclass(frozen=True, slots=True)
class Sequences:
    """What is missing in the company's sequences."""

    statements: list[StatementGap]
    sales: list[NumberGap]

    @property
    def count(self) -> int:
        """How many gaps there are."""
        return len(self.statements) + len(self.sales)


def sequences(company: Company, *, shows_bank: bool = True, shows_sales: bool = True) -> Sequences:
    """The gaps of both: of statements for who may see the bank, of numbers for who may see the pieces."""
    accounts = BankAccount.objects.filter(company=company).order_by("ledger_account") if shows_bank else ()
    statements = [
        StatementGap(account, gap.after, gap.before, gap.moved)
        for account in accounts
        for gap in reconciling.gaps(account)
    ]
    if not shows_sales:
        return Sequences(statements, [])
    numbers = Reading.objects.filter(company=company, kind__in=SALES, document__dismissal=None).exclude(number="")
    return Sequences(statements, number_gaps(numbers.values_list("number", flat=True).distinct()))
