"""The mandate of each company, the flows that came for it, and the life cycle of each invoice."""

from typing import ClassVar

from django.db import models

from comptoir.domain import mandate
from comptoir.domain.lifecycle import Code
from comptoir.lib.ids import uuid7
from comptoir.records.deposits.models import Document
from comptoir.records.firms.models import InCompany, Person


class Mandate(InCompany):
    """A company lets its firm fetch its invoices at the platform and answer them; the last fact counts."""

    asked_at = models.DateTimeField(null=True)
    asked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    refused_at = models.DateTimeField(null=True)
    refused_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["company"], name="one_mandate_a_company")]

    @property
    def state(self) -> mandate.State:
        """Where it stands."""
        return mandate.state(asked_at=self.asked_at, signed_at=self.signed_at, refused_at=self.refused_at)


class Flow(InCompany):
    """An invoice as it came from the platform, once; its bytes are the piece's original.

    Number, day and parties are what the invoice's data said when it came: what is answered names it by them.
    """

    flow_id = models.CharField(max_length=100)
    document = models.ForeignKey(Document, models.PROTECT, related_name="flows")
    is_sale = models.BooleanField()
    syntax = models.CharField(max_length=20, blank=True)
    number = models.CharField(max_length=100, blank=True)
    issued_on = models.DateField(null=True)
    type_code = models.CharField(max_length=10, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    seller_siren = models.CharField(max_length=9, blank=True)
    seller_name = models.CharField(max_length=200, blank=True)
    buyer_siren = models.CharField(max_length=9, blank=True)
    buyer_name = models.CharField(max_length=200, blank=True)
    received_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "flow_id"], name="one_flow_an_id")]
        indexes: ClassVar = [
            models.Index(fields=["firm", "company", "-received_at", "-id"], name="flow_list"),
            models.Index(fields=["flow_id"], name="flow_by_id"),
            models.Index(fields=["seller_siren", "number"], name="flow_by_number"),
            models.Index(fields=["firm"], name="flow_to_tell", condition=models.Q(acknowledged_at=None)),
        ]


class Status(InCompany):
    """A status of an invoice's life cycle: said by a person here, or heard from the platform (`key`, its flow there)."""

    flow = models.ForeignKey(Flow, models.PROTECT, related_name="statuses")
    code = models.CharField(max_length=3, choices=[(code.value, code.value) for code in Code])
    motive = models.CharField(max_length=40, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    # What was paid, [rate, amount] a rate: said with 212 only.
    paid = models.JSONField(default=list)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    key = models.CharField(max_length=100, blank=True)
    sent_at = models.DateTimeField(null=True)
    tried_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "key"], name="one_status_a_message", condition=~models.Q(key="")
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["flow", "at", "id"], name="status_timeline"),
            models.Index(fields=["key"], name="status_by_key", condition=~models.Q(key="")),
            models.Index(
                fields=["firm"], name="status_to_send", condition=models.Q(by__isnull=False, sent_at=None)
            ),
        ]

    @property
    def code_enum(self) -> Code:
        """What was said."""
        return Code(self.code)

    @property
    def is_ours(self) -> bool:
        """Whether it was said from here."""
        return self.by_id is not None


class Unclaimed(models.Model):
    """A flow left at the platform: nobody's here, or not to be read. Of no firm; it holds no word of the invoice."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    flow_id = models.CharField(max_length=100, unique=True)
    kind = models.CharField(max_length=20)
    syntax = models.CharField(max_length=20, blank=True)
    updated_at = models.CharField(max_length=40)
    siren = models.CharField(max_length=9, blank=True)
    fault = models.CharField(max_length=300, blank=True)
    seen_at = models.DateTimeField()
    tried_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["siren"], name="unclaimed_siren")]


class Reach(models.Model):
    """Up to where the platform's list has been read, as the platform writes moments; one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    until = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(id=1), name="one_reach")]
