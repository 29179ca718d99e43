"""Doors to conversations: their messages, files, people, and the things they are about."""

from collections.abc import Callable, Iterable
from uuid import UUID

from django.http import Http404, HttpRequest

from comptoir.domain.rights import Act
from comptoir.records.banking import queries as bank
from comptoir.records.banking.models import Transaction
from comptoir.records.conversations import cards
from comptoir.records.conversations import queries as conversations
from comptoir.records.conversations.actions import Thing
from comptoir.records.conversations.models import Attachment, Conversation, Participant
from comptoir.records.deposits import queries as documents
from comptoir.records.deposits.models import Document
from comptoir.records.firms.models import Company
from comptoir.records.firms.queries import Seat
from comptoir.records.ledger import queries as books
from comptoir.records.ledger.models import Entry
from comptoir.web.doors.folders import folder_named
from comptoir.web.doors.seats import NotTheirs, Seen, as_key, company, dossier, there

CLIENT = "client"
"""The side from which a page that both sides have is asked; the other one is the firm's."""


def talks(request: HttpRequest, side: str, company_id: UUID, *acts: Act) -> Seat:
    """The *Messagerie* of a dossier, from the side that its address names; not there where it is closed, nor for who takes
    part in nothing and sees only what they take part in."""
    asked = acts or (Act.SEE_MESSAGES, Act.TAKE_PART)
    seat = (company if side == CLIENT else dossier)(request, company_id, *asked)
    if not conversations.is_shown(seat):
        raise NotTheirs(None, company_id)
    return seat


def conversation(
    request: HttpRequest, side: str, company_id: UUID, conversation_id: UUID, *acts: Act
) -> Seen[Conversation]:
    """A conversation that exists for who asks."""
    seat = talks(request, side, company_id, *acts)
    return Seen(seat, there(conversations.one(seat, conversation_id)))


def conversation_to_write(
    request: HttpRequest, side: str, company_id: UUID, conversation_id: UUID
) -> Seen[Conversation]:
    """A conversation in which one may write."""
    seen = conversation(request, side, company_id, conversation_id)
    if not conversations.may_write(seen.seat, seen.thing):
        raise NotTheirs(None, company_id)
    return seen


def talk_file(request: HttpRequest, side: str, company_id: UUID, attachment_id: UUID) -> Seen[Attachment]:
    """A file of a message that one may read."""
    seat = talks(request, side, company_id)
    return Seen(seat, there(conversations.attachment(seat, attachment_id)))


def participant(
    request: HttpRequest, side: str, company_id: UUID, conversation_id: UUID, part_id: UUID
) -> tuple[Seen[Conversation], Participant]:
    """Somebody who takes part in a conversation in which one may write."""
    seen = conversation_to_write(request, side, company_id, conversation_id)
    parts = {part.pk: part for part in conversations.participants(seen.thing)}
    part = there(parts.get(part_id))
    part.conversation = seen.thing
    return seen, part


def mentioned(seat: Seat, written: Iterable[str]) -> list[Thing]:
    """The things that a message is about, each as a form names it (`transaction:<id>`), all of them seen by its writer."""
    things: list[Thing] = []
    for one in dict.fromkeys(written):
        thing = _thing(seat, one)
        if thing is None:
            raise Http404
        things.append(thing)
    return things


def _thing(seat: Seat, written: str) -> Thing | None:
    kind, _, key = written.partition(":")
    if kind == "folder":
        folder = folder_named(key)
        # What the client never sees is spoken of nowhere that they may read.
        return folder if cards.may_see(seat, folder) and not folder.is_private else None
    find: dict[str, Callable[[Company, UUID], Transaction | Document | Entry | None]] = {
        "transaction": bank.transaction,
        "document": documents.visible,
        "entry": books.entry,
    }
    identity = as_key(key)
    thing = find[kind](seat.company, identity) if kind in find and identity else None
    return thing if thing is not None and cards.may_see(seat, thing) else None
