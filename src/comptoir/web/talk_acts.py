"""What one does with a conversation beside writing: read, unread, settled, assigned, put off, who takes part, its files."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from comptoir import pipeline
from comptoir.domain.conversation import Kind
from comptoir.domain.limits import read_day
from comptoir.domain.rights import Act
from comptoir.records.conversations import queries as conversations
from comptoir.records.conversations.models import Conversation
from comptoir.web import doors
from comptoir.web.files import download
from comptoir.web.talk_writing import chosen

FURTHEST = timedelta(days=366)
"""How far a conversation may be put off."""


@doors.signed_in
@require_POST
def read(request: HttpRequest, side: str, company_id: UUID, conversation_id: UUID) -> HttpResponse:
    """It was seen up to a message, by somebody before an open page."""
    seat, row = doors.conversation(request, side, company_id, conversation_id)
    rank = request.POST.get("rank", "")
    if not (rank.isascii() and rank.isdecimal() and len(rank) < 9):
        raise Http404
    pipeline.talking.read(conversation=row, by=seat.person, rank=int(rank))
    return HttpResponse(status=204)


@doors.signed_in
@require_POST
def unread(request: HttpRequest, side: str, company_id: UUID, conversation_id: UUID) -> HttpResponse:
    """As if one had not seen it, to come back to it."""
    seat, row = doors.conversation(request, side, company_id, conversation_id)
    pipeline.talking.mark_unread(conversation=row, by=seat.person)
    return redirect(f"{side}_messages", company_id)


@doors.signed_in
@require_POST
def treat(request: HttpRequest, side: str, company_id: UUID, conversation_id: UUID) -> HttpResponse:
    """It is settled, says either side."""
    acts = (Act.WRITE_MESSAGES,) if side == doors.CLIENT else (Act.TREAT_MESSAGES,)
    seat, row = doors.conversation(request, side, company_id, conversation_id, *acts)
    pipeline.talking.treat(conversation=row, by=seat.person, at=timezone.now())
    messages.success(request, f"« {row.subject} » est réglée : elle reviendra si quelqu’un y écrit.")
    return redirect(f"{side}_messages", company_id)


@doors.signed_in
@require_POST
def leave_open(request: HttpRequest, side: str, company_id: UUID, conversation_id: UUID) -> HttpResponse:
    """It waits for the firm."""
    seat, row = _to_treat(request, side, company_id, conversation_id)
    pipeline.talking.leave_open(conversation=row, by=seat.person, at=timezone.now())
    return _back(side, row)


@doors.signed_in
@require_POST
def assign(request: HttpRequest, side: str, company_id: UUID, conversation_id: UUID) -> HttpResponse:
    """One of those who keep the dossier answers it; nobody in particular where none is named."""
    seat, row = _to_treat(request, side, company_id, conversation_id)
    keepers = {str(one.pk): one for one, is_firm in conversations.choosable(seat, timezone.localdate()) if is_firm}
    keepers[str(seat.person.pk)] = seat.person
    wanted = request.POST.get("person", "")
    if wanted and (wanted not in keepers or row.kind == Kind.PRIVATE):
        raise Http404
    pipeline.talking.assign_talk(conversation=row, to=keepers.get(wanted), by=seat.person, at=timezone.now())
    return _back(side, row)


@doors.signed_in
@require_POST
def snooze(request: HttpRequest, side: str, company_id: UUID, conversation_id: UUID) -> HttpResponse:
    """It is put off to a day."""
    seat, row = _to_treat(request, side, company_id, conversation_id)
    until = read_day(request.POST.get("until", ""))
    today = timezone.localdate()
    if until is None or not today < until <= today + FURTHEST:
        messages.error(request, "Choisissez un jour à venir, d’ici un an : rien n’a été reporté.")
        return _back(side, row)
    pipeline.talking.snooze(conversation=row, until=until, by=seat.person, at=timezone.now())
    messages.success(request, f"« {row.subject} » revient le {until:%d/%m/%Y}, ou dès que le client y écrit.")
    return redirect(f"{side}_messages", company_id)


@doors.signed_in
@require_POST
def invite(request: HttpRequest, side: str, company_id: UUID, conversation_id: UUID) -> HttpResponse:
    """Others take part; the client's own people are told apart from the firm's in what is confidential."""
    seat, row = doors.conversation_to_write(request, side, company_id, conversation_id)
    people = chosen(request, seat, is_inside=row.kind == Kind.CONFIDENTIAL)
    new = pipeline.talking.invite_to_talk(conversation=row, people=people, by=seat.person, at=timezone.now())
    if new:
        messages.success(request, f"{', '.join(one.full_name for one in new)} : ajouté à la conversation.")
    return _back(side, row)


@doors.signed_in
@require_POST
def let_go(
    request: HttpRequest, side: str, company_id: UUID, conversation_id: UUID, part_id: UUID
) -> HttpResponse:
    """Somebody takes part no more: oneself, or another where one is of the firm or began it."""
    (seat, row), part = doors.participant(request, side, company_id, conversation_id, part_id)
    if not (part.person == seat.person or row.begun_by == seat.person or seat.is_firm):
        raise Http404
    pipeline.talking.let_go(participant=part, by=seat.person, at=timezone.now())
    if conversations.one(seat, row.pk) is None:
        return redirect(f"{side}_messages", company_id)
    return _back(side, row)


@doors.signed_in
@require_GET
def attachment(request: HttpRequest, side: str, company_id: UUID, attachment_id: UUID) -> HttpResponse:
    """A file as it came, bit for bit, always as a download."""
    _, row = doors.talk_file(request, side, company_id, attachment_id)
    return download(row.original, row.name)


def _to_treat(
    request: HttpRequest, side: str, company_id: UUID, conversation_id: UUID
) -> doors.Seen[Conversation]:
    return doors.conversation(request, side, company_id, conversation_id, Act.TREAT_MESSAGES)


def _back(side: str, row: Conversation) -> HttpResponse:
    return redirect(f"{side}_conversation", row.company_id, row.pk)
