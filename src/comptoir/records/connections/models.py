"""By which way a company's movements come, and what stands between it and its banks where that is Bridge."""

from datetime import date
from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.utils import timezone

from comptoir.domain.bank_way import Way
from comptoir.records.banking.models import BankAccount, Transaction
from comptoir.records.firms.models import InCompany, Person


class Choice(InCompany):
    """The firm says by which way the bank's movements of a dossier come; the last word counts."""

    way = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Way])
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["company"], name="one_choice_a_company")]


class BridgeUser(InCompany):
    """Who the company is at Bridge: its news names it by this alone."""

    uuid = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["company"], name="one_bridge_user_a_company")]


class Connection(InCompany):
    """One consent at one bank (Bridge's *item*): given for 180 days (PSD2), ended by the client or at the bank."""

    item_id = models.CharField(max_length=64)
    # What the bank is called; empty until Bridge has said it.
    bank = models.CharField(max_length=200, blank=True, default="")
    status = models.IntegerField(default=-2)
    status_since = models.DateTimeField()
    consent_until = models.DateTimeField(null=True)
    refreshed_at = models.DateTimeField(null=True)
    connected_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    connected_at = models.DateTimeField()
    ended_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    # Bridge was told to forget it too; without a person, it was Bridge that told us.
    forgotten_at = models.DateTimeField(null=True)
    # What the client was last written about, so that no fact is written about twice.
    written_about = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "item_id"], name="one_connection_an_item")
        ]

    @property
    def called(self) -> str:
        """The bank as a sentence names it."""
        return self.bank or "votre banque"


class Errand(InCompany):
    """A person was sent to Bridge's page, and is to come back with this word: nobody else's return is taken for theirs."""

    context = models.UUIDField(default=uuid4, unique=True)
    repairs = models.ForeignKey(Connection, models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    returned_at = models.DateTimeField(null=True)


class Feed(InCompany):
    """One account that a connection shares, and the bank account of the dossier that it feeds from a day on."""

    connection = models.ForeignKey(Connection, models.PROTECT, related_name="feeds")
    external_id = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    iban = models.CharField(max_length=34, blank=True)
    currency = models.CharField(max_length=3)
    is_shared = models.BooleanField(default=True)
    # What the bank says of it, which proves nothing.
    balance = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    told_at = models.DateTimeField(null=True)
    account = models.ForeignKey(BankAccount, models.PROTECT, null=True, related_name="feeds")
    opens_on = models.DateField(null=True)
    attached_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    attached_at = models.DateTimeField(null=True)
    # Up to where its movements were read, in Bridge's own writing of moments.
    reached = models.CharField(max_length=40, blank=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["connection", "external_id"], name="one_feed_an_account_there"),
        ]
        indexes: ClassVar = [models.Index(fields=["account"], name="feed_of_account")]

    @property
    def told_on(self) -> date | None:
        """The day on which the bank said its balance."""
        return timezone.localdate(self.told_at) if self.told_at else None


class Told(InCompany):
    """One movement as Bridge last told it, by its own identifier; `transaction` is what it is here, once it counts."""

    feed = models.ForeignKey(Feed, models.PROTECT, related_name="told")
    external_id = models.CharField(max_length=64)
    booked_on = models.DateField()
    amount = models.DecimalField(max_digits=18, decimal_places=4)
    label = models.CharField(max_length=500)
    is_standing = models.BooleanField()
    # How often it became another movement: the bank corrected its day or its amount.
    version = models.PositiveSmallIntegerField(default=1)
    transaction = models.ForeignKey(Transaction, models.PROTECT, null=True, related_name="told")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["feed", "external_id"], name="one_told_a_movement")
        ]


class News(models.Model):
    """A webhook that came, by the digest of its bytes: Bridge numbers none. Of no firm, and it holds no word of it."""

    key = models.CharField(max_length=64, primary_key=True)
    at = models.DateTimeField()
