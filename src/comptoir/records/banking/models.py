"""Bank accounts, statements as imported, transactions, and the firm's rules to book them."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from comptoir.domain import label
from comptoir.domain.label import Kind, Original
from comptoir.domain.rule import Direction, Needed
from comptoir.records.firms.models import InCompany, InFirm, Person


class BankAccount(InCompany):
    """One bank account of a company, and the account of its books (512…) that follows it."""

    name = models.CharField(max_length=80)
    number = models.CharField(max_length=40, blank=True)
    iban = models.CharField(max_length=34, blank=True)
    currency = models.CharField(max_length=3, default="EUR")
    ledger_account = models.CharField(max_length=12, default="512000")
    journal = models.CharField(max_length=10, default="BQ")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "ledger_account"], name="one_bank_a_ledger_account"),
            models.UniqueConstraint(
                fields=["company", "iban"], name="one_bank_an_iban", condition=~models.Q(iban="")
            ),
        ]


class Statement(InCompany):
    """A statement as imported: what it proves is opening + movements = closing; null balances prove nothing."""

    account = models.ForeignKey(BankAccount, models.PROTECT, related_name="statements")
    format = models.CharField(max_length=20)
    filename = models.CharField(max_length=255)
    opened_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    opening = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    closing = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    movements = models.PositiveIntegerField()
    new_movements = models.PositiveIntegerField()
    # Of the file's bytes and of what the firm said of its columns; empty where a part of it was left for another time.
    digest = models.CharField(max_length=64, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["account", "-closed_on"], name="statement_latest"),
            models.Index(fields=["account", "digest"], name="statement_bytes", condition=~models.Q(digest="")),
        ]


class Transaction(InCompany):
    """One movement on a bank account; `amount` is positive when money comes in."""

    account = models.ForeignKey(BankAccount, models.PROTECT, related_name="transactions")
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="transactions")
    fingerprint = models.CharField(max_length=64)
    booked_on = models.DateField()
    value_on = models.DateField(null=True)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    label = models.CharField(max_length=500)
    payee = models.CharField(max_length=200)
    means = models.CharField(max_length=20, blank=True)
    reference = models.CharField(max_length=140, blank=True)
    label_key = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "fingerprint"], name="one_transaction_a_movement")
        ]
        indexes: ClassVar = [
            models.Index(fields=["firm", "company", "-booked_on", "-id"], name="transaction_list"),
            models.Index(fields=["company", "label_key"], name="transaction_label"),
            models.Index(fields=["account", "-booked_on"], name="transaction_last"),
        ]

    @property
    def kind(self) -> Kind:
        """What happened, after the words of the bank."""
        return label.kind(self.label)

    @property
    def original(self) -> Original | None:
        """What was paid in another money, and at which rate, where the bank says so; the books follow its euros."""
        return label.read(self.label).original


class Alias(InCompany):
    """Other words for a movement that was kept already: a file's, where a connection had told it before, or those of a
    statement that the bank issued again. A second import knows the movement by them.
    """

    account = models.ForeignKey(BankAccount, models.PROTECT, related_name="+")
    fingerprint = models.CharField(max_length=64)
    transaction = models.ForeignKey(Transaction, models.PROTECT, related_name="aliases")
    label = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "fingerprint"], name="one_alias_a_movement")
        ]


class Withdrawal(InCompany):
    """The bank took a movement back: it stays, and another one undoes it, in the bank's list as in the books."""

    transaction = models.OneToOneField(Transaction, models.PROTECT, related_name="withdrawal")
    mirror = models.OneToOneField(Transaction, models.PROTECT, related_name="undoes")
    at = models.DateTimeField()


class DeferredCard(InCompany):
    """The firm says that an account is a card with deferred debit, and which current account pays it."""

    card = models.OneToOneField(BankAccount, models.PROTECT, related_name="as_card")
    pays = models.ForeignKey(BankAccount, models.PROTECT, related_name="cards")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()


class CardDebit(InCompany):
    """The debit of a period of a card, on its current account; `mirror` is the card's own line of it, where it tells one."""

    card = models.ForeignKey(BankAccount, models.PROTECT, related_name="debits")
    transaction = models.OneToOneField(Transaction, models.PROTECT, related_name="card_debit")
    mirror = models.OneToOneField(Transaction, models.PROTECT, null=True, related_name="mirrors_debit")
    at = models.DateTimeField()


class CardPurchase(InCompany):
    """A movement of a card that a debit of its period has paid."""

    debit = models.ForeignKey(CardDebit, models.CASCADE, related_name="purchases")
    transaction = models.OneToOneField(Transaction, models.PROTECT, related_name="card_purchase")


class Rule(InCompany):
    """One line of the dossier's ordered list of booking rules; ended, never removed: what it booked names it.

    `since` and `until` are days of the movements that it takes; `ended_on` is the last day on which it booked anything.
    """

    rank = models.PositiveIntegerField()
    name = models.CharField(max_length=80)
    words = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    needed = models.CharField(max_length=4, default=Needed.ALL.value)
    means = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    kinds = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    direction = models.CharField(max_length=4, default=Direction.BOTH.value)
    at_least = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    at_most = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    bank_account = models.ForeignKey(BankAccount, models.PROTECT, null=True, blank=True, related_name="rules")
    account = models.CharField(max_length=12)
    auxiliary = models.CharField(max_length=20, blank=True)
    label = models.CharField(max_length=100, blank=True)
    vat_rate = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    parts = models.JSONField(default=list, blank=True)
    written_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField(null=True)
    ended_on = models.DateField(null=True, blank=True)
    ended_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["rank", "id"]


class RuleDismissal(InCompany):
    """A person wants no rule of what people do with a label: it is not suggested again."""

    label_key = models.CharField(max_length=200)
    account = models.CharField(max_length=12)
    auxiliary = models.CharField(max_length=20, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "label_key", "account", "auxiliary"], name="one_dismissal_a_suggestion"
            )
        ]


class ExplainedColumns(InFirm):
    """What the columns of one bank's tables say, as somebody of the firm explained them; known again by their headings."""

    signature = models.CharField(max_length=1000)
    columns = models.JSONField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["firm", "signature"], name="one_explanation_of_headings")
        ]


class UnreadStatement(InCompany):
    """A file as it came, that waits for somebody: to explain its columns, or to say whether it tells again what is known.

    Gone once it is imported or thrown away. `stored` is its name in the store; of a long one, that no page reads again, `alike` holds
    the first movements that may be known, of so many (`alike_count`), beside those that it alone tells.
    """

    class Waits(models.TextChoices):
        """For what it waits."""

        COLUMNS = "columns"
        TWICE = "twice"

    account = models.ForeignKey(BankAccount, models.PROTECT, related_name="unread")
    filename = models.CharField(max_length=255)
    stored = models.CharField(max_length=120)
    size = models.PositiveBigIntegerField()
    waits = models.CharField(max_length=10, choices=Waits.choices, default=Waits.COLUMNS)
    alike = models.JSONField(default=list, blank=True)
    alike_count = models.PositiveIntegerField(default=0)
    only_here = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account"], name="one_unread_statement_an_account")
        ]


class SentStatement(InCompany):
    """A long file that somebody sent: stored before the answer, read by a job, and what it gave told on the bank's page.

    Its movements are kept in one go (`kept_at`), booked some days at a time (up to `booked_until`), then it is settled: with a
    `fault` where nothing of it was taken, or with what it `waits` for.
    """

    account = models.ForeignKey(BankAccount, models.PROTECT, related_name="sent")
    filename = models.CharField(max_length=255)
    stored = models.CharField(max_length=120)
    size = models.PositiveBigIntegerField()
    twice = models.CharField(max_length=4)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    kept_at = models.DateTimeField(null=True)
    statements = ArrayField(models.UUIDField(), default=list)
    new = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    announced = models.PositiveIntegerField(default=0)
    reworded = models.PositiveIntegerField(default=0)
    withdrawn = models.PositiveIntegerField(default=0)
    elsewhere = ArrayField(models.CharField(max_length=40), default=list)
    booked = models.PositiveIntegerField(default=0)
    booked_until = models.DateField(null=True)
    settled_at = models.DateTimeField(null=True)
    waits = models.CharField(max_length=10, choices=UnreadStatement.Waits.choices, blank=True)
    fault = models.TextField(blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["account", "-at"], name="sent_statement_latest"),
            models.Index(
                fields=["firm", "at"], name="sent_statement_to_read", condition=models.Q(settled_at=None)
            ),
        ]
