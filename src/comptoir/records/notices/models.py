"""Notices: one for each fact and person, the ways that each person chose, and the day's digest."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from comptoir.domain import notice
from comptoir.lib.ids import uuid7
from comptoir.records.firms.models import InCompany, InFirm, Person

KINDS = [(kind.value, kind.french) for kind in notice.Kind]
MAILS = [(mail.value, mail.french) for mail in notice.Mail]


class Notice(InCompany):
    """One person is told of one fact, once, whatever the ways; `mail` is what they had chosen when it happened.

    `told_at`: an e-mail has told of it, its own, the digest or the letter of the fact itself.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    is_firm = models.BooleanField()
    kind = models.CharField(max_length=12, choices=KINDS)
    fact = models.CharField(max_length=120)
    sentence = models.CharField(max_length=250)
    path = models.CharField(max_length=250)
    at = models.DateTimeField()
    is_shown = models.BooleanField(default=True)
    mail = models.CharField(max_length=6, choices=MAILS)
    read_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "person", "fact"], name="one_notice_a_fact")
        ]
        indexes: ClassVar = [
            models.Index(fields=["firm", "person", "-at", "-id"], name="notice_list"),
            models.Index(
                fields=["firm", "person"], name="notice_unread", condition=Q(read_at=None, is_shown=True)
            ),
            models.Index(
                fields=["firm", "at"],
                name="notice_to_mail",
                condition=Q(read_at=None, told_at=None, mail__in=["now", "digest"]),
            ),
        ]

    @property
    def kind_enum(self) -> notice.Kind:
        """What it is about."""
        return notice.Kind(self.kind)


class Preference(models.Model):
    """The ways by which a person wants to hear of one kind, wherever they are: their own, of no firm."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=KINDS)
    in_app = models.BooleanField()
    push = models.BooleanField()
    mail = models.CharField(max_length=6, choices=MAILS)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "kind"], name="one_choice_a_kind")]

    @property
    def choice(self) -> notice.Choice:
        """As the domain sees it."""
        return notice.Choice(self.in_app, self.push, notice.Mail(self.mail))


class Device(models.Model):
    """A browser that shows a person's notices while it is signed in: signed out anywhere, it is told nothing more."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    session = models.ForeignKey("usersessions.UserSession", models.CASCADE, null=True, related_name="+")
    endpoint = models.CharField(max_length=1000, unique=True)
    p256dh = models.CharField(max_length=120)
    auth = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    at = models.DateTimeField()


class DailyDigest(InFirm):
    """The day's one letter of what a person has not read yet, claimed before it is written."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    on = models.DateField()
    count = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["firm", "person", "on"], name="one_digest_a_day")]
