"""The browsers on which a person wants to be told, as long as they are signed in there."""

from datetime import datetime
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.db import transaction

from comptoir.gateways.push import Subscription
from comptoir.lib import browser
from comptoir.records.accounts.actions import note
from comptoir.records.firms.models import Person
from comptoir.records.notices.models import Device

MOST = 20
"""Devices of one person: the oldest give way."""


@transaction.atomic
def subscribe(*, person: Person, session_key: str | None, to: Subscription, at: datetime) -> Device:
    """This browser shows the person's notices from now on; whoever it told before is told there no more."""
    session = UserSession.objects.filter(user=person, session_key=session_key).first()
    name = browser.in_words(session.user_agent)[:80] if session else "Navigateur"
    given = {"person": person, "session": session, "p256dh": to.p256dh, "auth": to.auth, "name": name, "at": at}
    row, is_new = Device.objects.update_or_create(endpoint=to.endpoint, defaults=given)
    kept = Device.objects.filter(person=person).order_by("-at", "-pk").values_list("pk", flat=True)[:MOST]
    Device.objects.filter(person=person).exclude(pk__in=list(kept)).delete()
    if is_new:
        note("subscribe_device", person=person, at=at, device=name)
    return row


@transaction.atomic
def remove(*, device: Device, at: datetime) -> None:
    """The person takes a browser off their list."""
    Device.objects.filter(pk=device.pk).delete()
    note("remove_device", person=device.person, at=at, device=device.name)


def forget(*, device: Device) -> None:
    """The browser has gone: its service says so."""
    Device.objects.filter(pk=device.pk).delete()


def of(person: Person) -> list[Device]:
    """The person's browsers, the latest first."""
    return list(Device.objects.filter(person=person).order_by("-at"))


def one(person: Person, device_id: UUID) -> Device | None:
    """One of them."""
    return Device.objects.filter(person=person, pk=device_id).select_related("person").first()


def get(device_id: UUID) -> Device | None:
    """One by its key, whosever it is."""
    return Device.objects.filter(pk=device_id, person__is_active=True).first()


def subscription(device: Device) -> Subscription:
    """As the gateway writes to it."""
    return Subscription(device.endpoint, device.p256dh, device.auth)
