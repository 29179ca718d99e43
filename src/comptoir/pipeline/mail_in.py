"""Mail is a deposit too."""

from collections.abc import Sequence
from datetime import datetime
from email.utils import parseaddr
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django import app

from comptoir.domain.mail import LETTER, RESERVED, Door, Incoming, is_answer, is_answered, is_receipt, kept_as
from comptoir.domain.notice import Kind, place
from comptoir.domain.rights import Act
from comptoir.lib import tenancy
from comptoir.lib.live import announce
from comptoir.pipeline.between import AGAIN, ANSWERS_AN_HOUR, NoSuchDoor, TooManyMails
from comptoir.pipeline.deposit import hand_in_all
from comptoir.pipeline.letters import post_letter
from comptoir.pipeline.mail_answers import hear, hear_in_private
from comptoir.pipeline.noticing import settle_facts, tell_clients, tell_people
from comptoir.readers import mail as mail_reader
from comptoir.records.deposits import queries as documents
from comptoir.records.deposits.answers import Answer
from comptoir.records.deposits.models import Document
from comptoir.records.firms import queries as people
from comptoir.records.firms.models import Company, Person
from comptoir.records.firms.queries import Seat
from comptoir.records.inbox import actions as inbox
from comptoir.records.inbox import answering, replies
from comptoir.records.inbox import queries as inbox_of
from comptoir.records.inbox.models import Mail
from comptoir.records.inbox.replies import Heard
from comptoir.records.mail.actions import Message
from comptoir.records.notices.actions import Fact


def take_mail(*, door: Door, raw: bytes, envelope: str, at: datetime) -> None:
    """A mail came for one of a dossier's addresses; it is kept when this returns, once, and is opened afterwards.

    Raises `TooManyMails`, and `NoSuchDoor` where the token was changed meanwhile.
    """
    tenant = inbox_of.tenant_of(door.token)
    if tenant is None:
        raise NoSuchDoor
    incoming = mail_reader.read(raw, trusted=settings.TRUSTED_CHECKS, envelope=envelope)
    with tenancy.within(tenant.firm_id, tenant.company_id):
        company = Company.objects.select_related("firm").get(pk=tenant.company_id)
        if inbox_of.came_lately(company, at=at) >= settings.MAILS_AN_HOUR:
            raise TooManyMails
        kept = inbox.keep(
            company=company,
            purpose=door.purpose,
            raw=raw,
            read=incoming,
            envelope=envelope,
            at=at,
            writer=answering.writer(door, incoming.sender),
        )
        if kept is not None:
            open_later(kept)


def open_later(mail: Mail) -> None:
    open_mail.defer(firm_id=str(mail.firm_id), company_id=str(mail.company_id), mail_id=str(mail.pk))


@app.task(queue="mail", retry=AGAIN, name="open_mail")
def open_mail(firm_id: str, company_id: str, mail_id: str) -> None:
    """Hand in what a mail brings where its sender may; else it waits for somebody's word."""
    at = timezone.now()
    with tenancy.within(UUID(firm_id), UUID(company_id)):
        mail = inbox.held(inbox_of.get(UUID(mail_id)))
        if mail.is_over or mail.is_held:
            return
        incoming = _incoming(mail)
        if _is_ours(incoming):
            inbox.turn_away(mail=mail, at=at)
            return
        seat = inbox_of.seat_of(mail.company, mail.sender, timezone.localdate(at))
        if mail.purpose == RESERVED:
            _open_in_private(mail, incoming, seat, at=at)
            return
        may_send = seat is not None or inbox_of.is_authorised(mail.company, mail.sender)
        if incoming.is_forged or not may_send:
            inbox.hold(mail=mail, at=at)
            _announce(mail)
            _tell_of_held(mail, at=at)
            if mail.writer is not None and not incoming.is_forged:
                _answer(mail, incoming, replies.waits(mail, home=settings.HOME), at=at)
            return
        _open(mail, incoming, seat, by=None, at=at)


def _is_ours(incoming: Incoming) -> bool:
    """A letter of ours that a mailbox sends on: to tell of it would be one more letter to send on."""
    return incoming.is_automatic and incoming.sender == parseaddr(settings.DEFAULT_FROM_EMAIL)[1].lower()


def _announce(mail: Mail) -> None:
    announce(mail.company_id, ["inbox"])
    announce(mail.firm_id, ["portfolio"])


def _tell_of_held(mail: Mail, *, at: datetime) -> None:
    key, sentence = f"held-{mail.pk}", "Un e-mail d’un expéditeur inconnu attend votre accord."
    tell_clients(mail.company, Kind.MAIL_WAITS, key, sentence, "adresses/", at=at)
    fact = Fact(Kind.MAIL_WAITS, key, sentence, place(mail.company_id, "adresses/", is_firm=False))
    tell_people(mail.company, people.keepers(mail.company, timezone.localdate(at)), fact, is_firm=True, at=at)


def release(*, mail: Mail, by: Person, at: datetime) -> None:
    """A person lets a mail in that waited. Raises `inbox.AlreadySettled`."""
    with tenancy.within(mail.firm_id, mail.company_id):
        mail = inbox.held(mail)
        if mail.is_over:
            raise inbox.AlreadySettled
        seat = inbox_of.seat_of(mail.company, mail.sender, timezone.localdate(at))
        _open(mail, _incoming(mail), seat, by=by, at=at)
        settle_facts(mail.company, [f"held-{mail.pk}"], at=at)


def refuse_mail(*, mail: Mail, by: Person, at: datetime) -> None:
    """A person does not want a mail that waited; it is kept with its proof. Raises `inbox.AlreadySettled`."""
    with tenancy.within(mail.firm_id, mail.company_id):
        inbox.refuse(mail=mail, by=by, at=at)
        _announce(mail)
        settle_facts(mail.company, [f"held-{mail.pk}"], at=at)


def _open(mail: Mail, incoming: Incoming, seat: Seat | None, *, by: Person | None, at: datetime) -> None:
    """Each attachment is a file like any other; a mail without any is one itself where it is a receipt."""
    files = incoming.attachments
    if not files and not is_answer(mail.purpose) and is_receipt(incoming.body):
        files = (mail_reader.as_paper(incoming),)
    answers = [
        answer
        for file in files
        for answer in hand_in_all(
            company=mail.company,
            content=file.content,
            filename=file.filename,
            by=seat.person if seat else None,
            at=at,
            sees_all=seat is None or seat.may(Act.SEE_DOCUMENTS),
            purpose=kept_as(mail.purpose),
            channel=Document.Channel.MAIL,
            sent={"from": mail.sender, "message_id": incoming.message_id},
        )
    ]
    heard = hear(mail, incoming, seat, answers, at=at)
    inbox.opened(mail=mail, answers=[answer.said() for answer in answers], by=by, at=at)
    _tell_sender(mail, incoming, answers, heard, seat, at=at)
    _announce(mail)


def _open_in_private(mail: Mail, incoming: Incoming, seat: Seat | None, *, at: datetime) -> None:
    """What is not for everybody is a private message or nothing: it never waits where others would see that it came."""
    heard = hear_in_private(mail, incoming, seat, at=at)
    if heard is None:
        inbox.turn_away(mail=mail, at=at)
        if mail.writer is not None and not incoming.is_forged:
            _answer(mail, incoming, replies.turned_away(mail, home=settings.HOME), at=at)
        return
    answers, way = heard
    inbox.opened(mail=mail, answers=[answer.said() for answer in answers], by=None, at=at)
    _tell_sender(mail, incoming, answers, way, seat, at=at)


def _tell_sender(
    mail: Mail, incoming: Incoming, answers: Sequence[Answer], heard: Heard, seat: Seat | None, *, at: datetime
) -> None:
    reply_to = _answered_at(mail, seat, at=at)
    told = replies.Told(mail, incoming, answers, heard, seat.person if seat else None, reply_to)
    _answer(mail, incoming, replies.reply(told, home=settings.HOME), at=at)


def _answered_at(mail: Mail, seat: Seat | None, *, at: datetime) -> str:
    """Where the answer is answered: who sent the wrong paper sends the right one back."""
    if seat is None or seat.is_firm:
        return ""
    purpose = mail.purpose if is_answer(mail.purpose) else LETTER
    return answering.address(company=mail.company, person=seat.person, purpose=purpose, at=at)


def _answer(mail: Mail, incoming: Incoming, message: Message, *, at: datetime) -> None:
    """Say to the sender what became of it; a machine is never answered, nor anybody without end."""
    if not incoming.attachments and replies.is_of_ours(incoming.subject):
        return
    if not is_answered(mail.sender, is_automatic=incoming.is_automatic, own_domain=settings.DEPOSIT_DOMAIN):
        return
    if inbox_of.answered_lately(mail.sender, mail.firm_id, at=at) < ANSWERS_AN_HOUR:
        post_letter(message, at=at, firm_id=mail.firm_id, company_id=mail.company_id)


def _incoming(mail: Mail) -> Incoming:
    raw = documents.content(mail.original)
    return mail_reader.read(raw, trusted=settings.TRUSTED_CHECKS, envelope=mail.envelope)
