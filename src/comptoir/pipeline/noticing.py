"""One fact, one notice: who is to know is told in the transaction of the fact, then by the ways that they chose.

The in-app centre at once; an e-mail at once, or after the quiet hours; else the day's one digest, of what is still unread.
"""

import logging
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction as db
from django.utils import timezone
from procrastinate.contrib.django import app

from comptoir.domain.mail import LETTER, RESERVED
from comptoir.domain.notice import Kind, Mail, digest_begins, may_write, place, writes_at
from comptoir.domain.reminder import PARIS
from comptoir.domain.rights import Role, may
from comptoir.gateways import push
from comptoir.lib import tenancy
from comptoir.lib.english import speaking
from comptoir.lib.english.catalog import english
from comptoir.lib.live import announce
from comptoir.pipeline.between import AGAIN, WhenAllowed
from comptoir.pipeline.letters import post_letter
from comptoir.records.firms import queries as people
from comptoir.records.firms.models import Company, Person
from comptoir.records.inbox import answering
from comptoir.records.notices import actions as notices
from comptoir.records.notices import devices, letters
from comptoir.records.notices import queries as told
from comptoir.records.notices.actions import Fact
from comptoir.records.notices.models import Notice

log = logging.getLogger(__name__)

PATIENCE = 60
"""Seconds in which who looks at the screen reads a notice, and is not written to."""


def tell_people(
    company: Company,
    chosen: Iterable[Person],
    fact: Fact,
    *,
    is_firm: bool,
    at: datetime,
    but: Person | None = None,
) -> None:
    """Tell these people of a fact, in the fact's own transaction; told again, they have been told."""
    new = notices.give(
        company=company,
        people=[one for one in chosen if one != but and one.is_active],
        fact=fact,
        is_firm=is_firm,
        at=at,
    )
    _show(company, [row.person_id for row, _ in new])
    for row, choice in new:
        if choice.mail is Mail.NOW and row.told_at is None and may_write(at):
            job = mail_notice.configure(schedule_in={"seconds": PATIENCE})
            job.defer(firm_id=str(company.firm_id), notice_id=str(row.pk))
        if choice.push and settings.PUSH is not None:
            _push_later(row, at=at)


def tell_clients(
    company: Company, kind: Kind, key: str, sentence: str, tail: str, *, at: datetime, has_letter: bool = False
) -> None:
    """Tell those of the client who may see what it is about."""
    members = people.members(company, timezone.localdate(at))
    chosen = [row.person for row in members if may(Role(row.role), kind.act)]
    fact = Fact(kind, key, sentence, place(company.pk, tail, is_firm=False), has_letter)
    tell_people(company, chosen, fact, is_firm=False, at=at)


def tell_keepers(
    company: Company,
    kind: Kind,
    key: str,
    sentence: str,
    tail: str,
    *,
    at: datetime,
    by: Person | None = None,
    is_latest: bool = False,
) -> None:
    """Tell those who keep the dossier."""
    fact = Fact(kind, key, sentence, place(company.pk, tail, is_firm=True), is_latest=is_latest)
    keepers = people.keepers(company, timezone.localdate(at))
    tell_people(company, keepers, fact, is_firm=True, at=at, but=by)


def settle_facts(company: Company, keys: Sequence[str], *, at: datetime) -> None:
    """Nothing is left to do about these facts: their notices are read, for everybody."""
    _show(company, notices.settle(company=company, keys=keys, at=at))


def read_at_place(company: Company, person: Person, path: str, *, at: datetime) -> None:
    """Opening the thing reads its notice."""
    with tenancy.within(company.firm_id, company.pk):
        if notices.read_at_place(company=company, person=person, path=path, at=at):
            _show(company, [person.pk])


def read_notices(*, rows: Sequence[Notice], at: datetime) -> None:
    """Somebody has read these."""
    if notices.read(notices=[row.pk for row in rows], at=at):
        for company in {row.company for row in rows}:
            _show(company, {row.person_id for row in rows})


def unread_notice(*, row: Notice) -> None:
    """Somebody will come back to it."""
    notices.unread(notice=row)
    _show(row.company, [row.person_id])


def _show(company: Company, persons: Iterable[UUID]) -> None:
    """Each one's bell counts again, on each of their screens."""
    topics = [f"notices-of-{pk}" for pk in sorted(set(persons))]
    if topics:
        announce(company.pk, topics)
        announce(company.firm_id, topics)


# ── Devices ───────────────────────────────────────────────────────────────────────────────────────


def _push_later(row: Notice, *, at: datetime) -> None:
    """Queue a message to each of the person's devices; in the quiet hours it waits for their end."""
    job = push_notice if may_write(at) else push_notice.configure(schedule_at=writes_at(at))
    for device in devices.of(row.person):
        job.defer(firm_id=str(row.firm_id), notice_id=str(row.pk), device_id=str(device.pk))


@app.task(queue="mail", retry=WhenAllowed(first=10), name="push_notice")
def push_notice(firm_id: str, notice_id: str, device_id: str) -> None:
    """Show a notice on a device, unless it was read meanwhile; what the service cannot take now is tried again."""
    push_one(UUID(firm_id), UUID(notice_id), UUID(device_id), at=timezone.now())


def push_one(firm_id: UUID, notice_id: UUID, device_id: UUID, *, at: datetime) -> bool:
    """One message to one device; True if its service took it. Raises `push.Later`."""
    device, sender = devices.get(device_id), settings.PUSH
    with tenancy.within(firm_id):
        row = told.unread(notice_id)
        may_hear = row is not None and _may_still_hear(row, timezone.localdate(at))
    if device is None or sender is None or row is None or not may_hear or device.person_id != row.person_id:
        return False
    with speaking(row.person.language):
        body = english(row.sentence if row.kind_enum.is_whole_when_locked else row.kind_enum.short)
    said = {"title": "Comptoir", "body": body, "path": row.path, "tag": str(row.pk)}
    try:
        push.send(sender, devices.subscription(device), said)
    except push.Gone:
        devices.forget(device=device)
        return False
    except (push.Refused, push.NotAnEndpoint) as fault:
        log.warning("push to device %s: %s", device.pk, fault)
        return False
    return True


# ── E-mails ───────────────────────────────────────────────────────────────────────────────────────


@app.task(queue="mail", retry=AGAIN, name="mail_notice")
def mail_notice(firm_id: str, notice_id: str) -> None:
    """Write about one fact to who wants it at once, unless they have read it or the quiet hours have begun."""
    mail_one(UUID(firm_id), UUID(notice_id), at=timezone.now())


def mail_one(firm_id: UUID, notice_id: UUID, *, at: datetime) -> bool:
    """The letter of one notice; True if it was written."""
    if not may_write(at):
        return False  # the round after the quiet hours takes it
    with tenancy.within(firm_id):
        row = told.untold(notice_id)
        if row is None or not _may_still_hear(row, timezone.localdate(at)):
            return False
        notices.mark_told(notices=[row], at=at)
        message = letters.letter(row, home=settings.HOME, reply_to=_answered_at([row], at=at))
        post_letter(message, at=at, firm_id=firm_id, company_id=row.company_id)
    return True


@app.periodic(cron="*/15 * * * *")
@app.task(queue="mail", queueing_lock="notice_round", name="notice_round")
def notice_round(timestamp: int) -> None:
    """What waited for the end of the quiet hours, and each person's digest of the day."""
    at = timezone.now()
    for firm_id in tenancy.every_firm():
        mail_round(firm_id, at=at)


def mail_round(firm_id: UUID, *, at: datetime) -> None:
    """One firm's round: nobody is written to twice, however many workers come."""
    if not may_write(at):
        return
    with tenancy.within(firm_id):
        waiting = [row.pk for row in told.to_mail(firm_id) if (at - row.at).total_seconds() > PATIENCE]
    for notice_id in waiting:
        mail_one(firm_id, notice_id, at=at)
    today = timezone.localdate(at, PARIS)
    begins = digest_begins(today)
    if at < begins:
        return
    with tenancy.within(firm_id):
        groups = told.in_digest(firm_id, before=begins)
    for person, rows in groups.items():
        write_digest(person, rows, on=today, at=at)


def write_digest(person: Person, rows: Sequence[Notice], *, on: date, at: datetime) -> bool:
    """A person's digest of the day, once; it is their own letter, since a private conversation may be in it."""
    firm = rows[0].company.firm
    with db.atomic():
        with tenancy.within(firm.pk):
            heard = [row for row in rows if told.untold(row.pk) and _may_still_hear(row, on)]
            if not heard or not notices.claim_digest(firm=firm, person=person, on=on, count=len(heard), at=at):
                return False
            notices.mark_told(notices=heard, at=at)
            reply_to = _answered_at(heard, at=at)
        letter = letters.digest(person, firm, heard, home=settings.HOME, reply_to=reply_to)
        post_letter(letter, at=at, person_id=person.pk)
    return True


def _answered_at(rows: Sequence[Notice], *, at: datetime) -> str:
    """Where the letter is answered: nowhere for who reads it at the firm, or of several companies at once; in private where
    it tells of documents asked for, which not everybody at the client's may be meant to see."""
    first = rows[0]
    if any(row.is_firm or row.company_id != first.company_id for row in rows):
        return ""
    purpose = RESERVED if any(row.kind == Kind.REQUEST for row in rows) else LETTER
    return answering.address(company=first.company, person=first.person, purpose=purpose, at=at)


def _may_still_hear(row: Notice, on: date) -> bool:
    """Whether the person still has a place there, and may see what it is about."""
    find = people.firm_side if row.is_firm else people.client_side
    seat = find(row.person, row.company_id, on)
    return seat is not None and seat.may(row.kind_enum.act)
