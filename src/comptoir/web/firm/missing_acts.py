"""What the firm does on a line of the missing documents: accept, refuse, ask, ask no more."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from comptoir import pipeline
from comptoir.domain import chart
from comptoir.domain.limits import plain
from comptoir.domain.missing import Status
from comptoir.domain.rights import Act
from comptoir.records.firms.queries import Seat
from comptoir.records.ledger.actions import AlreadyValidated
from comptoir.records.ledger.bank import NotAssignable
from comptoir.records.missing.answering import AlreadyClosed, NotDecidable, ReasonWanted
from comptoir.records.missing.asking import NothingToFollow
from comptoir.web import doors
from comptoir.web.firm.missing import page
from comptoir.web.refusals import refused


@doors.signed_in
@require_POST
def accept(request: HttpRequest, company_id: UUID, transaction_id: UUID) -> HttpResponse:
    """Accept a movement as it is, on an account of the firm's choice."""
    seat, transaction = doors.transaction_to_decide(request, company_id, transaction_id, Act.DECIDE_MISSING)
    account = chart.padded(plain(request.POST.get("account", ""), 12))
    if account and not chart.is_account(account):
        return refused(request, chart.refusal(account), page, seat)
    said: dict[str, Any] = {"account": account, "reason": plain(request.POST.get("reason", ""), 300)}
    try:
        pipeline.accept_missing(transaction=transaction, by=seat.person, at=timezone.now(), **said)
    except (pipeline.AccountWanted, NotAssignable, AlreadyValidated) as refusal:
        return refused(request, str(refusal), page, seat)
    messages.success(request, f"« {transaction.payee} » est acceptée sans pièce.")
    return _back(request, seat)


@doors.signed_in
@require_POST
def take_back(request: HttpRequest, company_id: UUID, transaction_id: UUID) -> HttpResponse:
    """Go back on an acceptance, and hear where its line is now."""
    seat, transaction = doors.transaction_to_decide(request, company_id, transaction_id, Act.DECIDE_MISSING)
    try:
        status = pipeline.take_back_acceptance(transaction=transaction, by=seat.person, at=timezone.now())
    except (NotAssignable, AlreadyValidated) as refusal:
        return refused(request, str(refusal), page, seat)
    if status is None:
        messages.success(
            request, f"« {transaction.payee} » n’est plus acceptée ; rien n’est demandé sur son compte."
        )
    elif status is Status.JUSTIFIED:
        messages.success(request, f"« {transaction.payee} » n’est plus acceptée ; elle reste justifiée autrement.")
    else:
        messages.success(
            request, f"« {transaction.payee} » n’est plus acceptée : elle est de nouveau sur la liste."
        )
    return _back(request, seat)


@doors.signed_in
@require_POST
def refuse(request: HttpRequest, company_id: UUID, transaction_id: UUID) -> HttpResponse:
    """Refuse what the client gave: they read why, and the document is missing again."""
    seat, transaction = doors.transaction_to_decide(request, company_id, transaction_id, Act.DECIDE_MISSING)
    reason = plain(request.POST.get("reason", ""), 300)
    try:
        pipeline.refuse_missing(transaction=transaction, reason=reason, by=seat.person, at=timezone.now())
    except (ReasonWanted, NotDecidable) as refusal:
        return refused(request, str(refusal), page, seat)
    messages.success(request, f"« {transaction.payee} » est de nouveau à justifier ; le client lira votre raison.")
    return _back(request, seat)


@doors.signed_in
@require_POST
def waive(request: HttpRequest, company_id: UUID, transaction_id: UUID) -> HttpResponse:
    """Ask no more of this movement's third party, or of its label."""
    seat, transaction = doors.transaction_to_decide(request, company_id, transaction_id, Act.DECIDE_MISSING)
    try:
        row = pipeline.waive(
            transaction=transaction,
            whole_party=request.POST.get("of") != "label",
            reason=plain(request.POST.get("reason", ""), 300),
            by=seat.person,
            at=timezone.now(),
        )
    except NothingToFollow as refusal:
        return refused(request, str(refusal), page, seat)
    messages.success(request, f"Plus rien n’est demandé pour « {row.name} ». Les réglages permettent d’y revenir.")
    return _back(request, seat)


@doors.signed_in
@require_POST
def ask(request: HttpRequest, company_id: UUID, transaction_id: UUID) -> HttpResponse:
    """Put a question on a transaction."""
    seat, transaction = doors.transaction_to_decide(request, company_id, transaction_id, Act.ASK_CLIENT)
    return _ask(request, seat, transaction=transaction)


@doors.signed_in
@require_POST
def ask_about_piece(request: HttpRequest, company_id: UUID, document_id: UUID) -> HttpResponse:
    """Put a question on a piece."""
    seat, document = doors.document_to_review(request, company_id, document_id, Act.ASK_CLIENT)
    return _ask(request, seat, document=document)


@doors.signed_in
@require_POST
def close(request: HttpRequest, company_id: UUID, question_id: UUID) -> HttpResponse:
    """The answer is enough, or nothing more is asked."""
    seat, question = doors.question_to_close(request, company_id, question_id)
    try:
        pipeline.close_question(question=question, by=seat.person, at=timezone.now())
    except AlreadyClosed as refusal:
        return refused(request, str(refusal), page, seat)
    return _back(request, seat)


def _ask(request: HttpRequest, seat: Seat, **about: Any) -> HttpResponse:
    text = plain(request.POST.get("text", ""), 500)
    if not text:
        return refused(request, "Écrivez votre question.", page, seat)
    pipeline.ask_client(company=seat.company, text=text, by=seat.person, at=timezone.now(), **about)
    messages.success(request, "Votre question est sur la liste du client.")
    return _back(request, seat)


def _back(request: HttpRequest, seat: Seat) -> HttpResponse:
    back = request.POST.get("back", "")
    if url_has_allowed_host_and_scheme(back, None):
        return redirect(back)
    return redirect("firm_missing", seat.company.pk)
