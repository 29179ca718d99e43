"""The firm's contracts with its banks, the files they brought, whose each statement in them is, and the clients' mandates."""

from typing import ClassVar

from django.db import models

from comptoir.domain.bank_mandate import State
from comptoir.gateways.bank.ebics import Step, Version
from comptoir.records.banking.models import BankAccount
from comptoir.records.firms.models import Company, InCompany, InFirm, Person


class Contract(InFirm):
    """One subscriber of the firm's at one bank, and how far its initialisation has come.

    Private keys lie here closed, with a secret that stands outside the database (`gateways/bank/ebics/sealing.py`).
    """

    bank = models.CharField(max_length=80)
    url = models.CharField(max_length=300)
    host_id = models.CharField(max_length=35)
    partner_id = models.CharField(max_length=35)
    user_id = models.CharField(max_length=35)
    version = models.CharField(max_length=4, choices=[(one.value, one.value) for one in Version])
    # What is fetched, in the contract's own words (`records/ebics/orders.py`).
    order = models.CharField(max_length=120)
    # Nobody said what the bank calls its statements: it is asked, once, with the first visit.
    asks_order = models.BooleanField(default=False)
    is_bank_certified = models.BooleanField(null=True)
    step = models.CharField(max_length=20, choices=[(one.value, one.value) for one in Step])
    is_under_way = models.BooleanField(default=False)
    keys = models.BinaryField()
    # New keys on their way to the bank: until its answer is known, nobody knows which ones it goes by.
    new_keys = models.BinaryField(default=b"")
    keys_expire_at = models.DateTimeField()
    bank_keys = models.TextField(blank=True)
    opened_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    trusted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    trusted_at = models.DateTimeField(null=True)
    suspended_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    suspended_at = models.DateTimeField(null=True)
    # When the bank was last asked for statements, and what went wrong, if anything did.
    asked_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["firm", "host_id", "partner_id", "user_id"], name="one_contract_a_subscriber"
            )
        ]

    @property
    def is_in_use(self) -> bool:
        """Whether statements are fetched with it."""
        return self.step == Step.TRUSTED and self.suspended_at is None


class Fetched(InFirm):
    """A file that the bank gave, stored by its SHA-256 before the bank was told so; the same file again is the same row."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="fetched")
    transaction_id = models.CharField(max_length=32)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    stored_at = models.DateTimeField()
    # The bank knows that we have it.
    receipted_at = models.DateTimeField(null=True)
    # Each statement in it went to its dossier, or waits at the firm.
    sorted_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["contract", "sha256"], name="one_fetched_a_content")
        ]
        indexes: ClassVar = [models.Index(fields=["contract", "-stored_at"], name="fetched_latest")]


class Carried(InFirm):
    """One statement in a fetched file: in the books of the dossier that holds its account, or nobody's yet.

    A row of the firm alone, whichever dossier it went to: no client reads here what a bank sent about another.
    """

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="carried")
    fetched = models.ForeignKey(Fetched, models.PROTECT, related_name="carried")
    # Which file of the archive, and which statement of the file.
    part = models.PositiveIntegerField()
    rank = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    iban = models.CharField(max_length=34, blank=True)
    number = models.CharField(max_length=40, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    opened_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    closing = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    movements = models.PositiveIntegerField()
    company = models.ForeignKey(Company, models.PROTECT, null=True, related_name="+")
    account = models.ForeignKey(BankAccount, models.PROTECT, null=True, related_name="+")
    # Without a person, the account was known by its number.
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(null=True)
    # Why it waits, where it is not that nobody knows its account.
    fault = models.CharField(max_length=600, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["contract", "digest"], name="one_carried_a_statement"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["firm"], name="carried_waits", condition=models.Q(account=None)),
            models.Index(fields=["contract", "iban", "-closed_on"], name="carried_of_account"),
        ]

    @property
    def named(self) -> str:
        """The account as the bank names it."""
        return self.iban or self.number or "sans numéro"


class Gap(InFirm):
    """Days that no statement of an account tells: they are asked for once more, once."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="gaps")
    account_named = models.CharField(max_length=40)
    first_on = models.DateField()
    last_on = models.DateField()
    seen_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["contract", "account_named", "first_on", "last_on"], name="one_gap_an_account_and_days"
            )
        ]


class Mandate(InCompany):
    """One fact about the mandate of a bank account, said by a person, or seen by the first statement; the last counts."""

    account = models.ForeignKey(BankAccount, models.PROTECT, related_name="mandates")
    state = models.CharField(max_length=10, choices=[(one.value, one.value) for one in State])
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["account", "-at", "-id"], name="mandate_latest")]

    @property
    def said(self) -> State:
        """What became of it."""
        return State(self.state)
