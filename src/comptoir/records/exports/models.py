"""Files that left: each FEC written is kept with its fingerprint."""

from django.db import models

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
