"""The log of acts: who did what, when, on what. Rows are only ever added."""

from typing import ClassVar

from django.db import models
from django.db.models import Func, Value
from django.db.models.functions import Coalesce

from comptoir.lib.ids import uuid7


class Event(models.Model):
    """One act. It points by identifier only, so that it outlives what it speaks of."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    firm_id = models.UUIDField(null=True)
    company_id = models.UUIDField(null=True)
    person_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    verb = models.CharField(max_length=40)
    subject = models.CharField(max_length=40)
    subject_id = models.UUIDField(null=True)
    detail = models.JSONField(default=dict)
    # Address and device, as the request said them (`lib/tenancy.py`): no act has to carry them along.
    origin = models.CharField(
        max_length=200,
        db_default=Coalesce(Func(Value("app.origin"), Value(True), function="current_setting"), Value("")),
    )

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["firm_id", "company_id", "-at"], name="audit_company"),
            models.Index(fields=["firm_id", "-at", "-id"], name="audit_firm"),
            models.Index(fields=["subject_id"], name="audit_subject"),
        ]
