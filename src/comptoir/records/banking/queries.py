"""What the bank's screens show, and the rules in force."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import F, Max, Sum

from comptoir.domain import rules as domain_rules
from comptoir.domain.habit import Choice
from comptoir.domain.label import Means
from comptoir.domain.movement import Movement
from comptoir.domain.rule import untaxed
from comptoir.domain.rule_json import parts_of
from comptoir.records.banking.models import BankAccount, Rule, RuleDismissal, Statement, Transaction
from comptoir.records.firms.models import Company


@dataclass(frozen=True, slots=True)
class Balance:
    """An account's balance and the day up to which it is proved; None where no file proves it."""

    account: BankAccount
    amount: Decimal | None
    proved_on: date | None
    last_movement_on: date | None


def balances(company: Company) -> list[Balance]:
    """Each account's last proved balance, and what moved since."""
    return [
        _balance(account) for account in BankAccount.objects.filter(company=company).order_by("ledger_account")
    ]


def latest(company: Company, limit: int = 100) -> list[Transaction]:
    """The last movements of every account."""
    rows = Transaction.objects.filter(firm_id=company.firm_id, company=company).select_related("account")
    return list(rows.order_by("-booked_on", "-id")[:limit])


def rules_in_force(company: Company, on: date) -> list[Rule]:
    """The ordered list that books transactions that day."""
    return list(Rule.objects.filter(company=company).exclude(ended_on__lt=on).select_related("bank_account"))


def ended_rules(company: Company, on: date) -> list[Rule]:
    """Rules that book nothing more that day, the last ended first."""
    rows = Rule.objects.filter(company=company, ended_on__lt=on).select_related("bank_account", "ended_by")
    return list(rows.order_by("-ended_on", "-ended_at", "rank"))


def domain_rule(rule: Rule) -> domain_rules.Rule:
    """The rule as the domain applies it."""
    return domain_rules.Rule(
        rule.name,
        tuple(rule.words),
        rule.account,
        rule.auxiliary,
        domain_rules.Direction(rule.direction),
        rule.at_least,
        rule.at_most,
        domain_rules.Needed(rule.needed),
        frozenset(map(Means, rule.means)),
        rule.since,
        rule.until,
        rule.bank_account.ledger_account if rule.bank_account else "",
        rule.label,
        rule.vat_rate,
        parts_of(rule.parts),
    )


def rule_list(company: Company, rows: Sequence[Rule]) -> domain_rules.RuleList:
    """The rules as they book this company's movements: without VAT where it recovers none."""
    rules = map(domain_rule, rows)
    return domain_rules.RuleList(tuple(rules if company.deducts_vat else map(untaxed, rules)))


def dismissed(company: Company) -> set[Choice]:
    """The habits that people want no rule of."""
    return set(RuleDismissal.objects.filter(company=company).values_list("label_key", "account", "auxiliary"))


def movement(transaction: Transaction) -> Movement:
    """The transaction as the domain sees it."""
    return Movement(
        transaction.booked_on,
        transaction.amount,
        transaction.label,
        transaction.value_on,
        transaction.payee,
        transaction.reference,
        bank=transaction.account.ledger_account,
        means=Means(transaction.means) if transaction.means else None,
    )


def _balance(account: BankAccount) -> Balance:
    proved = (
        Statement.objects.filter(account=account, closing__isnull=False)
        .order_by(F("closed_on").desc(nulls_last=True), "-at")
        .first()
    )
    last = Transaction.objects.filter(account=account).aggregate(on=Max("booked_on"))["on"]
    if proved is None:
        return Balance(account, None, None, last)
    since = Transaction.objects.filter(account=account, booked_on__gt=proved.closed_on or date.min)
    moved = since.aggregate(sum=Sum("amount"))["sum"] or Decimal("0.00")
    return Balance(account, (proved.closing or Decimal(0)) + moved, proved.closed_on, last)


def transaction(company: Company, transaction_id: UUID) -> Transaction | None:
    """A transaction of this company, or None."""
    rows = Transaction.objects.filter(company=company, pk=transaction_id)
    return rows.select_related("account", "company").first()


def rule(company: Company, rule_id: UUID) -> Rule | None:
    """A rule of this company, or None."""
    return Rule.objects.filter(company=company, pk=rule_id).select_related("company", "bank_account").first()


def account_on(company: Company, ledger_account: str) -> BankAccount | None:
    """The bank account that an account of the books follows, or None."""
    return BankAccount.objects.filter(company=company, ledger_account=ledger_account).first()


def accounts(company: Company) -> list[BankAccount]:
    """The company's bank accounts, by their account of the books."""
    return list(BankAccount.objects.filter(company=company).order_by("ledger_account"))


def account(company: Company, account_id: UUID) -> BankAccount | None:
    """A bank account of this company, or None."""
    return BankAccount.objects.filter(company=company, pk=account_id).select_related("company").first()
