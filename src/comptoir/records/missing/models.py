"""What the last stage keeps ready: the client's list of missing documents, and each dossier's standing for its firm.

Both are derived by one rule each, and made again at will. Beside them, two facts of the portfolio: when a dossier was
last kept up, and the views that a person saved.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Func
from django.db.models.functions import Cast, Now

from comptoir.domain.missing import Reason, Status
from comptoir.records.banking.models import Transaction
from comptoir.records.deposits.models import Document
from comptoir.records.firms.models import Company, InCompany, InFirm, Person
from comptoir.records.ledger.models import Auxiliary


class Item(InCompany):
    """A line of the open list: a transaction that waits for its document, or a piece that the firm has a question on.

    The rule decides (`domain.missing`), `actions.refresh` writes. The client's count holds what is *à justifier* alone.
    `said` is what the line is found by, `size` its amount without its sign.
    """

    transaction = models.OneToOneField(Transaction, models.PROTECT, null=True, related_name="missing_item")
    document = models.OneToOneField(Document, models.PROTECT, null=True, related_name="missing_item")
    status = models.CharField(max_length=20, default=Status.TO_JUSTIFY.value)
    is_optional = models.BooleanField(default=False)
    wants_piece = models.BooleanField(default=True)
    has_question = models.BooleanField(default=False)
    party = models.CharField(max_length=200, blank=True)
    said = models.CharField(max_length=760, blank=True)
    booked_on = models.DateField()
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    size = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    since = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["firm", "company", "status", "-booked_on", "-id"], name="missing_by_status"),
            models.Index(fields=["company", "status", "party", "-booked_on", "-id"], name="missing_by_party"),
            models.Index(fields=["company", "status", "-size", "-id"], name="missing_by_size"),
            # All that `documents_missing` reads of a line, so that it opens none.
            models.Index(
                fields=["company", "status", "is_optional"],
                include=["firm", "transaction", "amount"],
                name="missing_counted",
            ),
            models.Index(fields=["firm", "status", "booked_on", "id"], name="missing_of_firm_by_age"),
            models.Index(fields=["firm", "status", "-size", "-id"], name="missing_of_firm_by_size"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="a_line_is_of_one_thing",
                condition=models.Q(transaction=None, document__isnull=False)
                | models.Q(transaction__isnull=False, document=None),
            )
        ]


class Answer(InCompany):
    """What the client says instead of a document: words, or *pas de justificatif* with its reason."""

    transaction = models.ForeignKey(Transaction, models.PROTECT, related_name="answers")
    reason = models.CharField(max_length=20, blank=True, choices=[(r.value, r.french) for r in Reason])
    text = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["transaction"], name="one_answer_stands", condition=models.Q(withdrawn_at=None)
            )
        ]

    @property
    def is_declaration(self) -> bool:
        """Whether it declares that there is no document."""
        return bool(self.reason)

    @property
    def sentence(self) -> str:
        """As both sides read it."""
        said = Reason(self.reason).french if self.reason else ""
        return " : ".join(part for part in (said, self.text) if part)


class Decision(InCompany):
    """The firm accepts a movement as it is, or refuses what was given for it, with a reason that the client reads.

    `account`: where an acceptance without a piece put it, its VAT not deducted. A decision ends, it is never removed.
    """

    transaction = models.ForeignKey(Transaction, models.PROTECT, related_name="decisions")
    answer = models.ForeignKey(Answer, models.PROTECT, null=True, related_name="decisions")
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")
    is_accepted = models.BooleanField()
    account = models.CharField(max_length=12, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["transaction"],
                name="one_acceptance_stands",
                condition=models.Q(ended_at=None, is_accepted=True),
            )
        ]
        indexes: ClassVar = [models.Index(fields=["transaction", "-at"], name="decision_latest")]


class Question(InCompany):
    """What the firm asks about a transaction or a piece, the client's answer, and when it was settled."""

    transaction = models.ForeignKey(Transaction, models.PROTECT, null=True, related_name="questions")
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="questions")
    text = models.CharField(max_length=500)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    answer = models.CharField(max_length=1000, blank=True)
    answered_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="a_question_is_on_one_thing",
                condition=models.Q(transaction=None, document__isnull=False)
                | models.Q(transaction__isnull=False, document=None),
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "-at"], name="question_standing", condition=models.Q(closed_at=None))
        ]


class Waiver(InCompany):
    """*Ne plus demander*: no document is asked of one third party, or of one label, until somebody ends it."""

    auxiliary = models.ForeignKey(Auxiliary, models.PROTECT, null=True, related_name="+")
    label_key = models.CharField(max_length=200, blank=True)
    name = models.CharField(max_length=200)
    reason = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "auxiliary", "label_key"],
                name="one_waiver_stands",
                condition=models.Q(ended_at=None),
                nulls_distinct=False,
            )
        ]


class Series(InCompany):
    """One piece for many debits (lease, insurance, *échéancier*): attached once, the next ones follow."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="series")
    first = models.ForeignKey(Transaction, models.PROTECT, related_name="+")
    label_key = models.CharField(max_length=200)
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    until = models.DateField(null=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "label_key", "document"],
                name="one_series_a_piece",
                condition=models.Q(ended_at=None),
            )
        ]


class OptionalAccount(InCompany):
    """An account on which the firm would like a document but does not want to insist: shown apart, never counted."""

    number = models.CharField(max_length=12)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "number"], name="one_optional_an_account")
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
