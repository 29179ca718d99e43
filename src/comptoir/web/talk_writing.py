"""What a form of the *Messagerie* says: the message, its files, what it is about, whom it is for; and its draft."""

from collections.abc import Iterable
from uuid import UUID, uuid4

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from comptoir import pipeline, readers
from comptoir.domain.conversation import Kind, begins
from comptoir.domain.folder import SHARED, visible_to
from comptoir.domain.rights import Act
from comptoir.domain.text import folded
from comptoir.lib import rich_text
from comptoir.records.banking import queries as bank
from comptoir.records.banking.models import Transaction
from comptoir.records.conversations import actions as talk_actions
from comptoir.records.conversations import cards
from comptoir.records.conversations import queries as conversations
from comptoir.records.conversations.actions import (
    NobodyChosen,
    NoSubject,
    NothingSaid,
    Thing,
    TooLong,
    TooManyFiles,
    Written,
    named,
)
from comptoir.records.conversations.models import Conversation, Message
from comptoir.records.deposits import queries as documents
from comptoir.records.deposits.models import Document
from comptoir.records.firms.models import Person
from comptoir.records.firms.queries import Seat
from comptoir.records.ledger import pieces
from comptoir.records.ledger import queries as books
from comptoir.web import doors
from comptoir.web.uploads import TooHeavy, content

REFUSALS = (NoSubject, NothingSaid, TooLong, TooManyFiles, NobodyChosen, TooHeavy, readers.NotReadable)
BEGIN = (Act.WRITE_MESSAGES, Act.SEE_CONFIDENTIAL)
"""Who begins a conversation: with the client, or inside the firm."""
MOST_CHOICES = 6


def written(request: HttpRequest, seat: Seat) -> Written:
    """The message of a form; files that came with it are kept first. Raises `TooHeavy`, `readers.NotReadable`."""
    key = request.POST.get("key", "")[:64] or str(uuid4())
    kept = [_uuid(text) for text in request.POST.getlist("attachment")]
    kept += [
        pipeline.talking.attach_to_talk(
            company=seat.company,
            content=content(file),
            filename=file.name or "",
            by=seat.person,
            at=timezone.now(),
            key=key,
        ).pk
        for file in request.FILES.getlist("file")
    ]
    return Written(
        html=typed(request),
        key=key,
        attachments=kept,
        mentions=doors.mentioned(seat, request.POST.getlist("mention")),
    )


def typed(request: HttpRequest) -> str:
    """What was written, as rich text: the page's own field where a script made it rich, else the plain one."""
    if "html" in request.POST:
        return request.POST["html"]
    said = request.POST.get("text", "")
    return rich_text.from_plain(said if said.strip() else request.POST.get("quick", ""))


def begin(request: HttpRequest, seat: Seat) -> Message:
    """Begin the conversation that a form describes. Raises what `written` and `talking.begin` raise."""
    kind = _kind(request.POST.get("kind", Kind.EXTERNAL), seat)
    message = written(request, seat)
    is_about = kind is Kind.EXTERNAL and bool(message.mentions) and about(seat, message.mentions) is None
    return pipeline.talking.begin(
        company=seat.company,
        kind=kind,
        subject=request.POST.get("subject", ""),
        written=message,
        by=seat.person,
        at=timezone.now(),
        is_from_firm=seat.is_firm,
        people=chosen(request, seat, is_inside=kind is Kind.CONFIDENTIAL),
        is_about=is_about,
    )


def chosen(request: HttpRequest, seat: Seat, *, is_inside: bool) -> list[tuple[Person, bool]]:
    """Whom a form names, of those who may be named; nobody of the client's in what stays inside the firm."""
    wanted = set(request.POST.getlist("person"))
    people = conversations.choosable(seat, timezone.localdate())
    return [(one, is_firm) for one, is_firm in people if str(one.pk) in wanted and (is_firm or not is_inside)]


def about(seat: Seat, things: Iterable[Thing]) -> Conversation | None:
    """The conversation with the client that a thing has already, where this seat may write in it."""
    for thing in things:
        if isinstance(thing, Transaction | Document):
            there = conversations.about(seat.company, **named(thing))
            found = conversations.one(seat, there.pk) if there else None
            if found is not None and conversations.may_write(seat, found):
                return found
    return None


def _kind(said: str, seat: Seat) -> Kind:
    allowed = {kind.value: kind for kind in begins(seat.may, is_firm=seat.is_firm)}
    if said not in allowed:
        raise Http404
    return allowed[said]


@doors.signed_in
@require_POST
def new_draft(request: HttpRequest, side: str, company_id: UUID) -> HttpResponse:
    """Keep what somebody has begun to write of a new conversation."""
    return _save(request, doors.talks(request, side, company_id, *BEGIN), None)


@doors.signed_in
@require_POST
def draft(request: HttpRequest, side: str, company_id: UUID, conversation_id: UUID) -> HttpResponse:
    """Keep what somebody has begun to write in a conversation."""
    seat, row = doors.conversation_to_write(request, side, company_id, conversation_id)
    return _save(request, seat, row)


def _save(request: HttpRequest, seat: Seat, row: Conversation | None) -> HttpResponse:
    key = request.POST.get("key", "")
    if not key:
        raise Http404
    talk_actions.save_draft(
        company=seat.company,
        conversation=row,
        key=key,
        subject_given=request.POST.get("subject", ""),
        html=typed(request),
        attachments=[_uuid(text) for text in request.POST.getlist("attachment")],
        by=seat.person,
        at=timezone.now(),
    )
    return JsonResponse({"saved": True})


@doors.signed_in
@require_GET
def choices(request: HttpRequest, side: str, company_id: UUID) -> HttpResponse:
    """Pieces, movements, entries and folders that hold the words asked for, to be mentioned: only what the person sees."""
    seat = doors.talks(request, side, company_id)
    words = request.GET.get("q", "").strip()[:100]
    found = cards.of_things(seat, _found(seat, words)) if len(words) > 1 else {}
    shown = [card for card in found.values() if not card.is_reserved]
    return render(request, "components/talk_choices.html", {"cards": shown, "words": words})


def _found(seat: Seat, words: str) -> list[Thing]:
    things: list[Thing] = []
    if seat.may(Act.SEE_DOCUMENTS) or seat.may(Act.SEE_OWN_DOCUMENTS):
        own = None if seat.may(Act.SEE_DOCUMENTS) else seat.person
        listed = pieces.screen(seat.company, pieces.Filter(words=words), only_by=own).pieces[:MOST_CHOICES]
        things += documents.visible_ones(seat.company, [piece.id for piece in listed], only_by=own)
    if seat.may(Act.SEE_BANK):
        things += bank.listed(seat.company, bank.Search(words=words)).rows[:MOST_CHOICES]
    if seat.is_firm and seat.may(Act.SEE_BOOKS):
        things += books.entries_saying(seat.company, words, most=MOST_CHOICES)
    shown = [folder for folder in visible_to(seat.role) if folder in SHARED]
    things += [folder for folder in shown if folded(words) in folded(folder.french)]
    return things


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404 from error
