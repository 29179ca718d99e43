"""Mail that hands documents in: a company's addresses, who may send to them, and each mail that came."""

from typing import ClassVar

from django.db import models

from comptoir.domain.mail import is_answer, is_forged
from comptoir.records.deposits.models import Original
from comptoir.records.firms.models import InCompany, Person


class Token(InCompany):
    """The word that makes a company's four addresses (`achat.<word>@…`): unguessable, and changed at will."""

    word = models.CharField(max_length=40, unique=True)
    since = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company"], name="one_token_a_company", condition=models.Q(ended_at=None)
            )
        ]


class Sender(InCompany):
    """Somebody outside the dossier who may send documents: an address, or a whole domain (`@fournisseur.fr`)."""

    pattern = models.CharField(max_length=254)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "pattern"], name="one_sender_a_pattern")
        ]


class Mail(InCompany):
    """A mail that came through one of the doors: kept as it came, opened once, or held until a person decides.

    `key` is the fingerprint of its Message-ID and of all that it brings: taken twice, by whatever way, it is one mail.
    `writer` is whose letter it answers, where it is they who answer; `says` what they say in it.
    """

    key = models.CharField(max_length=260)
    purpose = models.CharField(max_length=10)
    original = models.ForeignKey(Original, models.PROTECT, related_name="+")
    envelope = models.CharField(max_length=254, blank=True)
    sender = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=250, blank=True)
    checks = models.JSONField(default=dict)
    files = models.PositiveIntegerField(default=0)
    came_at = models.DateTimeField()
    held_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    answers = models.JSONField(default=list)
    writer = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    says = models.TextField(blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "key", "purpose"], name="one_mail_a_key")
        ]
        indexes: ClassVar = [models.Index(fields=["firm", "company", "-came_at", "-id"], name="mail_list")]

    @property
    def is_answer(self) -> bool:
        """Whether it answers a letter of ours: somebody awaits what it brings."""
        return is_answer(self.purpose)

    @property
    def is_held(self) -> bool:
        """Whether it waits for a person's word."""
        return self.held_at is not None and self.opened_at is None and self.refused_at is None

    @property
    def is_forged(self) -> bool:
        """Whether its domain says that it did not send it."""
        return is_forged(self.checks)

    @property
    def is_over(self) -> bool:
        """Whether it was opened or refused."""
        return self.opened_at is not None or self.refused_at is not None
