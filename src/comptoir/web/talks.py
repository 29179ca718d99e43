"""The *Messagerie* of a dossier, from either side: the list, a conversation, and writing in it.

The side stands in the address, and only says which door, which frame, which layout.
"""

from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from comptoir import pipeline
from comptoir.domain import quick_reply
from comptoir.domain.conversation import LONGEST_SUBJECT, begins
from comptoir.lib import keyset, rich_text
from comptoir.records.banking.models import Transaction
from comptoir.records.conversations import cards
from comptoir.records.conversations import queries as conversations
from comptoir.records.conversations.actions import Thing
from comptoir.records.conversations.models import Conversation, Draft, Mention
from comptoir.records.deposits.models import Document
from comptoir.records.firms import file
from comptoir.records.firms.queries import Seat
from comptoir.web import doors, talk_writing
from comptoir.web.client.context import frame as client_frame
from comptoir.web.firm.context import frame as firm_frame
from comptoir.web.refusals import refused
from comptoir.web.talk_writing import REFUSALS

VIEWS = {"": "Toutes", "a-traiter": "À traiter", "en-attente": "Reportées"}
"""What the firm may look at of a dossier's conversations."""
ASKED = {
    Transaction: "Bonjour, pouvez-vous nous dire à quoi correspond ce mouvement ?",
    Document: "Bonjour, pouvez-vous nous dire à quoi se rapporte cette pièce ?",
}
"""How a question about a thing begins."""


@doors.signed_in
@require_GET
def screen(request: HttpRequest, side: str, company_id: UUID) -> HttpResponse:
    """The conversations, the latest first, or the messages that hold the words asked for; htmx asks for the list alone."""
    seat = doors.talks(request, side, company_id)
    context = _frame(seat, side) | _listed(request, seat)
    page = "components/talk_list.html" if request.htmx else f"{side}/talks.html"  # type: ignore[attr-defined]
    return render(request, page, context)


@doors.signed_in
@require_GET
def badge(request: HttpRequest, side: str, company_id: UUID) -> HttpResponse:
    """The count alone, for the bars."""
    seat = doors.talks(request, side, company_id)
    count = conversations.count_waiting(seat, timezone.localdate())
    context = {"company": seat.company, "side": side, "messages_count": count}
    return render(request, "components/talk_badge.html", context)


@doors.signed_in
@require_http_methods(["GET", "POST"])
def conversation(request: HttpRequest, side: str, company_id: UUID, conversation_id: UUID) -> HttpResponse:
    """One conversation; a POST writes in it."""
    if request.method != "POST":
        seat, row = doors.conversation(request, side, company_id, conversation_id)
        return _read(request, seat, row, side)
    seat, row = doors.conversation_to_write(request, side, company_id, conversation_id)
    try:
        written = talk_writing.written(request, seat)
        pipeline.talking.write(
            conversation=row, written=written, by=seat.person, at=timezone.now(), is_from_firm=seat.is_firm
        )
    except REFUSALS as refusal:
        return refused(request, str(refusal), _page, seat, row, side)
    return redirect(f"{side}_conversation", company_id, conversation_id)


def _read(request: HttpRequest, seat: Seat, row: Conversation, side: str) -> HttpResponse:
    """A page that is opened is read; what comes while it stays open says itself when it is seen. Who looks with another's
    eyes leaves no mark."""
    if request.htmx:  # type: ignore[attr-defined]
        context = {"seat": seat, "company": seat.company, "side": side, "talk": row} | _thread(request, seat, row)
        part = "older" if request.GET.get("avant") else "thread"
        return render(request, f"components/talk_thread.html#{part}", context)
    if seat.viewer is None:
        pipeline.talking.read(conversation=row, by=seat.person, rank=row.count)
    return _page(request, seat, row, side)


def _page(request: HttpRequest, seat: Seat, row: Conversation, side: str) -> HttpResponse:
    today = timezone.localdate()
    context = _frame(seat, side) | _listed(request, seat) | _thread(request, seat, row)
    quick = {"quick": _quick(seat, context["thread"])}
    context |= {
        "talk": row,
        "address": reverse(f"{side}_conversation", args=[seat.company.pk, row.pk]),
        "may_write": conversations.may_write(seat, row),
        "parts": conversations.participants(row),
        "own_part": conversations.part_of(row, seat.person),
        "others": conversations.choosable(seat, today),
        "today": today,
        "composer": _composer(request, seat, row) | quick,
    }
    return render(request, f"{side}/talk.html", context)


@doors.signed_in
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, side: str, company_id: UUID) -> HttpResponse:
    """Begin a conversation; about a thing that has one already, one goes on there."""
    seat = doors.talks(request, side, company_id, *talk_writing.BEGIN)
    if request.method != "POST":
        things = doors.mentioned(seat, request.GET.getlist("sur"))
        there = talk_writing.about(seat, things)
        if there is not None:
            address = reverse(f"{side}_conversation", args=[company_id, there.pk])
            return redirect(f"{address}?{request.GET.urlencode()}#composer")
        return _new(request, seat, side)
    try:
        message = talk_writing.begin(request, seat)
    except REFUSALS as refusal:
        return refused(request, str(refusal), _new, seat, side)
    return redirect(f"{side}_conversation", company_id, message.conversation_id)


def _new(request: HttpRequest, seat: Seat, side: str) -> HttpResponse:
    kinds = begins(seat.may, is_firm=seat.is_firm)
    context = _frame(seat, side) | _listed(request, seat) | {
        "address": reverse(f"{side}_new_talk", args=[seat.company.pk]),
        "kinds": kinds,
        "chosen_kind": request.POST.get("kind") or kinds[0].value,
        "chosen_people": request.POST.getlist("person"),
        "others": conversations.choosable(seat, timezone.localdate()),
        "composer": _composer(request, seat, None),
        "longest_subject": LONGEST_SUBJECT,
    }  # fmt: skip
    return render(request, f"{side}/new_talk.html", context)


def _frame(seat: Seat, side: str) -> dict[str, Any]:
    own = client_frame(seat, "messages") if side == doors.CLIENT else firm_frame(seat, "messages")
    return own | {
        "interlocutors": file.interlocutors(seat.company, timezone.localdate()),
        "may_begin": bool(begins(seat.may, is_firm=seat.is_firm)) and seat.viewer is None,
    }


def _listed(request: HttpRequest, seat: Seat) -> dict[str, Any]:
    """The list as the address asks it."""
    words, after = request.GET.get("q", "").strip()[:100], keyset.moment_key(request.GET.get("apres", ""))
    asked = {"q": words, "here": request.path, "talk_views": VIEWS, "view": "", "after": after}
    if words:
        return asked | {"found": conversations.search(seat, words, after=after), "next_after": ""}
    rows, today = conversations.visible(seat), timezone.localdate()
    view = request.GET.get("voir", "") if seat.is_firm and request.GET.get("voir") in VIEWS else ""
    narrowed = {"a-traiter": conversations.to_treat, "en-attente": conversations.put_off}
    rows = narrowed[view](rows, today) if view in narrowed else rows
    return asked | {"page": conversations.listed(rows, seat.person, after=after), "view": view}


def _thread(request: HttpRequest, seat: Seat, row: Conversation) -> dict[str, Any]:
    """A part of the conversation, and the cards of what it mentions."""
    part = conversations.thread(
        row,
        before=_rank(request.GET.get("avant", "")),
        since=_rank(request.GET.get("depuis", "")),
        around=_rank(request.GET.get("autour", "")),
    )
    mentions: list[Mention] = [mention for message in part.messages for mention in message.mentions.all()]
    found = cards.of_mentions(seat, mentions)
    lines = [(message, [found[mention.pk] for mention in message.mentions.all()]) for message in part.messages]
    return {"thread": part, "lines": lines}


def _composer(request: HttpRequest, seat: Seat, row: Conversation | None) -> dict[str, Any]:
    """What is in the writing field: what was refused just now, else the draft, else what the address is about."""
    is_typed = request.method == "POST"
    draft = None if is_typed or seat.viewer else conversations.draft(seat.company, seat.person, row)
    things = doors.mentioned(seat, request.POST.getlist("mention") if is_typed else request.GET.getlist("sur"))
    key = request.POST.get("key", "")[:64] if is_typed else draft.key if draft else ""
    return {
        "key": key or str(uuid4()),
        "html": talk_writing.typed(request) if is_typed else draft.html if draft else _first_words(seat, things),
        "subject": request.POST.get("subject", "") if is_typed else _subject(draft, things),
        "cards": list(cards.of_things(seat, things).values()),
        "files": conversations.waiting_attachments(seat.company, seat.person, key),
        "is_draft": draft is not None,
    }


def _first_words(seat: Seat, things: list[Thing]) -> str:
    """What the firm usually asks about a movement or a piece, ready to be sent; the card beside it says which."""
    asked = next((words for thing in things for kind, words in ASKED.items() if isinstance(thing, kind)), "")
    return rich_text.from_plain(asked) if seat.is_firm else ""


def _quick(seat: Seat, part: conversations.Thread) -> tuple[str, ...]:
    """Short answers for the client, where the firm had the last word."""
    if seat.is_firm or part.later or not part.messages or not part.messages[-1].is_from_firm:
        return ()
    return quick_reply.replies(part.messages[-1].text)


def _subject(draft: Draft | None, things: list[Thing]) -> str:
    if things:
        return pipeline.talking.subject_of(things[0])
    return draft.subject if draft else ""


def _rank(written: str) -> int | None:
    return int(written) if written.isascii() and written.isdecimal() and 0 < len(written) < 9 else None
