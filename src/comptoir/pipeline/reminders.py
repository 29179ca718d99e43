"""Reminding the client: by the firm’s plan or by one click; once a day a person, never of what was answered."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.conf import settings
from django.db import transaction as db
from django.utils import timezone
from procrastinate.contrib.django import app

from comptoir.domain import reminder as plans
from comptoir.domain.mail import DEMAND, LETTER, RESERVED
from comptoir.domain.notice import Kind, Mail, place
from comptoir.lib import tenancy
from comptoir.lib.live import announce
from comptoir.pipeline.letters import pictures_of
from comptoir.pipeline.noticing import tell_people
from comptoir.records.firms.models import Company, Person
from comptoir.records.inbox import answering
from comptoir.records.mail import actions as mail
from comptoir.records.missing.models import Item
from comptoir.records.notices.actions import Fact
from comptoir.records.notices.queries import choice_of
from comptoir.records.reminders import actions as reminders
from comptoir.records.reminders import letters
from comptoir.records.reminders import queries as reminded
from comptoir.records.reminders.letters import Digest
from comptoir.records.reminders.models import Reminder
from comptoir.records.requests.models import RequestedItem


class NothingWanted(Exception):
    """Rien n’est à justifier : il n’y a personne à relancer."""


class NobodyLeft(Exception):
    """Personne à relancer : déjà relancé aujourd’hui, désabonné, ou aucun accès au bon rôle."""


class Channel(Protocol):
    """A way to reach a person; raises `mail.NotDelivered` where it could not."""

    def reach(self, told: Digest, *, at: datetime) -> None:
        """Tell them now."""
        ...


class ByMail:
    """The letter, kept in the outbox and handed over at once: a later hour would tell what was answered meanwhile."""

    def reach(self, told: Digest, *, at: datetime) -> None:
        """Write it and hand it over; what nobody carries stays in the outbox, to be read there."""
        if choice_of(told.person, Kind.REMINDER, is_firm=False).mail is not Mail.NOW:
            return  # the digest tells of it, or nothing does: their own choice
        firm_id, company_id = told.company.firm_id, told.company.pk
        with tenancy.within(firm_id):
            letter = mail.write(message=letters.letter(told), at=at, firm_id=firm_id, company_id=company_id)
        if not mail.is_carried():
            mail.tell(letter)
            return
        try:
            mail.hand_over(letter, letters.headers(told), pictures_of(letter))
        except mail.NotDelivered:
            with tenancy.within(firm_id):
                mail.forget(letter=letter)
            raise
        with tenancy.within(firm_id):
            mail.mark_sent(letter=letter, at=at)


class ByNotice:
    """The bell, and what the person's devices show: the same reminder, not another."""

    def reach(self, told: Digest, *, at: datetime) -> None:
        """Tell them where they are."""
        company, count = told.company, told.count
        sentence = "Un justificatif manque." if count == 1 else f"{count} justificatifs manquent."
        path = place(company.pk, "manquantes/", is_firm=False)
        fact = Fact(Kind.REMINDER, f"reminder-{told.reminder.pk}", sentence, path, has_letter=True)
        with tenancy.within(company.firm_id):
            tell_people(company, [told.person], fact, is_firm=False, at=at)


CHANNELS: list[Channel] = [ByMail(), ByNotice()]
"""The ways a reminder takes, in this order; the day's one reminder is claimed before any of them."""


def remind(*, company: Company, lines: Sequence[UUID], by: Person, at: datetime) -> datetime:
    """The firm reminds by one click, of these lines or of all; says when it leaves: now, or after the quiet hours.

    Raises `NothingWanted`, `NobodyLeft`.
    """
    with tenancy.within(company.firm_id):
        on = timezone.localdate(at, plans.PARIS)
        if not any(_has_something(company, lines, one.role) for one in reminded.recipients(company, on)) and not (
            reminded.wanted(company, lines)
        ):
            raise NothingWanted(NothingWanted.__doc__)
        due_at = plans.next_allowed(at, reminded.plan_of(company))
        if not _claim(company, lines, due_at=due_at, by=by, at=at):
            raise NobodyLeft(NobodyLeft.__doc__)
        announce(company.pk, ["missing", "requests"])
    return due_at


def _claim(
    company: Company, lines: Sequence[UUID], *, due_at: datetime, by: Person | None, at: datetime
) -> list[Reminder]:
    """The day's reminder of each person who may be reached; those that may leave now are queued."""
    on = timezone.localdate(due_at, plans.PARIS)
    people = [
        one.person
        for one in reminded.recipients(company, on)
        if not one.is_unsubscribed and _has_something(company, lines, one.role)
    ]
    claims = [
        reminders.claim(company=company, person=one, lines=lines, due_at=due_at, on=on, by=by, at=at)
        for one in people
    ]
    rows = [row for row in claims if row is not None]
    if due_at <= at:
        for row in rows:
            send_reminder.defer(firm_id=str(row.firm_id), reminder_id=str(row.pk))
    return rows


def _has_something(company: Company, lines: Sequence[UUID], role: str) -> bool:
    """Whether there is anything to tell somebody of this role."""
    return bool(reminded.wanted(company, lines) or reminded.requested(company, lines, role))


@app.periodic(cron="*/10 * * * *")
@app.task(queue="mail", queueing_lock="remind_round", name="remind_round")
def remind_round(timestamp: int) -> None:
    """Every ten minutes: the dossiers whose planned moment has come, and what waited for the end of quiet hours."""
    now = timezone.now()
    for firm_id in tenancy.every_firm():
        with tenancy.within(firm_id):
            begin_rounds(firm_id, at=now)
            for row in reminded.waiting(firm_id, now):
                send_reminder.defer(firm_id=str(firm_id), reminder_id=str(row.pk))


def begin_rounds(firm_id: UUID, *, at: datetime) -> None:
    """Claim the reminders of the firm's dossiers that are due; a round is begun once, whoever comes."""
    plan = reminded.firm_plan(firm_id)
    firm = plan.firm if plan else reminded.firm(firm_id)
    for company in reminded.asking(firm):
        planned = plans.round_due(reminded.plan_of(company), at)
        since = reminded.plan_since(company)
        if planned is None or since is None or planned < since:
            continue  # a plan written today does not make up for a day before it
        with db.atomic():
            if reminders.begin_round(company=company, planned_at=planned, at=at):
                _claim(company, [], due_at=at, by=None, at=at)


@app.task(queue="mail", name="send_reminder")
def send_reminder(firm_id: str, reminder_id: str) -> None:
    """Send one reminder, unless it was sent, tried, or nothing is left to say."""
    send(UUID(firm_id), UUID(reminder_id), at=timezone.now())


def send(firm_id: UUID, reminder_id: UUID, *, at: datetime) -> bool:
    """Read what is still wanted, write down that it leaves, and hand it over; True if it left.

    A worker that dies in between has tried: nobody is reminded twice. What no channel took may be tried again that day.
    """
    with tenancy.within(firm_id):
        told = _begun(reminder_id, at=at)
    if told is None:
        return False
    try:
        for channel in CHANNELS:
            channel.reach(told, at=at)
    except mail.NotDelivered as fault:
        with tenancy.within(firm_id):
            reminders.not_sent(reminder=told.reminder, fault=str(fault))
        return False
    with tenancy.within(firm_id):
        reminders.sent(reminder=told.reminder, at=at)
        announce(told.company.pk, ["missing", "requests"])
    return True


def _begun(reminder_id: UUID, *, at: datetime) -> Digest | None:
    """What leaves now, read and written down under the row's lock; None where nothing does."""
    row = reminded.held(reminder_id)
    if row is None or row.tried_at or row.sent_at or row.ended_at:
        return None
    company = row.company
    if row.on < timezone.localdate(at, plans.PARIS):
        reminders.end(reminder=row, at=at, why="N’a pas pu partir ce jour-là.")
        return None
    if plans.is_quiet(at, reminded.plan_of(company)):
        return None  # the next round takes it
    reached = [one for one in reminded.recipients(company, row.on) if one.person == row.person]
    if not reached or reached[0].is_unsubscribed:
        reminders.end(reminder=row, at=at, why="Ne reçoit plus de rappels.")
        return None
    items = reminded.wanted(company, row.lines)
    documents = reminded.requested(company, row.lines, reached[0].role)
    if not (items or documents):
        reminders.end(reminder=row, at=at, why="Tout avait été fourni.")
        return None
    token = reminders.begin(reminder=row, told=items, requested=documents, at=at)
    reply_to = _answered_at(row, items, documents, at=at)
    return letters.digest(
        reminder=row, items=items, documents=documents, token=token, home=settings.HOME, reply_to=reply_to
    )


def _answered_at(row: Reminder, items: Sequence[Item], documents: Sequence[RequestedItem], *, at: datetime) -> str:
    """Where the letter is answered: in private where a document is asked for that not everybody at the client's may see."""
    is_reserved = any(item.is_reserved for item in documents)
    purpose = RESERVED if is_reserved else LETTER if items else DEMAND
    return answering.address(company=row.company, person=row.person, purpose=purpose, at=at)
