"""What one has read, and whose turn it is: read, unread, to treat, treated, assigned, put off to a day."""

from datetime import date, datetime

from django.db import transaction

from comptoir.records.audit.actions import record
from comptoir.records.conversations.models import Conversation, Participant
from comptoir.records.firms.models import Person


def read(*, conversation: Conversation, by: Person, rank: int) -> bool:
    """Somebody has seen it up to a message; says whether that was news. Not an act: the log keeps no line of it."""
    rows = Participant.objects.filter(conversation=conversation, person=by, left_at=None)
    if rank >= conversation.count:
        return bool(rows.filter(is_unread=True).update(seen=conversation.count, is_unread=False))
    return bool(rows.filter(seen__lt=rank).update(seen=rank))


def mark_unread(*, conversation: Conversation, by: Person) -> bool:
    """As if its last message had not been seen, for this person alone."""
    rows = Participant.objects.filter(conversation=conversation, person=by, left_at=None)
    return bool(rows.update(is_unread=True, seen=max(0, conversation.count - 1), told=conversation.count))


@transaction.atomic
def treat(*, conversation: Conversation, by: Person, at: datetime) -> bool:
    """It is settled: it waits for nobody until somebody writes again."""
    held = _held(conversation)
    if held.treated_at is not None:
        return False
    held.waits_since, held.snoozed_until, held.treated_by, held.treated_at = None, None, by, at
    held.save(update_fields=["waits_since", "snoozed_until", "treated_by", "treated_at"])
    record("treat_conversation", held, by=by, at=at)
    return True


@transaction.atomic
def leave_open(*, conversation: Conversation, by: Person, at: datetime) -> bool:
    """It waits for the firm, whoever wrote last."""
    held = _held(conversation)
    if held.waits_since is not None and held.snoozed_until is None:
        return False
    held.waits_since = held.waits_since or at
    held.snoozed_until = held.treated_by = held.treated_at = None
    held.save(update_fields=["waits_since", "snoozed_until", "treated_by", "treated_at"])
    record("reopen_conversation", held, by=by, at=at)
    return True


@transaction.atomic
def assign(*, conversation: Conversation, to: Person | None, by: Person, at: datetime) -> bool:
    """One of the firm answers it; nobody in particular, where `to` is None."""
    held = _held(conversation)
    if held.assigned_to_id == (to.pk if to else None):
        return False
    held.assigned_to = to
    held.save(update_fields=["assigned_to"])
    record("assign_conversation", held, by=by, at=at, name=to.full_name if to else "")
    return True


@transaction.atomic
def snooze(*, conversation: Conversation, until: date, by: Person, at: datetime) -> None:
    """It waits out of sight until a day; a message of the client's brings it back before."""
    held = _held(conversation)
    held.waits_since, held.snoozed_until = held.waits_since or at, until
    held.treated_by = held.treated_at = None
    held.save(update_fields=["waits_since", "snoozed_until", "treated_by", "treated_at"])
    record("snooze_conversation", held, by=by, at=at, until=until)


def _held(conversation: Conversation) -> Conversation:
    return Conversation.objects.select_for_update(of=("self",), no_key=True).get(pk=conversation.pk)
