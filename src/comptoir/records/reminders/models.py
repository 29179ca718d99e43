"""Reminders: when the firm wants them, to whom each went, of what, by which link, and who wants none."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from comptoir.domain import reminder, rights
from comptoir.records.banking.models import Transaction
from comptoir.records.deposits.models import Document
from comptoir.records.firms.models import Company, Firm, InCompany, InFirm, Person
from comptoir.records.requests.models import RequestedItem

ROLES = (rights.Role.DIRIGEANT.value, rights.Role.GESTIONNAIRE.value)
"""Those of the client who see what is missing: nobody else is written to."""


def everybody() -> list[str]:
    """The roles that are reminded unless the firm chooses among them."""
    return list(ROLES)


class Planned(models.Model):
    """The fields of a plan, the firm's or a dossier's own."""

    is_on = models.BooleanField(default=False)
    every = models.CharField(max_length=10, default=reminder.Every.MONTH.value)
    day = models.PositiveSmallIntegerField(default=5)
    hour = models.PositiveSmallIntegerField(default=9)
    roles = ArrayField(models.CharField(max_length=20), default=everybody)
    changed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        abstract = True


class FirmPlan(Planned, InFirm):
    """When the firm reminds the clients of its dossiers, and its quiet hours."""

    firm = models.OneToOneField(Firm, models.PROTECT, related_name="reminder_plan")
    quiet_from = models.PositiveSmallIntegerField(default=20)
    quiet_until = models.PositiveSmallIntegerField(default=8)


class OwnPlan(Planned, InCompany):
    """A dossier that is not reminded as the others are: otherwise, or never."""

    company = models.OneToOneField(Company, models.PROTECT, related_name="reminder_plan")


class Round(InCompany):
    """The planned moment was taken care of in this dossier: once, however many workers come."""

    planned_at = models.DateTimeField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "planned_at"], name="one_round_a_moment")
        ]


class Reminder(InCompany):
    """One person is reminded of one company's documents, once a day at most, by whatever channel.

    `lines` are those asked for, all of the list without any; what is left of them is read when it leaves. `tried_at` is
    written before the mail is handed over: a worker that dies meanwhile leaves nobody reminded twice.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    on = models.DateField()
    lines = ArrayField(models.UUIDField(), default=list)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    due_at = models.DateTimeField()
    tried_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    count = models.PositiveIntegerField(default=0)
    fault = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "company", "on"], name="one_reminder_a_day")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["firm", "due_at"],
                name="reminder_waiting",
                condition=models.Q(sent_at=None, ended_at=None, tried_at=None),
            ),
            models.Index(fields=["company", "-at"], name="reminder_latest"),
        ]


class Reminded(InCompany):
    """A line that a reminder told of: when a document was asked for (*demandée le*)."""

    reminder = models.ForeignKey(Reminder, models.CASCADE, related_name="told")
    transaction = models.ForeignKey(Transaction, models.PROTECT, null=True, related_name="+")
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")
    requested = models.ForeignKey(RequestedItem, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["transaction", "-at"], name="reminded_transaction"),
            models.Index(fields=["requested", "-at"], name="reminded_requested"),
            models.Index(fields=["document", "-at"], name="reminded_document"),
        ]


class Pass(InCompany):
    """The link in a reminder: known by its SHA-256, serves once, expires; it opens what was told of, and nothing else."""

    reminder = models.ForeignKey(Reminder, models.CASCADE, related_name="passes")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class Unsubscription(InCompany):
    """Somebody wants no reminder for this company, until they say otherwise; the firm sees it."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "company"], name="one_unsubscription_stands", condition=models.Q(ended_at=None)
            )
        ]


def as_domain(row: FirmPlan | OwnPlan | None, firm: FirmPlan | None) -> reminder.Plan:
    """A plan as the domain sees it; quiet hours are the firm's everywhere."""
    quiet: dict[str, Any] = {"quiet_from": firm.quiet_from, "quiet_until": firm.quiet_until} if firm else {}
    if row is None:
        return reminder.Plan(is_on=False, **quiet)
    return reminder.Plan(row.is_on, reminder.Every(row.every), row.day, row.hour, **quiet)
