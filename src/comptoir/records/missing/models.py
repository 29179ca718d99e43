"""The client's list of missing documents, kept ready: derived by one rule, and made again at will."""

from typing import ClassVar

from django.db import models

from comptoir.records.banking.models import Transaction
from comptoir.records.firms.models import InCompany


class Item(InCompany):
    """A transaction on the client's list: the rule decides (`domain.missing`), `actions.refresh` writes."""

    transaction = models.OneToOneField(Transaction, models.PROTECT, related_name="missing_item")
    booked_on = models.DateField()
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    since = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["firm", "company", "-booked_on", "-id"], name="missing_list")]
