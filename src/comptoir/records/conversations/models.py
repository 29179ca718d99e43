"""Conversations, who takes part in them, their messages with what is attached and mentioned, drafts, replies by e-mail."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from comptoir.domain import conversation as kinds
from comptoir.domain.folder import SHARED
from comptoir.records.banking.models import Transaction
from comptoir.records.deposits.models import Document, Original
from comptoir.records.firms.models import InCompany, Person
from comptoir.records.ledger.models import Entry


class Conversation(InCompany):
    """Messages under one subject. `count` is its last message's rank; the columns of the last one are for lists.

    `waits_since` is since when it waits for the firm (*à traiter*); a message of the client's brings it there, an answer
    or somebody's word takes it away.
    """

    kind = models.CharField(max_length=12, choices=[(kind.value, kind.french) for kind in kinds.Kind])
    subject = models.CharField(max_length=kinds.LONGEST_SUBJECT)
    begun_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()
    last_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    last_said = models.CharField(max_length=160, blank=True)
    waits_since = models.DateTimeField(null=True)
    treated_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    treated_at = models.DateTimeField(null=True)
    assigned_to = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    snoozed_until = models.DateField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["firm", "company", "-last_at", "-id"], name="conversation_list"),
            models.Index(fields=["firm", "-last_at", "-id"], name="conversation_of_firm"),
            models.Index(
                fields=["firm", "company", "waits_since"],
                name="conversation_waits",
                condition=Q(waits_since__isnull=False),
            ),
        ]

    @property
    def kind_enum(self) -> kinds.Kind:
        """Who it is for."""
        return kinds.Kind(self.kind)


class Participant(InCompany):
    """Somebody who takes part: up to which message they have seen it, and been written to about it.

    `word` makes the address by which they answer by e-mail: unguessable, theirs alone in this conversation.
    """

    conversation = models.ForeignKey(Conversation, models.PROTECT, related_name="participants")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    is_firm = models.BooleanField()
    since = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    seen = models.PositiveIntegerField(default=0)
    is_unread = models.BooleanField(default=False)
    told = models.PositiveIntegerField(default=0)
    word = models.CharField(max_length=40, unique=True, null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["conversation", "person"], name="one_part_a_person")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["company", "person"], name="participant_unread", condition=Q(is_unread=True, left_at=None)
            ),
            models.Index(fields=["firm", "person", "conversation"], name="participant_of"),
        ]


class Message(InCompany):
    """One message: never changed. `rest` is what a reply by e-mail quoted; `original` its bytes as they came.

    `key` is its writer's own name for it: sent twice, it is one message.
    """

    class Way(models.TextChoices):
        """How it came."""

        WEB = "web", "Site"
        MAIL = "mail", "E-mail"

    conversation = models.ForeignKey(Conversation, models.PROTECT, related_name="messages")
    rank = models.PositiveIntegerField()
    author = models.ForeignKey(Person, models.PROTECT, related_name="+")
    is_from_firm = models.BooleanField()
    html = models.TextField()
    text = models.TextField()
    rest = models.TextField(blank=True)
    way = models.CharField(max_length=4, choices=Way, default=Way.WEB)
    original = models.ForeignKey(Original, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    key = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["conversation", "rank"], name="one_message_a_rank"),
            models.UniqueConstraint(fields=["company", "author", "key"], name="one_message_a_key"),
        ]


class Draft(InCompany):
    """What somebody has begun to write: in a conversation, or of a new one. Its key becomes the message's."""

    conversation = models.ForeignKey(Conversation, models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    key = models.CharField(max_length=64)
    subject = models.CharField(max_length=kinds.LONGEST_SUBJECT, blank=True)
    html = models.TextField(blank=True)
    saved_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "person", "conversation"], nulls_distinct=False, name="one_draft_a_person"
            )
        ]


class Attachment(InCompany):
    """A file sent with a message; until it is sent, it waits for its sender alone."""

    message = models.ForeignKey(Message, models.PROTECT, null=True, related_name="attachments")
    key = models.CharField(max_length=64, blank=True)
    original = models.ForeignKey(Original, models.PROTECT, related_name="+")
    name = models.CharField(max_length=255)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["company", "by", "key"], name="attachment_waiting", condition=Q(message=None)),
        ]


class Mention(InCompany):
    """A transaction, piece, entry or shared folder that a message is about: shown as it is now, to who may see it.

    A proposed entry may be made again and goes: its mention then shows that it is no longer there.
    """

    message = models.ForeignKey(Message, models.PROTECT, related_name="mentions")
    transaction = models.ForeignKey(Transaction, models.PROTECT, null=True, related_name="+")
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")
    entry = models.ForeignKey(Entry, models.SET_NULL, null=True, related_name="+")
    folder = models.CharField(max_length=12, blank=True, choices=[(one.value, one.french) for one in SHARED])
    is_about = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="one_thing_a_mention",
                condition=Q(transaction=None, document=None)
                | Q(transaction=None, entry=None, folder="")
                | Q(document=None, entry=None, folder=""),
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["company", "transaction"], name="mention_transaction", condition=Q(is_about=True)
            ),
            models.Index(fields=["company", "document"], name="mention_document", condition=Q(is_about=True)),
        ]


class Reply(InCompany):
    """A mail that came for somebody's reply address: kept bit for bit, and what became of it."""

    class Outcome(models.TextChoices):
        """Why it became a message, or not."""

        WAITING = "", "À ouvrir"
        TAKEN = "taken", "Message reçu"
        AUTOMATIC = "automatic", "Réponse automatique"
        FORGED = "forged", "Origine contrefaite"
        STRANGER = "stranger", "Autre expéditeur"
        NO_ACCESS = "no_access", "Plus d’accès"
        EMPTY = "empty", "Rien d’écrit"

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="replies")
    key = models.CharField(max_length=64)
    original = models.ForeignKey(Original, models.PROTECT, related_name="+")
    envelope = models.CharField(max_length=254, blank=True)
    sender = models.CharField(max_length=254, blank=True)
    came_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True, default="")
    message = models.ForeignKey(Message, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "participant", "key"], name="one_reply_a_key")
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "came_at"], name="reply_lately"),
            models.Index(fields=["firm", "came_at"], name="reply_waiting", condition=Q(settled_at=None)),
        ]
