"""The mandate of each bank account of a dossier: printed, and what became of it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from comptoir import pipeline
from comptoir.domain.bank_mandate import State
from comptoir.domain.rights import Act
from comptoir.gateways.bank.ebics import mandate_paper
from comptoir.records.ebics.actions import NotSayable
from comptoir.web import doors


@doors.signed_in
@require_POST
def say(request: HttpRequest, company_id: UUID, account_id: UUID) -> HttpResponse:
    """Say what became of the mandate of an account."""
    seat, account = doors.bank_account(request, company_id, account_id, Act.MANAGE_BANK)
    said = request.POST.get("state", "")
    try:
        if said not in set(State):
            raise NotSayable(NotSayable.__doc__)
        pipeline.sorting.say_bank_mandate(account=account, state=State(said), by=seat.person, at=timezone.now())
    except NotSayable as refusal:
        messages.error(request, str(refusal))
        return redirect("firm_bank", company_id)
    messages.success(request, f"Mandat EBICS de « {account.name} » : {State(said).french.lower()}.")
    return redirect("firm_bank", company_id)


@doors.signed_in
@require_GET
def paper(request: HttpRequest, company_id: UUID, account_id: UUID) -> HttpResponse:
    """The mandate, to be signed by the client."""
    seat, account = doors.bank_account(request, company_id, account_id, Act.MANAGE_BANK)
    company = seat.company
    content = mandate_paper.written(
        holder=company.name, siren=company.siren, account=account.name, iban=account.iban or account.number,
        firm=company.firm.name, on=timezone.localdate(),
    )  # fmt: skip
    headers = {"Content-Disposition": f'inline; filename="mandat-ebics-{account.ledger_account}.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)
