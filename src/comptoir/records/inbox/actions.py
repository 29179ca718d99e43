"""Addresses given and changed, senders authorised, mail kept, opened, held, refused."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from comptoir.domain.mail import Incoming, pattern
from comptoir.records.audit.actions import record
from comptoir.records.deposits import actions as deposits
from comptoir.records.firms import actions as firms
from comptoir.records.firms.models import Company, Person
from comptoir.records.inbox.models import Mail, Sender, Token

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Nothing that is mistaken for something else when an address is read aloud."""
LONGEST = 254
"""An address has no more letters (RFC 5321 §4.5.3.1.3)."""


class NotASender(Exception):
    """Donnez une adresse e-mail, ou un domaine entier comme @fournisseur.fr."""

    def __init__(self) -> None:
        super().__init__(self.__class__.__doc__)


class AlreadySettled(Exception):
    """Ce message a déjà été traité."""

    def __init__(self) -> None:
        super().__init__(self.__class__.__doc__)


@transaction.atomic
def give_token(*, company: Company, by: Person | None, at: datetime) -> Token:
    """New addresses for a company; the former ones are not taken any more."""
    firms.hold(company)  # two people who change them at once change them one after the other
    ended = Token.objects.filter(company=company, ended_at=None).update(ended_at=at)
    word = "".join(secrets.choice(_LETTERS) for _ in range(12))
    token = Token.objects.create(firm_id=company.firm_id, company=company, word=word, since=at, by=by)
    if ended:
        record("change_addresses", token, by=by, at=at)
    return token


def token_of(company: Company, *, at: datetime) -> Token:
    """The company's token, given the first time somebody asks for it."""
    found = Token.objects.filter(company=company, ended_at=None).first()
    if found is not None:
        return found
    with transaction.atomic():
        firms.hold(company)
        found = Token.objects.filter(company=company, ended_at=None).first()
        return found or give_token(company=company, by=None, at=at)


@transaction.atomic
def authorise(*, company: Company, written: str, by: Person, at: datetime) -> Sender:
    """Let an address, or a whole domain, send documents; raises `NotASender`."""
    plain = pattern(written)
    if not plain or len(plain) > LONGEST:
        raise NotASender
    defaults = {"firm_id": company.firm_id, "by": by, "at": at}
    sender, is_new = Sender.objects.get_or_create(company=company, pattern=plain, defaults=defaults)
    if is_new:
        record("authorise_sender", sender, by=by, at=at, pattern=plain)
    return sender


@transaction.atomic
def withdraw(*, sender: Sender, by: Person, at: datetime) -> None:
    """What this sender sends from now on waits for a person's word."""
    record("withdraw_sender", sender, by=by, at=at, pattern=sender.pattern)
    sender.delete()


@transaction.atomic
def keep(
    *,
    company: Company,
    purpose: str,
    raw: bytes,
    read: Incoming,
    envelope: str,
    at: datetime,
    writer: Person | None = None,
) -> Mail | None:
    """Keep a mail bit for bit, once; None where it came before by the same door, whatever way it took.

    `writer` is whose letter it answers.
    """
    key = fingerprint(read, raw)
    if Mail.objects.filter(company=company, key=key, purpose=purpose).exists():
        return None
    original = deposits.keep(company=company, content=raw, media_type="message/rfc822", pages=1, at=at)
    mail, is_new = Mail.objects.get_or_create(
        company=company,
        key=key,
        purpose=purpose,
        defaults={
            "firm_id": company.firm_id,
            "original": original,
            "envelope": envelope[:254],
            "sender": read.sender,
            "subject": read.subject,
            "checks": read.checks,
            "files": len(read.attachments),
            "came_at": at,
            "writer": writer,
        },
    )
    return mail if is_new else None


def fingerprint(read: Incoming, raw: bytes) -> str:
    """What makes two mails one: who says they sent it, its Message-ID, and all that it brings; not the way it took.

    A Message-ID alone is what a sender writes: under another's, a mail would never arrive.
    """
    if not read.message_id:
        return hashlib.sha256(raw).hexdigest()
    whole = hashlib.sha256(repr((read.message_id, read.sender, read.subject, read.body)).encode())
    for file in read.attachments:
        whole.update(file.filename.encode() + hashlib.sha256(file.content).digest())
    return whole.hexdigest()


@transaction.atomic
def hold(*, mail: Mail, at: datetime) -> None:
    """It waits until somebody says whether its sender may send."""
    if Mail.objects.filter(pk=mail.pk, held_at=None, opened_at=None, refused_at=None).update(held_at=at):
        record("hold_mail", mail, by=None, at=at, sender=mail.sender)


def held(mail: Mail) -> Mail:
    """The mail as it stands, held until the commit: it is opened once, whoever asks."""
    return Mail.objects.select_for_update(of=("self",)).select_related("company", "original").get(pk=mail.pk)


def leave_words(*, mail: Mail, words: str) -> None:
    """What it says is to be read beside it."""
    mail.says = words
    mail.save(update_fields=["says"])


def opened(*, mail: Mail, answers: Sequence[dict[str, Any]], by: Person | None, at: datetime) -> None:
    """Its documents have been handed in, and this is what became of each."""
    mail.opened_at, mail.answers, mail.settled_by = at, list(answers), by
    mail.save(update_fields=["opened_at", "answers", "settled_by"])
    if by is not None:
        record("release_mail", mail, by=by, at=at, sender=mail.sender)


@transaction.atomic
def turn_away(*, mail: Mail, at: datetime) -> None:
    """An answer that nobody may take: it is kept with its proof."""
    if Mail.objects.filter(pk=mail.pk, opened_at=None, refused_at=None).update(refused_at=at):
        record("refuse_mail", mail, by=None, at=at, sender=mail.sender)


@transaction.atomic
def refuse(*, mail: Mail, by: Person, at: datetime) -> None:
    """A person does not want it; raises `AlreadySettled`."""
    waits = Mail.objects.filter(pk=mail.pk, held_at__isnull=False, opened_at=None, refused_at=None)
    if not waits.update(refused_at=at, settled_by=by):
        raise AlreadySettled
    record("refuse_mail", mail, by=by, at=at, sender=mail.sender)
