"""Files that left: each FEC written is kept with its fingerprint."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q

from comptoir.records.firms.models import InCompany, Person
from comptoir.records.ledger.models import FiscalYear


class FecExport(InCompany):
    """A FEC as written, legal or provisional."""

    fiscal_year = models.ForeignKey(FiscalYear, models.PROTECT, related_name="fec_exports")
    name = models.CharField(max_length=80)
    is_provisional = models.BooleanField()
    lines = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()


KEPT = timedelta(days=7)
"""How long a dossier that was asked for can be downloaded."""


class Takeout(InCompany):
    """A whole dossier that somebody asked for: made by a job, downloaded for a week, then removed.

    What the firm asks for is the firm's, and what the company asks for its own: neither side sees the other's.
    """

    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    is_firm = models.BooleanField()
    made_at = models.DateTimeField(null=True)
    files = models.PositiveIntegerField(default=0)
    unread = models.PositiveIntegerField(default=0)
    size = models.PositiveBigIntegerField(default=0)
    failed_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "is_firm"],
                condition=Q(made_at=None, failed_at=None),
                name="one_takeout_at_a_time",
            )
        ]

    @property
    def until(self) -> datetime | None:
        """When it can no longer be downloaded; None while it is being made."""
        return self.made_at + KEPT if self.made_at else None

    @property
    def stored(self) -> str:
        """Under which name its bytes are kept."""
        return f"takeouts/{self.pk}.zip"
