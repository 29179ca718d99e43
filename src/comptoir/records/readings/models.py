"""What was read on each piece, and what a person corrected: a correction is never overwritten."""

from typing import ClassVar

from django.db import models

from comptoir.records.deposits.models import Document
from comptoir.records.firms.models import InCompany, Person


class Reading(InCompany):
    """The reading of a piece: the reader's values with their proof, and columns as corrected, for lists."""

    document = models.OneToOneField(Document, models.PROTECT, related_name="reading")
    started_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=400, blank=True)
    values = models.JSONField(default=dict)
    text = models.TextField(blank=True)
    # The columns hold the values as corrected, so that lists and matching need no JSON.
    kind = models.CharField(max_length=20)
    number = models.CharField(max_length=100, blank=True)
    issued_on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    supplier = models.CharField(max_length=200, blank=True)
    supplier_siren = models.CharField(max_length=9, blank=True)
    supplier_vat = models.CharField(max_length=20, blank=True)
    customer = models.CharField(max_length=200, blank=True)
    currency = models.CharField(max_length=3, default="EUR")
    total = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    has_doubt = models.BooleanField(default=True)
    # How its first page looks, where it is a photo (`readers/likeness.py`).
    look = models.CharField(max_length=96, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["company", "supplier", "number"], name="reading_supplier"),
            models.Index(fields=["company", "kind"], name="reading_kind"),
            models.Index(fields=["company", "total"], name="reading_total"),
        ]


class Correction(InCompany):
    """A value that a person set, over anything a machine reads before or after."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="corrections")
    field = models.CharField(max_length=20)
    value = models.CharField(max_length=200)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["document", "field", "-at"], name="correction_latest")]


class Resemblance(InCompany):
    """Two pieces that may be one paper: why, and what a person said of it; once said, it is not asked again."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="resemblances")
    other = models.ForeignKey(Document, models.CASCADE, related_name="+")
    reason = models.CharField(max_length=200)
    found_at = models.DateTimeField()
    is_same = models.BooleanField(null=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["document", "other"], name="one_resemblance_a_pair")
        ]
