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
from comptoir.records.firms.models import Company, Person
from comptoir.records.inbox.models import Mail, Sender, Token

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Nothing that is mistaken for something else when an address is read aloud."""


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
    ended = Token.objects.filter(company=company, ended_at=None).update(ended_at=at)
    word = "".join(secrets.choice(_LETTERS) for _ in range(12))
    token = Token.objects.create(firm_id=company.firm_id, company=company, word=word, since=at, by=by)
    if ended:
        record("change_addresses", token, by=by, at=at)
    return token


def token_of(company: Company, *, at: datetime) -> Token:
    """The company's token, given the first time somebody asks for it."""
    found = Token.objects.filter(company=company, ended_at=None).first()
    return found or give_token(company=company, by=None, at=at)


@transaction.atomic
def authorise(*, company: Company, written: str, by: Person, at: datetime) -> Sender:
    """Let an address, or a whole domain, send documents; raises `NotASender`."""
    plain = pattern(written)
    if not plain:
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
    *, company: Company, purpose: str, raw: bytes, read: Incoming, envelope: str, at: datetime
) -> Mail | None:
    """Keep a mail bit for bit, once; None where it came before by the same door."""
    original = deposits.keep(company=company, content=raw, media_type="message/rfc822", pages=1, at=at)
    mail, is_new = Mail.objects.get_or_create(
        company=company,
        key=read.message_id or hashlib.sha256(raw).hexdigest(),
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
        },
    )
    return mail if is_new else None


def hold(*, mail: Mail, at: datetime) -> None:
    """It waits until somebody says whether its sender may send."""
    Mail.objects.filter(pk=mail.pk, held_at=None).update(held_at=at)
    record("hold_mail", mail, by=None, at=at, sender=mail.sender)


def held(mail: Mail) -> Mail:
    """The mail as it stands, held until the commit: it is opened once, whoever asks."""
    return Mail.objects.select_for_update(of=("self",)).select_related("company", "original").get(pk=mail.pk)


def opened(*, mail: Mail, answers: Sequence[dict[str, Any]], by: Person | None, at: datetime) -> None:
    """Its documents have been handed in, and this is what became of each."""
    mail.opened_at, mail.answers, mail.settled_by = at, list(answers), by
    mail.save(update_fields=["opened_at", "answers", "settled_by"])
    if by is not None:
        record("release_mail", mail, by=by, at=at, sender=mail.sender)


@transaction.atomic
def refuse(*, mail: Mail, by: Person, at: datetime) -> None:
    """A person does not want it; raises `AlreadySettled`."""
    if not Mail.objects.filter(pk=mail.pk, opened_at=None, refused_at=None).update(refused_at=at, settled_by=by):
        raise AlreadySettled
    record("refuse_mail", mail, by=by, at=at, sender=mail.sender)
