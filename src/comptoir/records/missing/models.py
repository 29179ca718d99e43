"""What the last stage keeps ready: the client's list of missing documents, and each dossier's standing for its firm.

Both are derived by one rule each, and made again at will. Beside them, two facts of the portfolio: when a dossier was
last kept up, and the views that a person saved.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Func
from django.db.models.functions import Cast, Now

from comptoir.records.banking.models import Transaction
from comptoir.records.firms.models import Company, InCompany, InFirm, Person


class Item(InCompany):
    """A transaction on the client's list: the rule decides (`domain.missing`), `actions.refresh` writes."""

    transaction = models.OneToOneField(Transaction, models.PROTECT, related_name="missing_item")
    booked_on = models.DateField()
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    since = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["firm", "company", "-booked_on", "-id"], include=["amount"], name="missing_list")
        ]


class Standing(InCompany):
    """A dossier's line in the portfolio: the figures of `standings.figures`, kept; `standings.refresh` writes."""

    company = models.OneToOneField(Company, models.PROTECT, related_name="standing")
    to_review = models.PositiveIntegerField(default=0)
    in_suspense = models.PositiveIntegerField(default=0)
    unlettered = models.PositiveIntegerField(default=0)
    to_validate = models.PositiveIntegerField(default=0)
    unseen = models.PositiveIntegerField(default=0)
    missing = models.PositiveIntegerField(default=0)
    # Conversations with the client that wait for the firm.
    messages = models.PositiveIntegerField(default=0)
    last_deposit_at = models.DateTimeField(null=True)
    kept_at = models.DateTimeField(null=True)
    closes_on = models.DateField(null=True)
    # The day another fiscal year becomes the current one, or a conversation that was put off returns: until then figures hold.
    holds_until = models.DateField(null=True)
    # The account that is furthest behind; each account's own day stands in `accounts`.
    proved_on = models.DateField(null=True)
    accounts = models.JSONField(default=list)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["firm", "-to_review"], name="standing_busiest"),
            models.Index(fields=["firm", "holds_until"], name="standing_due"),
        ]


_ACT = Func(function="pg_current_xact_id")


class Moved(InCompany):
    """Something happened in this dossier since its standing was made: inserted by the act, taken by the portfolio.

    An insert waits for nobody, where an update of the standing would make a client wait for an import.
    """

    act = models.BigIntegerField(db_default=Cast(Cast(_ACT, models.TextField()), models.BigIntegerField()))
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "act"], name="one_mark_an_act")]


class Keeping(InCompany):
    """Somebody of the firm said that the dossier is kept up to now (*tenue à jour*): what comes later is new."""

    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["company", "-at"], name="keeping_latest")]


class SavedView(InFirm):
    """A person's own way to look at the portfolio: its filters and order, under a name."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    name = models.CharField(max_length=40)
    query = models.CharField(max_length=2000)
    is_default = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["firm", "person", "name"], name="one_view_a_name"),
            models.UniqueConstraint(
                fields=["firm", "person"], name="one_default_view", condition=models.Q(is_default=True)
            ),
        ]
