"""Answers by e-mail: the address of each participant, and each mail that came for one, kept and settled once."""

import secrets
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import connection, transaction

from comptoir.domain.mail import Incoming
from comptoir.records.conversations.models import Conversation, Message, Participant, Reply
from comptoir.records.deposits import actions as deposits
from comptoir.records.inbox.actions import fingerprint

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
LENGTH = 26
"""Letters of a reply address's word: 128 bits, so that nobody guesses one."""


class Tenant(NamedTuple):
    """Whose a reply address is."""

    firm_id: UUID
    company_id: UUID


def tenant_of(word: str) -> Tenant | None:
    """Whose a reply address is, whoever asks; None for one that never was, or whose person was let go."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT firm, company FROM tenancy_of_reply_word(%s)", [word])
        row = cursor.fetchone()
    return Tenant(*row) if row and row[0] else None


def word_of(participant: Participant) -> str:
    """The word of somebody's reply address, given the first time that they are written to."""
    if not participant.word:
        word = "".join(secrets.choice(_LETTERS) for _ in range(LENGTH))
        Participant.objects.filter(pk=participant.pk, word=None).update(word=word)
        participant.refresh_from_db(fields=["word"])
    return participant.word or ""


def to_tell(conversation_id: UUID) -> list[Participant]:
    """Who has neither seen the last message nor been written to about it, held until the commit."""
    rows = Participant.objects.select_for_update(of=("self",)).filter(
        conversation=conversation_id, left_at=None, is_unread=True
    )
    found = rows.select_related("person", "conversation__company__firm").order_by("pk")
    return [part for part in found if part.told < part.conversation.count]


def mark_told(*, participant: Participant) -> None:
    """A letter about every message so far is on its way to them."""
    Participant.objects.filter(pk=participant.pk).update(told=participant.conversation.count)


@transaction.atomic
def keep(*, word: str, raw: bytes, read: Incoming, envelope: str, at: datetime) -> Reply | None:
    """Keep a mail bit for bit, once; None where it came before, or where the address ended meanwhile."""
    part = Participant.objects.select_related("conversation__company").filter(word=word).first()
    key = fingerprint(read, raw)
    if part is None or Reply.objects.filter(company=part.company_id, participant=part, key=key).exists():
        return None
    company = part.conversation.company
    original = deposits.keep(company=company, content=raw, media_type="message/rfc822", pages=1, at=at)
    reply, is_new = Reply.objects.get_or_create(
        company=company,
        participant=part,
        key=key,
        defaults={
            "firm_id": company.firm_id,
            "original": original,
            "envelope": envelope[:254],
            "sender": read.sender,
            "came_at": at,
        },
    )
    return reply if is_new else None


def held(reply_id: UUID) -> Reply:
    """A reply as it stands, held until the commit: it is opened once, whoever asks."""
    rows = Reply.objects.select_for_update(of=("self",))
    return rows.select_related("original", "participant__person", "participant__conversation__company__firm").get(
        pk=reply_id
    )


def settle(*, reply: Reply, outcome: str, message: Message | None = None, at: datetime) -> None:
    """What became of it."""
    reply.outcome, reply.message, reply.settled_at = outcome, message, at
    reply.save(update_fields=["outcome", "message", "settled_at"])


def came_lately(conversation: Conversation, *, at: datetime) -> int:
    """How many replies came for the dossier within the hour."""
    return Reply.objects.filter(company=conversation.company_id, came_at__gt=at - timedelta(hours=1)).count()


def part_by_word(word: str) -> Participant | None:
    """Whose address this is, within the session's company."""
    return Participant.objects.select_related("conversation__company__firm", "person").filter(word=word).first()


def unopened(*, before: datetime) -> list[Reply]:
    """Replies that nobody has opened since: their job was lost."""
    return list(Reply.objects.filter(settled_at=None, came_at__lt=before).order_by("came_at")[:500])
