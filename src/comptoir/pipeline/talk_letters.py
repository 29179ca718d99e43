"""Who does not look at a conversation hears of it by e-mail, later and in one letter."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction as db
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from comptoir.domain.conversation import Kind
from comptoir.domain.mail import reply_address
from comptoir.domain.notice import may_write, writes_at
from comptoir.lib import tenancy
from comptoir.pipeline.between import AGAIN
from comptoir.pipeline.letters import post_letter
from comptoir.records.conversations import letters, replies
from comptoir.records.conversations import queries as conversations_of
from comptoir.records.conversations.models import Conversation, Message, Participant
from comptoir.records.mail.actions import Message as Letter
from comptoir.records.notices import queries as notices

PATIENCE = timedelta(minutes=3)
"""How long a message waits to be seen before a letter tells of it; what is said meanwhile is in the same letter."""


def tell_later(conversation: Conversation) -> None:
    """Write in a moment to who will not have looked by then; asked again meanwhile, it is one letter."""
    job = tell_by_mail.configure(
        schedule_in={"seconds": int(PATIENCE.total_seconds())}, queueing_lock=f"talk-{conversation.pk}"
    )
    with suppress(AlreadyEnqueued), db.atomic():
        job.defer(
            firm_id=str(conversation.firm_id),
            company_id=str(conversation.company_id),
            conversation_id=str(conversation.pk),
        )


@app.task(queue="mail", retry=AGAIN, name="tell_by_mail")
def tell_by_mail(firm_id: str, company_id: str, conversation_id: str) -> None:
    """Write to who has not looked since; in the quiet hours, when they end."""
    at = timezone.now()
    if may_write(at):
        write_to_people(UUID(firm_id), UUID(company_id), UUID(conversation_id), at=at)
        return
    job = tell_by_mail.configure(schedule_at=writes_at(at), queueing_lock=f"talk-{conversation_id}-later")
    with suppress(AlreadyEnqueued), db.atomic():
        job.defer(firm_id=firm_id, company_id=company_id, conversation_id=conversation_id)


def write_to_people(firm_id: UUID, company_id: UUID, conversation_id: UUID, *, at: datetime) -> None:
    """One letter to each who wants one at once, with all that was said, answerable by e-mail."""
    with tenancy.within(firm_id, company_id):
        for part in replies.to_tell(conversation_id):
            company = part.conversation.company
            seat = conversations_of.seat_of(part.person, company, timezone.localdate(at), is_firm=part.is_firm)
            said = conversations_of.unread_by(part)
            replies.mark_told(participant=part)
            if seat is None or not said or conversations_of.one(seat, part.conversation_id) is None:
                continue
            facts = [message.key for message in said]
            if not notices.wants_letter(part.person_id, facts, is_firm=part.is_firm, company_id=company_id):
                continue  # the digest tells of it, or nothing does: their own choice
            _post_news(part, said, at=at)


def _post_news(part: Participant, said: Sequence[Message], *, at: datetime) -> None:
    address = reply_address(replies.word_of(part), settings.DEPOSIT_DOMAIN)
    letter = letters.news(part, said, reply_to=address, home=settings.HOME)
    _post(letter, part, at=at)


def _post(letter: Letter, part: Participant, *, at: datetime) -> None:
    """A private conversation's letters are its person's alone: the firm's outbox does not show them."""
    conversation = part.conversation
    if conversation.kind == Kind.PRIVATE:
        post_letter(letter, at=at, person_id=part.person_id)
    else:
        post_letter(letter, at=at, firm_id=conversation.firm_id, company_id=conversation.company_id)
