"""Handing one file in, from the client's page or the firm's: the same answers on both sides."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone

from comptoir import pipeline, readers
from comptoir.domain.rights import Act
from comptoir.lib.english.catalog import told
from comptoir.records.deposits.actions import AlreadyHandedIn
from comptoir.records.firms.queries import Seat
from comptoir.web import doors
from comptoir.web.refusals import refused
from comptoir.web.uploads import NoFile, TooHeavy, upload

Page = Callable[[HttpRequest, Seat], HttpResponse]


def deposit(request: HttpRequest, seat: Seat, page: Page, address: str) -> HttpResponse:
    """Hand one file in: 201 when it is safe; 4xx with a French sentence when it is refused.

    `page` is shown again with a refusal, `address` names it for what is received.
    """
    try:
        content, filename = upload(request)
        document = pipeline.hand_in(
            company=seat.company,
            content=content,
            filename=filename,
            by=seat.person,
            at=timezone.now(),
            sees_all=seat.may(Act.SEE_DOCUMENTS),
            purpose=_purpose(request),
            paid_by=doors.payer(seat, request.POST.get("paid_by", "")),
        )
    except (NoFile, TooHeavy, readers.NotReadable) as refusal:
        return _no(request, seat, page, str(refusal), status=422)
    except AlreadyHandedIn as twin:
        return _no(request, seat, page, str(twin), status=409, document_id=twin.document.pk)
    sentence = f"« {document.filename} » est reçu."
    if _is_script(request):
        return JsonResponse(told({"sentence": sentence, "document": str(document.pk)}), status=201)
    messages.success(request, sentence)
    return redirect(address, seat.company.pk)


def _no(
    request: HttpRequest, seat: Seat, page: Page, sentence: str, *, status: int, document_id: UUID | None = None
) -> HttpResponse:
    """JSON for the page's script; without a script, the page again with the sentence on top."""
    if _is_script(request):
        said = {"sentence": sentence, "document": str(document_id) if document_id else None}
        return JsonResponse(told(said), status=status)
    answer = refused(request, sentence, page, seat)
    answer.status_code = status
    return answer


def _is_script(request: HttpRequest) -> bool:
    return request.headers.get("accept", "").startswith("application/json")


def _purpose(request: HttpRequest) -> str:
    chosen = request.POST.get("purpose", "")
    return chosen if chosen in ("achat", "vente", "ndf", "admin") else ""
