"""Lettrage: payments on one side, invoices and credit notes on the other, and what the machine thinks of."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from comptoir import pipeline
from comptoir.domain.lettrage import propose
from comptoir.domain.rights import Act
from comptoir.records.firms.queries import Seat
from comptoir.records.ledger import queries as books
from comptoir.records.ledger.lettrage import NotLetterable
from comptoir.records.ledger.models import Lettrage
from comptoir.web import doors
from comptoir.web.firm.context import frame
from comptoir.web.refusals import refused

MOST_LINES = 400
"""How many lines the two columns hold at once; beyond, the page asks for an account or a name."""


@doors.signed_in
@require_GET
def screen(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """What waits for its letter, or the letters given."""
    return _page(request, doors.dossier(request, company_id, Act.SEE_BOOKS), request.GET.get("compte", ""))


def _page(request: HttpRequest, seat: Seat, account: str) -> HttpResponse:
    words = request.GET.get("cherche", "").strip()
    is_given = request.GET.get("etape") == "lettrees"
    accounts = books.open_accounts(seat.company, timezone.localdate().year)
    lines = [] if is_given else books.open_lines(seat.company, account, words, MOST_LINES)
    context = frame(seat, "lettering") | {
        "account": account,
        "words": words,
        "is_given": is_given,
        "accounts": accounts,
        "waiting": sum(one.count for one in accounts),
        "given": books.count_lettrages(seat.company),
        "is_cut": len(lines) == MOST_LINES,
        "sides": (
            ("Règlements", [line for line in lines if line.is_payment]),
            ("Factures et avoirs", [line for line in lines if not line.is_payment]),
        ),
        "proposals": propose(lines),
        "lettrages": books.lettrages(seat.company, account, 100 if is_given else 1),
    }
    return render(request, "firm/lettering.html", context)


@doors.signed_in
@require_POST
def letter(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """Letter the ticked lines together, or each of the proposals sent; all of them or none."""
    seat = doors.dossier(request, company_id, Act.LETTER)
    account = request.POST.get("compte", "")
    groups = [group.split(",") for group in request.POST.getlist("group")] or [request.POST.getlist("line")]
    try:
        with transaction.atomic():
            made = [_letter(seat, group) for group in groups]
    except NotLetterable as refusal:
        return refused(request, str(refusal), _page, seat, account)
    except ValueError:
        return refused(request, "Cochez les lignes à lettrer ensemble.", _page, seat, account)
    messages.success(request, f"Lettré en {', '.join(one.code for one in made)}.")
    return _back(request, company_id)


@doors.signed_in
@require_POST
def unletter(request: HttpRequest, company_id: UUID, lettrage_id: UUID) -> HttpResponse:
    """Take a letter back."""
    seat, made = doors.lettrage(request, company_id, lettrage_id, Act.LETTER)
    pipeline.unletter(made=made, by=seat.person, at=timezone.now())
    messages.success(request, f"La lettre {made.code} est retirée.")
    return _back(request, company_id)


def _letter(seat: Seat, keys: Sequence[str]) -> Lettrage:
    chosen = books.lines_by_id(seat.company, [UUID(key) for key in keys])
    if not chosen:
        raise ValueError
    return pipeline.letter(lines=chosen, by=seat.person, at=timezone.now())


def _back(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """The same account as before."""
    answer = redirect("firm_lettering", company_id)
    if (account := request.POST.get("compte", "")).isdigit():
        answer["Location"] += f"?compte={account}"
    return answer
