"""Rapprochement: which piece explains which transaction, made before anything is posted."""

from typing import ClassVar

from django.db import models

from comptoir.records.banking.models import Transaction
from comptoir.records.deposits.models import Document
from comptoir.records.firms.models import InCompany, Person


class Match(InCompany):
    """A piece explains a transaction, for an amount; by a person, or by the machine when it is sure."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="matches")
    transaction = models.ForeignKey(Transaction, models.PROTECT, related_name="matches")
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    score = models.FloatField(default=1)
    reason = models.CharField(max_length=200)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["document", "transaction"], name="one_match_a_pair")
        ]
        indexes: ClassVar = [models.Index(fields=["company", "-at"], name="match_latest")]


class Proposal(InCompany):
    """A pair that the machine thinks of and a person decides on; made again whenever something new comes."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="match_proposals")
    transaction = models.ForeignKey(Transaction, models.CASCADE, related_name="match_proposals")
    group = models.UUIDField()
    score = models.FloatField()
    reason = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["group", "document", "transaction"], name="one_proposal_a_pair")
        ]


class Rejection(InCompany):
    """A person said that these two do not belong together: never proposed again."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="rejections")
    transaction = models.ForeignKey(Transaction, models.PROTECT, related_name="rejections")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["document", "transaction"], name="one_rejection_a_pair")
        ]
