"""What is kept beside a person so that only they sign in as themselves."""

from typing import ClassVar

from allauth.usersessions.models import UserSession
from django.db import models

from comptoir.lib.ids import uuid7
from comptoir.records.firms.models import Person


class Lockout(models.Model):
    """Wrong tries for one account or from one network, known by a hash: it may be of an address that has no account."""

    key = models.CharField(primary_key=True, max_length=64)
    failures = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["last_at"], name="accounts_lockout_last")]


class KnownDevice(models.Model):
    """A browser that a person has signed in from, known by the hash of a cookie of ours."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="known_devices")
    digest = models.CharField(max_length=64)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "digest"], name="one_row_a_known_device")
        ]
        indexes: ClassVar = [models.Index(fields=["digest"], name="accounts_device_digest")]


class AddressChange(models.Model):
    """The address that a person asked to change to; nothing changes before the link sent to it is followed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.OneToOneField(Person, models.CASCADE, related_name="address_change")
    address = models.EmailField()
    digest = models.CharField(max_length=64, unique=True)
    asked_at = models.DateTimeField()


class Pairing(models.Model):
    """A phone may sign in as this person, once, within minutes: who reads the code on their screen holds it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="pairings")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class Phone(models.Model):
    """A phone that a person paired; it stays signed in as they, for handing in, until they revoke it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="phones")
    name = models.CharField(max_length=80)
    session = models.OneToOneField(UserSession, models.SET_NULL, null=True, related_name="phone")
    paired_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
