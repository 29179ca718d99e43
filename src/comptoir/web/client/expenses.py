"""Notes de frais: what each person advanced, month by month, and how much of it was paid back."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from comptoir.domain.rights import Act
from comptoir.records.firms.queries import Seat
from comptoir.records.matching import queries as matches
from comptoir.web import doors
from comptoir.web.client.context import frame, only_by
from comptoir.web.depositing import deposit


@doors.signed_in
@require_http_methods(["GET", "POST"])
def screen(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """The reports; a POST hands a receipt in, for whom it says."""
    seat = doors.company(request, company_id, Act.DEPOSIT)
    if request.method == "POST":
        return deposit(request, seat, _page, "client_expenses")
    return _page(request, seat)


def _page(request: HttpRequest, seat: Seat) -> HttpResponse:
    context = frame(seat, "expenses") | {
        "tab": "documents",
        "reports": matches.expense_reports(seat.company, only_by=only_by(seat)),
        "payers": doors.payers(seat),
    }
    return render(request, "client/expenses.html", context)
