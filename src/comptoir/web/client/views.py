"""The client's space: home, pieces, more."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comptoir.domain.rights import Act
from comptoir.records.banking import queries as bank
from comptoir.records.connections import queries as connected
from comptoir.records.deposits import queries as documents_of
from comptoir.records.einvoices import queries as einvoices
from comptoir.records.firms import file
from comptoir.records.firms.queries import Seat
from comptoir.records.folders import queries as folders
from comptoir.records.ledger import pieces
from comptoir.records.matching import queries as matches
from comptoir.records.missing import queries as missing
from comptoir.records.readings import queries as readings
from comptoir.records.requests import queries as requests
from comptoir.web import doors, files
from comptoir.web.client import welcome
from comptoir.web.client.context import frame, only_by
from comptoir.web.depositing import deposit
from comptoir.web.piece_list import listed

LONGEST_TEXT = 20_000
"""What a page shows of what was read: the rest is in the file."""


QUESTIONS = 2
"""How many of the firm's questions the home shows whole."""


@doors.signed_in
@require_GET
def home(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """What to do now: what the firm asks, what is missing, the bank to identify at; then what became of the last
    deposits (the folders, for who only reads), and the bank's balances."""
    seat = doors.company(request, company_id, Act.SEE_OWN_DOCUMENTS, Act.SEE_BANK)
    context = frame(seat, "home")
    context |= {
        "today": timezone.localdate(),
        "missing": _missing(seat) if context["shows_missing"] else None,
        "pressing": _pressing(seat) if context["requests_count"] else None,
        "questions": missing.unanswered(seat.company, most=QUESTIONS + 1) if context["shows_missing"] else [],
        "cut_off": seat.may(Act.CONNECT_BANK) and connected.waiting_banks(seat.company, timezone.localdate()),
        "latest": pieces.latest(seat.company, only_by=only_by(seat)) if context["shows_pieces"] else [],
        "balances": connected.told(seat.company, bank.balances(seat.company)) if context["shows_bank"] else [],
        "shelves": [] if context["shows_pieces"] else folders.shelves(seat.company, doors.viewer(seat)),
        "interlocutors": file.interlocutors(seat.company, timezone.localdate()),
        "to_start": welcome.open_steps(seat),
    }
    return render(request, "client/home.html", context)


@doors.signed_in
@require_http_methods(["GET", "POST"])
def documents(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """The list of pieces; a POST hands one in."""
    if request.method == "POST":
        seat = doors.company(request, company_id, Act.DEPOSIT)
        return deposit(request, seat, _list, "client_documents")
    return _list(request, doors.company(request, company_id, Act.SEE_DOCUMENTS, Act.SEE_OWN_DOCUMENTS))


def _list(request: HttpRequest, seat: Seat) -> HttpResponse:
    context = frame(seat, "documents") | listed(request, seat, only_by=only_by(seat))
    page = "client/documents.html#list" if request.htmx else "client/documents.html"  # type: ignore[attr-defined]
    return render(request, page, context)


@doors.signed_in
@require_GET
def document(request: HttpRequest, company_id: UUID, document_id: UUID) -> HttpResponse:
    """One piece: its pages, what was read, what became of it."""
    seat, row = doors.document(request, company_id, document_id)
    context = frame(seat, "documents") | {"piece": pieces.one(row), "document": row}
    explained = matches.explained(row) if seat.may(Act.SEE_BANK) else []
    context |= {"explained": explained, "may_unlink": seat.may(Act.JUSTIFY)}
    reading = readings.current(row)
    context["said"] = reading.text[:LONGEST_TEXT] if reading else ""
    context["readable"] = documents_of.readable(row)
    context["timeline"] = einvoices.timeline_of(row)
    context["address"] = reverse("client_document", args=[seat.company.pk, row.pk])
    context["page_numbers"] = files.page_numbers(row)
    return render(request, "client/document.html", context)


@doors.signed_in
@require_GET
def more(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """What has no room in the phone's bar."""
    seat = doors.company(request, company_id, Act.SEE_OWN_DOCUMENTS, Act.SEE_BANK)
    interlocutors = file.interlocutors(seat.company, timezone.localdate())
    return render(request, "client/more.html", frame(seat, "more") | {"interlocutors": interlocutors})


@doors.signed_in
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Remember light, dark, or as the system says."""
    chosen = request.POST.get("theme", "")
    request.session["theme"] = chosen if chosen in ("light", "dark") else ""
    back = request.POST.get("back", "")
    return redirect(back if url_has_allowed_host_and_scheme(back, None) else "/")


def _missing(seat: Seat) -> missing.Summary:
    return missing.summary(seat.company)


def _pressing(seat: Seat) -> requests.Row | None:
    return requests.summary(seat.company, requests.visible_to(seat.role), timezone.localdate())
