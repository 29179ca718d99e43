"""The client answers instead of attaching: in words, by declaring that there is no document, or to a question."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from comptoir import pipeline
from comptoir.domain.limits import plain
from comptoir.domain.missing import Reason
from comptoir.domain.rights import Act
from comptoir.records.missing.answering import AlreadyClosed, AlreadyDecided, NothingSaid, WordsWanted
from comptoir.web import doors
from comptoir.web.client.missing import lines, said_no


@doors.signed_in_or_passed
@require_POST
def answer(request: HttpRequest, company_id: UUID, transaction_id: UUID) -> HttpResponse:
    """Words, or *pas de justificatif* with its reason: the line waits for the firm from now on."""
    seat, transaction = doors.transaction(request, company_id, transaction_id, Act.JUSTIFY)
    chosen = request.POST.get("reason", "")
    reason = Reason(chosen) if chosen in set(Reason) else None
    text = plain(request.POST.get("text", ""), 500)
    try:
        pipeline.answer_missing(
            transaction=transaction, reason=reason, text=text, by=seat.person, at=timezone.now()
        )
    except (NothingSaid, WordsWanted) as refusal:
        return said_no(request, seat, str(refusal))
    return lines(request, seat)


@doors.signed_in_or_passed
@require_POST
def withdraw(request: HttpRequest, company_id: UUID, transaction_id: UUID) -> HttpResponse:
    """Undo an answer: the document is missing again."""
    seat, transaction = doors.transaction(request, company_id, transaction_id, Act.JUSTIFY)
    try:
        pipeline.withdraw_answer(transaction=transaction, by=seat.person, at=timezone.now())
    except AlreadyDecided as refusal:
        return said_no(request, seat, str(refusal))
    return lines(request, seat)


@doors.signed_in_or_passed
@require_POST
def reply(request: HttpRequest, company_id: UUID, question_id: UUID) -> HttpResponse:
    """Answer a question of the firm's."""
    seat, question = doors.asked_question(request, company_id, question_id)
    try:
        text = plain(request.POST.get("text", "").strip() or request.POST.get("quick", ""), 1000)
        pipeline.answer_question(question=question, text=text, by=seat.person, at=timezone.now())
    except (AlreadyClosed, NothingSaid) as refusal:
        return said_no(request, seat, str(refusal))
    return lines(request, seat)
