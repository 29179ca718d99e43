"""What the bank's screens show, and the rules in force."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from uuid import UUID

from django.db import connection
from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Sum

from comptoir.domain import rules as domain_rules
from comptoir.domain.bank_number import is_of
from comptoir.domain.habit import Choice
from comptoir.domain.label import Kind, Means
from comptoir.domain.limits import is_amount
from comptoir.domain.movement import Movement
from comptoir.domain.rule import untaxed
from comptoir.domain.rule_json import parts_of
from comptoir.lib import keyset
from comptoir.lib.plainly import bare, plainly
from comptoir.records.banking import cards
from comptoir.records.banking.models import BankAccount, Rule, RuleDismissal, Statement, Transaction
from comptoir.records.firms.models import Company


@dataclass(frozen=True, slots=True)
class Balance:
    """An account's balance and the day up to which it is proved; None where no file proves it."""

    account: BankAccount
    amount: Decimal | None
    proved_on: date | None
    last_movement_on: date | None
    proved: Decimal | None = None
    """What a statement proves at the end of `proved_on`; `amount` is what stands now."""
    owed: Decimal | None = None
    """For a card with deferred debit: what it still has to pay, negative; it has no balance of its own."""
    paid_by: BankAccount | None = None
    """The current account that pays the card."""


def balances(company: Company) -> list[Balance]:
    """Each account's last proved balance, and what moved since; of a card, what it still has to pay."""
    rows = BankAccount.objects.filter(company=company).select_related("as_card__pays").order_by("ledger_account")
    owed = cards.owed(company) if any(hasattr(row, "as_card") for row in rows) else {}
    return [_of_card(row, owed[row.pk]) if row.pk in owed else _balance(row) for row in rows]


def moved_by_day(company: Company, *, since: date) -> dict[UUID, dict[date, Decimal]]:
    """What moved on each account each day from this one on, as far as the session may see it."""
    found: dict[UUID, dict[date, Decimal]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute("SELECT account, day, moved FROM moved_by_day(%s, %s)", [company.pk, since])
        for account, day, moved in cursor.fetchall():
            found[account][day] = moved
    return found


def _of_card(account: BankAccount, owed: Decimal) -> Balance:
    last = Transaction.objects.filter(account=account).aggregate(on=Max("booked_on"))["on"]
    return Balance(account, None, None, last, owed=owed, paid_by=account.as_card.pays)


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for among the movements: words of the label, an account, which way the money goes, days."""

    words: str = ""
    account: UUID | None = None
    direction: domain_rules.Direction = domain_rules.Direction.BOTH
    opens_on: date | None = None
    closes_on: date | None = None

    @property
    def narrows(self) -> bool:
        """Whether anything is left out."""
        return self != Search()


PAGE = 50


def listed(company: Company, search: Search, *, after: keyset.Key | None = None) -> keyset.Page[Transaction]:
    """One page of the movements that are looked for, the latest first."""
    return keyset.page(found(company, search), by="booked_on", after=after, size=PAGE)


def found(company: Company, search: Search) -> QuerySet[Transaction]:
    """Every movement that is looked for, with its account; each word is in its label or its payee, or is its amount."""
    rows = Transaction.objects.filter(firm_id=company.firm_id, company=company).select_related("account")
    if search.account:
        rows = rows.filter(account=search.account)
    if search.direction is not domain_rules.Direction.BOTH:
        rows = (
            rows.filter(amount__lt=0)
            if search.direction is domain_rules.Direction.OUT
            else rows.filter(amount__gt=0)
        )
    if search.opens_on:
        rows = rows.filter(booked_on__gte=search.opens_on)
    if search.closes_on:
        rows = rows.filter(booked_on__lte=search.closes_on)
    for word in search.words.split()[:8]:
        rows = rows.annotate(said=plainly("label", "payee")).filter(_says(word))
    return rows


def _says(word: str) -> Q:
    try:
        amount = Decimal(word.replace(",", "."))
    except InvalidOperation:
        return Q(said__contains=bare(word))
    known = Q(said__contains=bare(word))
    return known | Q(amount__in=(amount, -amount)) if is_amount(amount) else known


def sums(company: Company, search: Search) -> tuple[int, Decimal, Decimal]:
    """How many movements are looked for, what came in and what went out."""
    out, into = Sum("amount", filter=Q(amount__lt=0)), Sum("amount", filter=Q(amount__gt=0))
    told = found(company, search).order_by().aggregate(n=Count("pk"), into=into, out=out)
    return told["n"], told["into"] or Decimal(0), told["out"] or Decimal(0)


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
        frozenset(map(Kind, rule.kinds)),
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
    return Balance(account, (proved.closing or Decimal(0)) + moved, proved.closed_on, last, proved.closing)


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


def managed(company_id: UUID, accounts: Iterable[str]) -> list[str]:
    """Of these accounts of the books, those that the bank's movements make (*comptes gérés*)."""
    asked = {number for number in accounts if number.startswith("512")}
    if not asked:
        return []
    has_moved = Exists(Transaction.objects.filter(account=OuterRef("pk")))
    rows = BankAccount.objects.filter(has_moved, company=company_id, ledger_account__in=asked)
    return sorted(rows.values_list("ledger_account", flat=True))


def account(company: Company, account_id: UUID) -> BankAccount | None:
    """A bank account of this company, or None."""
    return BankAccount.objects.filter(company=company, pk=account_id).select_related("company").first()


def accounts(company: Company) -> list[BankAccount]:
    """The bank accounts of a company, in the order of its books."""
    rows = BankAccount.objects.filter(company=company).select_related("company")
    return list(rows.order_by("ledger_account"))


def account_told(firm_id: UUID, *, iban: str, number: str) -> BankAccount | None:
    """The one account of the firm's dossiers that a statement names; None where none is known for sure, or several are."""
    rows = BankAccount.objects.filter(firm_id=firm_id).select_related("company")
    found = list(rows.filter(iban=iban)[:2]) if iban else []
    if not found:
        # An account of which the IBAN is known is no other's; one known by its RIB alone may be.
        others = rows.filter(iban="") if iban else rows
        found = [
            one
            for one in others.exclude(iban="", number="")
            if is_of(iban=iban, number=number, known_iban=one.iban, known_number=one.number)
        ]
    return found[0] if len(found) == 1 else None
