"""Requests for documents: the firm's lists, what was asked in a dossier, each answer, each decision."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from comptoir.domain.folder import Folder
from comptoir.domain.request import (
    LONGEST_HINT,
    LONGEST_LABEL,
    LONGEST_MESSAGE,
    LONGEST_NAME,
    LONGEST_WORDS,
    OPEN,
    TO_CHECK,
    Kind,
    State,
    Wanted,
)
from comptoir.records.firms.models import ChecklistItem, InCompany, InFirm, Person
from comptoir.records.folders.models import SharedFile


class RequestModel(InFirm):
    """A list of the firm's own, or one of the given lists as the firm rewrote it or put it away."""

    given = models.CharField(max_length=20, blank=True)
    name = models.CharField(max_length=LONGEST_NAME)
    content = models.JSONField(default=dict)
    changed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["firm", "given"], condition=~Q(given=""), name="one_request_model_a_given_list"
            )
        ]


class DocumentRequest(InCompany):
    """Documents asked of the client of one dossier, under one title, for a day."""

    title = models.CharField(max_length=LONGEST_NAME)
    message = models.CharField(max_length=LONGEST_MESSAGE, blank=True)
    due_on = models.DateField(null=True)
    sent_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    ended_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["company", "-sent_at", "-id"], name="request_list"),
            models.Index(fields=["firm", "due_on"], condition=Q(ended_at=None), name="request_standing"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="request_ended_by_somebody",
            )
        ]


class RequestedItem(InCompany):
    """One document of a request; `state` is what its answers and decisions come to, written with each of them."""

    request = models.ForeignKey(DocumentRequest, models.PROTECT, related_name="items")
    rank = models.PositiveIntegerField()
    label = models.CharField(max_length=LONGEST_LABEL)
    hint = models.CharField(max_length=LONGEST_HINT, blank=True)
    folder = models.CharField(max_length=40)
    is_required = models.BooleanField(default=True)
    checklist = models.ForeignKey(ChecklistItem, models.SET_NULL, null=True, related_name="+")
    state = models.CharField(
        max_length=12, choices=[(s.value, s.french) for s in State], default=State.WANTED.value
    )
    facts = models.PositiveIntegerField(default=0)
    withdrawn_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["rank", "id"]
        indexes: ClassVar = [
            models.Index(
                fields=["firm", "company"],
                condition=Q(state__in=[s.value for s in OPEN], withdrawn_at=None),
                name="requested_open",
            ),
            models.Index(
                fields=["firm", "company", "request"],
                condition=Q(state__in=[s.value for s in TO_CHECK], withdrawn_at=None),
                name="requested_to_check",
            ),
        ]

    @property
    def state_enum(self) -> State:
        """How far it is."""
        return State(self.state)

    @property
    def is_reserved(self) -> bool:
        """Whether only the *dirigeant* sees where its answer goes, among the client's people."""
        return Folder(self.folder).is_reserved

    @property
    def as_wanted(self) -> Wanted:
        """It as a list holds it."""
        return Wanted(self.label, self.hint, self.folder, self.is_required)


class ItemAnswer(InCompany):
    """What the client answered: a file of a folder, words, or that there is no such document."""

    item = models.ForeignKey(RequestedItem, models.PROTECT, related_name="answers")
    rank = models.PositiveIntegerField()
    kind = models.CharField(max_length=16, choices=[(k.value, k.value) for k in Kind])
    file = models.ForeignKey(SharedFile, models.PROTECT, null=True, related_name="+")
    was_there = models.BooleanField(default=False)
    words = models.CharField(max_length=LONGEST_WORDS, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["rank"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["item", "rank"], name="one_answer_a_rank"),
            models.CheckConstraint(
                condition=Q(kind=Kind.FILE.value, file__isnull=False) | (~Q(kind=Kind.FILE.value) & Q(file=None)),
                name="answer_by_file_has_one",
            ),
        ]


class ItemDecision(InCompany):
    """What the firm said of a document: accepted, or to be done again with the reason that the client reads."""

    item = models.ForeignKey(RequestedItem, models.PROTECT, related_name="decisions")
    rank = models.PositiveIntegerField()
    is_accepted = models.BooleanField()
    reason = models.CharField(max_length=LONGEST_WORDS, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["rank"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["item", "rank"], name="one_decision_a_rank"),
            models.CheckConstraint(condition=Q(is_accepted=True) | ~Q(reason=""), name="sent_back_with_a_reason"),
        ]
