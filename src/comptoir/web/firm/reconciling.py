"""The state of reconciliation of a bank account, on a day that a statement proves."""

from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from comptoir.domain.rights import Act
from comptoir.records.ledger import reconciling
from comptoir.web import doors
from comptoir.web.firm.context import frame


@doors.signed_in
@require_GET
def screen(request: HttpRequest, company_id: UUID, account_id: UUID) -> HttpResponse:
    """The bank's balance, the books', and each line that lies between."""
    seat, account = doors.bank_account(request, company_id, account_id, Act.SEE_BOOKS)
    days = reconciling.days(account)
    chosen = _day(request.GET.get("au", ""), days)
    context = frame(seat, "bank") | {
        "account": account,
        "days": days,
        "state": reconciling.state(account, chosen) if chosen else None,
    }
    return render(request, "firm/reconciling.html", context)


def _day(written: str, days: list[date]) -> date | None:
    """The day asked for where a statement proves it, else the last that one proves."""
    asked = next((day for day in days if day.isoformat() == written), None)
    return asked or (days[0] if days else None)
