"""Letters that go out by e-mail: kept with the act that causes them, delivered after it."""

from typing import ClassVar

from django.db import models

from comptoir.lib.ids import uuid7


class Letter(models.Model):
    """One e-mail to one address, of a firm or about a person's own account.

    Its text may hold a link that opens a door, so that it is emptied as soon as the letter has left.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    firm_id = models.UUIDField(null=True)
    company_id = models.UUIDField(null=True)
    person_id = models.UUIDField(null=True)
    to = models.EmailField()
    sender = models.CharField(max_length=200, blank=True)
    reply_to = models.EmailField(blank=True)
    subject = models.CharField(max_length=250)
    text = models.TextField()
    html = models.TextField(blank=True)
    at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["firm_id", "-at", "-id"], name="mail_outbox")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(firm_id__isnull=False) | models.Q(person_id__isnull=False),
                name="a_letter_is_of_a_firm_or_of_a_person",
            )
        ]

    @property
    def is_waiting(self) -> bool:
        """Whether it has not left, and its text can still be read."""
        return self.sent_at is None
