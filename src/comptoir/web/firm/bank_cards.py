"""Which accounts of a dossier are cards with deferred debit, and which current account pays each."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from comptoir import pipeline
from comptoir.domain.limits import plain
from comptoir.domain.rights import Act
from comptoir.records.banking import queries as bank
from comptoir.records.banking.cards import NotACard
from comptoir.records.banking.models import BankAccount
from comptoir.records.firms.models import Company
from comptoir.web import doors
from comptoir.web.firm import bank as bank_page
from comptoir.web.refusals import refused

NEW = "nouveau"


@doors.signed_in
@require_POST
def say(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """Say that an account, or a new one, is a card that a current account pays later."""
    seat = doors.dossier(request, company_id, Act.MANAGE_BANK)
    name = plain(request.POST.get("name", ""), 80)
    digits = "".join(sign for sign in request.POST.get("digits", "") if sign.isdigit())[-4:]
    try:
        pays = _account(seat.company, request.POST.get("pays", ""))
        chosen = request.POST.get("card", NEW)
        known = None if chosen == NEW else _account(seat.company, chosen)
        card = pipeline.say_card(
            company=seat.company,
            card=known,
            name=name,
            digits=digits,
            pays=pays,
            by=seat.person,
            at=timezone.now(),
        )
    except NotACard as refusal:
        return refused(request, str(refusal), bank_page.page, seat)
    messages.success(
        request, f"« {card.name} », suivie en {card.ledger_account}, est débitée sur {pays.ledger_account}."
    )
    return redirect("firm_bank", company_id)


@doors.signed_in
@require_POST
def end(request: HttpRequest, company_id: UUID, account_id: UUID) -> HttpResponse:
    """An account is no card with deferred debit any more."""
    seat, card = doors.bank_account(request, company_id, account_id, Act.MANAGE_BANK)
    pipeline.end_card(card=card, by=seat.person, at=timezone.now())
    messages.success(request, f"« {card.name} » n’est plus une carte à débit différé ; ses écritures restent.")
    return redirect("firm_bank", company_id)


def _account(company: Company, chosen: str) -> BankAccount:
    try:
        found = bank.account(company, UUID(chosen))
    except ValueError:
        found = None
    if found is None:
        raise NotACard("Choisissez la carte et le compte courant qui la paie.")
    return found
