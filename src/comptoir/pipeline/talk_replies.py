"""An answer by e-mail is a message of its conversation: taken once, from who may answer, and never lost."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django import app

from comptoir.domain.conversation import LONGEST_TEXT
from comptoir.domain.mail import Incoming, is_answered
from comptoir.domain.reply import parted
from comptoir.lib import rich_text, tenancy
from comptoir.pipeline.between import AGAIN, ANSWERS_AN_HOUR, NoSuchDoor, TooManyMails
from comptoir.pipeline.letters import post_letter
from comptoir.pipeline.talking import attach_from_mail, write
from comptoir.readers import mail as mail_reader
from comptoir.records.conversations import letters, replies
from comptoir.records.conversations import queries as conversations_of
from comptoir.records.conversations.actions import Written
from comptoir.records.conversations.models import Message, Participant, Reply
from comptoir.records.deposits import queries as documents
from comptoir.records.inbox import queries as inbox_of
from comptoir.records.mail.actions import Message as Letter


def take_reply(*, word: str, raw: bytes, envelope: str, at: datetime) -> None:
    """A mail came for somebody's reply address; it is kept when this returns, once, and is opened afterwards.

    Raises `NoSuchDoor` where the address ended, `TooManyMails`.
    """
    tenant = replies.tenant_of(word)
    if tenant is None:
        raise NoSuchDoor
    incoming = mail_reader.read(raw, trusted=settings.TRUSTED_CHECKS, envelope=envelope)
    with tenancy.within(tenant.firm_id, tenant.company_id):
        part = replies.part_by_word(word)
        if part is None:
            raise NoSuchDoor
        if replies.came_lately(part.conversation, at=at) >= settings.MAILS_AN_HOUR:
            raise TooManyMails
        kept = replies.keep(word=word, raw=raw, read=incoming, envelope=envelope, at=at)
        if kept is not None:
            open_reply_later(kept)


def open_reply_later(reply: Reply) -> None:
    open_reply.defer(firm_id=str(reply.firm_id), company_id=str(reply.company_id), reply_id=str(reply.pk))


@app.task(queue="mail", retry=AGAIN, name="open_reply")
def open_reply(firm_id: str, company_id: str, reply_id: str) -> None:
    """An answer by e-mail becomes a message, where its writer may still write; else it is said why, unless to a machine."""
    at = timezone.now()
    with tenancy.within(UUID(firm_id), UUID(company_id)):
        reply = replies.held(UUID(reply_id))
        if reply.settled_at is not None:
            return
        raw = documents.content(reply.original)
        incoming = mail_reader.read(raw, trusted=settings.TRUSTED_CHECKS, envelope=reply.envelope)
        outcome = _refusal(reply, incoming, at)
        if outcome is None:
            _take(reply, incoming, at=at)
            return
        replies.settle(reply=reply, outcome=outcome, at=at)
        if why := WHY.get(outcome):
            _answer(reply, incoming, letters.not_taken(reply, why), at=at)


WHY = {
    Reply.Outcome.STRANGER: "Cette adresse de réponse est celle d’une autre personne : on ne répond que depuis l’adresse "
    "qui a reçu le message.",
    Reply.Outcome.NO_ACCESS: "Vous n’avez plus accès à cette conversation.",
    Reply.Outcome.EMPTY: "Votre réponse ne contient ni texte ni pièce jointe.",
}
"""What its sender is told; a machine and a forger are told nothing."""


def _refusal(reply: Reply, incoming: Incoming, at: datetime) -> Reply.Outcome | None:
    part = reply.participant
    if incoming.is_automatic:
        return Reply.Outcome.AUTOMATIC
    if incoming.is_forged:
        return Reply.Outcome.FORGED
    if incoming.sender != part.person.email.lower():
        return Reply.Outcome.STRANGER
    if not _may_answer(part, at):
        return Reply.Outcome.NO_ACCESS
    said = parted(incoming.body).said
    return None if said or incoming.attachments else Reply.Outcome.EMPTY


def _may_answer(part: Participant, at: datetime) -> bool:
    company = part.conversation.company
    seat = conversations_of.seat_of(part.person, company, timezone.localdate(at), is_firm=part.is_firm)
    if seat is None or part.left_at is not None:
        return False
    conversation = conversations_of.one(seat, part.conversation_id)
    return conversation is not None and conversations_of.may_write(seat, conversation)


def _take(reply: Reply, incoming: Incoming, *, at: datetime) -> None:
    part = reply.participant
    words = parted(incoming.body).within(LONGEST_TEXT)
    company = part.conversation.company
    files, left = attach_from_mail(company=company, files=incoming.attachments, by=part.person, at=at)
    said = words.said
    if not (said or files):
        said = "(Les pièces jointes de cette réponse n’ont pas été prises.)"
    message = write(
        conversation=part.conversation,
        written=Written(
            html=rich_text.from_plain(said),
            key=reply.key,
            attachments=[file.pk for file in files],
            rest=words.rest,
            way=Message.Way.MAIL,
            original=reply.original,
        ),
        by=part.person,
        at=at,
        is_from_firm=part.is_firm,
    )
    replies.settle(reply=reply, outcome=Reply.Outcome.TAKEN, message=message, at=at)
    if left:
        _answer(reply, incoming, letters.some_left_out(reply, left), at=at)


def _answer(reply: Reply, incoming: Incoming, letter: Letter, *, at: datetime) -> None:
    """To a person, never to a machine, and to nobody without end."""
    if not is_answered(reply.sender, is_automatic=incoming.is_automatic, own_domain=settings.DEPOSIT_DOMAIN):
        return
    if inbox_of.answered_lately(reply.sender, reply.firm_id, at=at) < ANSWERS_AN_HOUR:
        post_letter(letter, at=at, firm_id=reply.firm_id, company_id=reply.company_id)
