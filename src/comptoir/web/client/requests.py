"""What the firm asks the client for: answer by a file, in words, or by saying that there is no such document."""

from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from comptoir import pipeline, readers
from comptoir.domain.folder import LARGEST
from comptoir.domain.limits import plain
from comptoir.domain.request import LONGEST_WORDS, Kind
from comptoir.domain.rights import Act
from comptoir.records.firms.queries import Seat
from comptoir.records.requests import queries as requests
from comptoir.records.requests.actions import AlreadyAccepted, AlreadyDecided, Closed, WordsWanted
from comptoir.records.requests.models import DocumentRequest, RequestedItem
from comptoir.web import doors, uploads
from comptoir.web.client.context import frame
from comptoir.web.refusals import refused
from comptoir.web.uploads import NoFile, TooHeavy

REFUSALS = (Closed, AlreadyAccepted, AlreadyDecided, WordsWanted)


class NotAllTaken(Exception):
    """Un fichier n’a pas été pris ; les autres sont déposés."""


@doors.signed_in_or_passed
@require_GET
def screen(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """Every request that stands, each with its documents; those that are over, by title."""
    return _page(request, doors.company(request, company_id, Act.SEE_REQUESTS))


@doors.signed_in_or_passed
@require_GET
def badge(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """The count alone, for the bars."""
    seat = doors.company(request, company_id, Act.SEE_REQUESTS)
    count = requests.count_open(seat.company, requests.visible_to(seat.role))
    return render(request, "client/requests.html#badge", {"company": seat.company, "requests_count": count})


@doors.signed_in_or_passed
@require_GET
def one(request: HttpRequest, company_id: UUID, request_id: UUID) -> HttpResponse:
    """One request, also when it is closed: what was asked, answered and accepted."""
    seat, found = doors.request_received(request, company_id, request_id)
    return _page(request, seat, found)


@doors.signed_in_or_passed
@require_POST
def give(request: HttpRequest, company_id: UUID, item_id: UUID) -> HttpResponse:
    """Files for one document: each lands in the folder that the firm named."""
    seat, item = doors.requested(request, company_id, item_id)
    try:
        _given(request, seat, item)
    except (NoFile, NotAllTaken) as refusal:
        return _no(request, seat, str(refusal))
    return _done(request, seat)


@doors.signed_in_or_passed
@require_POST
def answer(request: HttpRequest, company_id: UUID, item_id: UUID) -> HttpResponse:
    """Words instead of a file, or that the document does not exist here."""
    seat, item = doors.requested(request, company_id, item_id)
    kind = Kind.NOT_APPLICABLE if request.POST.get("sans_objet") else Kind.WORDS
    words = plain(request.POST.get("words", ""), LONGEST_WORDS)
    try:
        pipeline.answer_request(item=item, kind=kind, words=words, by=seat.person, at=timezone.now())
    except REFUSALS as refusal:
        return _no(request, seat, str(refusal))
    return _done(request, seat)


@doors.signed_in_or_passed
@require_POST
def take_back(request: HttpRequest, company_id: UUID, answer_id: UUID) -> HttpResponse:
    """Change one’s mind, as long as the firm has not decided."""
    seat, given = doors.given_answer(request, company_id, answer_id)
    try:
        pipeline.take_back_answer(answer=given, by=seat.person, at=timezone.now())
    except REFUSALS as refusal:
        return _no(request, seat, str(refusal))
    return _done(request, seat)


def _given(request: HttpRequest, seat: Seat, item: RequestedItem) -> None:
    """Each file on its own: one that is refused keeps no other out."""
    refusals, taken = [], 0
    for file in uploads.several(request):
        try:
            _take(file, seat, item)
            taken += 1
        except (TooHeavy, *REFUSALS) as refusal:
            refusals.append(str(refusal))
        except readers.NotReadable as refusal:
            refusals.append(f"« {file.name} » : {refusal}")
    if refusals:
        raise NotAllTaken(" ".join([*refusals, "Les autres sont déposés." if taken else ""]).strip())


def _take(file: "UploadedFile[bytes]", seat: Seat, item: RequestedItem) -> None:
    content = uploads.content(file, LARGEST)
    name = file.name or "sans nom"
    pipeline.answer_by_file(item=item, content=content, filename=name, by=seat.person, at=timezone.now())


def _done(request: HttpRequest, seat: Seat) -> HttpResponse:
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("client_requests", seat.company.pk)
    return _page(request, seat)


def _no(request: HttpRequest, seat: Seat, sentence: str) -> HttpResponse:
    """A refusal where the person is: on the line for htmx, else on the page."""
    if not request.htmx:  # type: ignore[attr-defined]
        return refused(request, sentence, _page, seat)
    return render(request, "client/missing.html#refused", {"sentence": sentence}, status=422)


def _page(request: HttpRequest, seat: Seat, only: DocumentRequest | None = None) -> HttpResponse:
    visible, today = requests.visible_to(seat.role), timezone.localdate()
    rows = requests.listed(seat.company, visible, today)
    shown = [only] if only else [row.request for row in rows if row.request.ended_at is None]
    context = frame(seat, "requests") | {
        "sheets": [requests.sheet(row, visible, today) for row in shown],
        "ended": [] if only else [row for row in rows if row.request.ended_at is not None],
        "only": only,
        "today": today,
        "may_answer": seat.may(Act.ANSWER_REQUESTS) and not seat.viewer,
        "may_see_files": seat.may(Act.SEE_FOLDERS),
    }
    if only:
        context["address"] = reverse("client_request", args=[seat.company.pk, only.pk])
    page = "client/requests.html#list" if request.htmx else "client/requests.html"  # type: ignore[attr-defined]
    return render(request, page, context)
