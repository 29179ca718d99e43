"""Writing plans, claiming a person's reminder of the day, the pass in it, and wanting none."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction as db

from comptoir.records.audit.actions import record
from comptoir.records.firms.models import Company, Firm, Person
from comptoir.records.missing.models import Item
from comptoir.records.reminders import queries
from comptoir.records.reminders.models import FirmPlan, OwnPlan, Pass, Reminded, Reminder, Round, Unsubscription
from comptoir.records.requests.models import RequestedItem

LASTS = timedelta(days=7)
"""How long the link of a reminder opens."""


class Used(Exception):
    """Ce lien a déjà servi, ou il a expiré : connectez-vous pour ouvrir la même liste."""


@db.atomic
def write_firm_plan(*, firm: Firm, values: Mapping[str, Any], by: Person, at: datetime) -> FirmPlan:
    """The firm says when its clients are reminded."""
    given = {**values, "changed_by": by, "changed_at": at}
    row, _ = FirmPlan.objects.update_or_create(firm=firm, defaults=given)
    record("write_reminder_plan", row, by=by, at=at, is_on=row.is_on, every=row.every, day=row.day, hour=row.hour)
    return row


@db.atomic
def write_own_plan(*, company: Company, values: Mapping[str, Any] | None, by: Person, at: datetime) -> None:
    """A dossier is reminded otherwise than the others, or as they are again (None)."""
    if values is None:
        if OwnPlan.objects.filter(company=company).delete()[0]:
            record("write_reminder_plan", company, by=by, at=at, name="comme le cabinet")
        return
    given = {**values, "firm_id": company.firm_id, "changed_by": by, "changed_at": at}
    row, _ = OwnPlan.objects.update_or_create(company=company, defaults=given)
    record("write_reminder_plan", row, by=by, at=at, is_on=row.is_on, every=row.every, day=row.day, hour=row.hour)


@db.atomic
def begin_round(*, company: Company, planned_at: datetime, at: datetime) -> bool:
    """Take a planned round of a dossier; False where another worker was faster."""
    _, is_new = Round.objects.get_or_create(
        company=company, planned_at=planned_at, defaults={"firm_id": company.firm_id, "at": at}
    )
    return is_new


@db.atomic
def claim(
    *,
    company: Company,
    person: Person,
    lines: Sequence[UUID],
    due_at: datetime,
    on: date,
    by: Person | None,
    at: datetime,
) -> Reminder | None:
    """This person's reminder of that day; None where they have had theirs. One that has not left takes the lines too."""
    row, is_new = Reminder.objects.get_or_create(
        person=person,
        company=company,
        on=on,
        defaults={"firm_id": company.firm_id, "lines": list(lines), "by": by, "at": at, "due_at": due_at},
    )
    if is_new:
        record("remind", row, by=by, at=at, name=person.full_name)
        return row
    held = Reminder.objects.select_for_update().get(pk=row.pk)
    if held.tried_at or held.sent_at or held.ended_at:
        return None
    held.lines = sorted({*held.lines, *lines}) if held.lines and lines else []
    held.due_at = min(held.due_at, due_at)
    held.save(update_fields=["lines", "due_at"])
    return held


@db.atomic
def begin(*, reminder: Reminder, told: Sequence[Item], requested: Sequence[RequestedItem], at: datetime) -> str:
    """Write down what leaves now, before it leaves; returns the token of the link."""
    reminder.tried_at, reminder.count, reminder.fault = at, len(told) + len(requested), ""
    reminder.save(update_fields=["tried_at", "count", "fault"])
    owner = {"firm_id": reminder.firm_id, "company_id": reminder.company_id, "reminder": reminder}
    Reminded.objects.bulk_create(
        [Reminded(**owner, transaction_id=row.transaction_id, document_id=row.document_id, at=at) for row in told]
        + [Reminded(**owner, requested=row, at=at) for row in requested]
    )
    token = secrets.token_urlsafe(32)
    Pass.objects.create(
        **owner, person_id=reminder.person_id, token_hash=queries.fingerprint(token), expires_at=at + LASTS
    )
    return token


@db.atomic
def sent(*, reminder: Reminder, at: datetime) -> None:
    """It has left."""
    Reminder.objects.filter(pk=reminder.pk).update(sent_at=at)


@db.atomic
def not_sent(*, reminder: Reminder, fault: str) -> None:
    """Nobody took it: nothing was asked, and it may be tried again the same day."""
    reminder.told.all().delete()
    reminder.passes.all().delete()
    Reminder.objects.filter(pk=reminder.pk).update(tried_at=None, count=0, fault=fault[:300])


@db.atomic
def end(*, reminder: Reminder, at: datetime, why: str) -> None:
    """Nothing is left to say, or nobody to say it to."""
    Reminder.objects.filter(pk=reminder.pk).update(ended_at=at, fault=why[:300])


@db.atomic
def use_pass(*, row: Pass, at: datetime) -> None:
    """The link serves, once. Raises `Used`."""
    held = Pass.objects.select_for_update().get(pk=row.pk)
    if held.used_at or held.expires_at <= at:
        raise Used(Used.__doc__)
    held.used_at = at
    held.save(update_fields=["used_at"])
    record("use_pass", held, by=row.person, at=at)


@db.atomic
def unsubscribe(*, company: Company, person: Person, at: datetime) -> bool:
    """A person wants no reminder for this company; saying it twice changes nothing."""
    row, is_new = Unsubscription.objects.get_or_create(
        company=company, person=person, ended_at=None, defaults={"firm_id": company.firm_id, "at": at}
    )
    if is_new:
        record("unsubscribe", row, by=person, at=at, name=person.full_name)
    return is_new


@db.atomic
def subscribe(*, company: Company, person: Person, at: datetime) -> None:
    """They want them again."""
    for row in Unsubscription.objects.filter(company=company, person=person, ended_at=None):
        row.ended_at = at
        row.save(update_fields=["ended_at"])
        record("subscribe", row, by=person, at=at, name=person.full_name)
