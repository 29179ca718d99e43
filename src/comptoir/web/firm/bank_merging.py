"""The assistant that merges books already kept with the bank's movements: seen first, done in one act, taken back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from comptoir import pipeline
from comptoir.domain.rights import Act
from comptoir.records.banking.models import BankAccount
from comptoir.records.firms.queries import Seat
from comptoir.records.ledger import merging
from comptoir.records.ledger.merging import NotMergeable, NotUndoable
from comptoir.web import doors
from comptoir.web.firm.context import frame
from comptoir.web.refusals import refused

SHOWN = 300
"""How many lines of each list a page shows; the figures and the act are of all of them."""


@doors.signed_in
@require_http_methods(["GET", "POST"])
def screen(request: HttpRequest, company_id: UUID, account_id: UUID) -> HttpResponse:
    """What is one on both sides, what only one knows, and whether they agree; a POST merges what was seen."""
    seat, account = doors.bank_account(request, company_id, account_id, Act.POST)
    if request.method == "GET" or "look" in request.POST:
        return _page(request, seat, account)
    try:
        made = pipeline.merge_books(
            account=account,
            apart=_ticked(request, "apart"),
            underway=_ticked(request, "underway"),
            seen=request.POST.get("seen", ""),
            by=seat.person,
            at=timezone.now(),
        )
    except NotMergeable as refusal:
        return refused(request, str(refusal), _page, seat, account)
    lines = "1 ligne gardée" if made.pairs == 1 else f"{made.pairs} lignes gardées"
    messages.success(
        request, f"{account.ledger_account} : {lines}, rien n’est en double jusqu’au {made.until:%d/%m/%Y}."
    )
    return redirect("firm_bank_merging", company_id, account_id)


@doors.signed_in
@require_POST
def undo(request: HttpRequest, company_id: UUID, merge_id: UUID) -> HttpResponse:
    """Take a merge back, as long as nothing was validated on the account since."""
    seat, made = doors.merge(request, company_id, merge_id, Act.POST)
    try:
        pipeline.undo_merge(merge=made, by=seat.person, at=timezone.now())
    except NotUndoable as refusal:
        return refused(request, str(refusal), _page, seat, made.account)
    messages.success(request, "La fusion est défaite : chaque mouvement a de nouveau son écriture.")
    return redirect("firm_bank_merging", company_id, made.account_id)


def _page(request: HttpRequest, seat: Seat, account: BankAccount) -> HttpResponse:
    plan = merging.plan(account, apart=_ticked(request, "apart"), underway=_ticked(request, "underway"))
    context = frame(seat, "bank") | {
        "account": account,
        "plan": plan,
        "shown": SHOWN,
        "unsure": plan.unsure[:SHOWN] if plan else [],
        "sure": plan.sure[:SHOWN] if plan else [],
        "alone": plan.merger.alone[:SHOWN] if plan else [],
        "unbooked": plan.merger.unbooked[:SHOWN] if plan else [],
        "merges": merging.merges(account),
    }
    return render(request, "firm/bank_merging.html", context)


def _ticked(request: HttpRequest, name: str) -> frozenset[str]:
    return frozenset(request.POST.getlist(name)[:5000])
