"""E-invoices of a dossier: its mandate, what came by the platform, what may be answered; and mandates by the hundred."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comptoir import pipeline
from comptoir.domain.lifecycle import BY_BUYER, Code, motives
from comptoir.domain.mandate import State
from comptoir.domain.rights import Act
from comptoir.lib import keyset
from comptoir.records.deposits.models import Document
from comptoir.records.einvoices import queries as einvoices_of
from comptoir.records.firms import queries as people
from comptoir.records.firms.queries import FirmSeat, Seat
from comptoir.records.ledger import queries as books
from comptoir.web import doors
from comptoir.web.firm.context import cabinet, frame
from comptoir.web.refusals import refused

OFFERED = {
    Code.IN_CHARGE: "Prise en charge",
    Code.APPROVED: "Approuver",
    Code.DISPUTED: "Mettre en litige",
    Code.REFUSED: "Refuser",
    Code.PAYMENT_SENT: "Paiement transmis",
    Code.CASHED: "Encaissée",
}
"""The buttons of the review screen; the payment's are there once it is lettered."""
_OF_PAYMENT = (Code.PAYMENT_SENT, Code.CASHED)
CHOICES = (State.TO_SIGN, State.SIGNED, State.REFUSED)


@dataclass(frozen=True, slots=True)
class Answer:
    """A status that may be said now: its button, and the motives to choose from where it wants one."""

    code: Code
    label: str
    motives: dict[str, str]
    is_proposed: bool


@dataclass(frozen=True, slots=True)
class Answers:
    """What became of an e-invoice, and what may be answered."""

    timeline: einvoices_of.Timeline
    offered: list[Answer]

    @property
    def is_refused(self) -> bool:
        """Whether it will never be paid: its seller has to write another."""
        return self.timeline.last.code in (Code.REFUSED, Code.CANCELLED, Code.REJECTED)

    @property
    def is_settled(self) -> bool:
        """Whether a payment is lettered and nobody has said so yet."""
        return any(answer.is_proposed for answer in self.offered)


def answers_of(document: Document) -> Answers | None:
    """The same for a piece; None for one that came another way."""
    timeline = einvoices_of.timeline_of(document)
    if timeline is None:
        return None
    is_settled = books.is_settled(document.pk)
    sayable = [code for code in OFFERED if code in timeline.next_ones and (is_settled or code not in _OF_PAYMENT)]
    return Answers(timeline, [Answer(code, OFFERED[code], motives(code), code in _OF_PAYMENT) for code in sayable])


@dataclass(frozen=True, slots=True)
class Row:
    """An e-invoice of the list, and what the firm has to do about it, if anything."""

    timeline: einvoices_of.Timeline
    wanted: str


def _rows(listed: list[einvoices_of.Timeline]) -> list[Row]:
    settled = books.settled_among(one.flow.document_id for one in listed if one.flow.is_sale)
    return [Row(one, _wanted(one, one.flow.document_id in settled)) for one in listed]


def _wanted(one: einvoices_of.Timeline, is_settled: bool) -> str:
    """A purchase that nobody has judged wants an answer, a sale whose payment is lettered wants to be said so."""
    if is_settled and Code.CASHED in one.next_ones:
        return "Encaissement à dire"
    is_judged = any(step.code in BY_BUYER for step in one.steps)
    return "À répondre" if not one.flow.is_sale and not is_judged and one.next_ones else ""


@doors.signed_in
@require_GET
def screen(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """The mandate, and the invoices that came by the platform."""
    return _screen(request, doors.dossier(request, company_id, Act.SEE_BOOKS))


def _screen(request: HttpRequest, seat: Seat) -> HttpResponse:
    mandate = einvoices_of.mandate_of(seat.company)
    listed, next_after = einvoices_of.listed(seat.company, after=keyset.moment_key(request.GET.get("apres", "")))
    context = frame(seat, "einvoices") | {
        "mandate": mandate,
        "state": mandate.state if mandate else State.NONE,
        "choices": CHOICES,
        "listed": _rows(listed),
        "next_after": next_after,
        "is_connected": settings.PLATFORM is not None,
        "is_trial": settings.PLATFORM_TRIAL,
    }
    return render(request, "firm/einvoices.html", context)


@doors.signed_in
@require_POST
def mandate(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """The mandate is asked for, signed or refused."""
    seat = doors.dossier(request, company_id, Act.MANAGE_MANDATES)
    state = _state(request)
    if state is None:
        return refused(request, "Choisissez l’état du mandat.", _screen, seat)
    pipeline.set_mandates(companies=[seat.company], state=state, by=seat.person, at=timezone.now())
    messages.success(request, f"Mandat : {state.french.lower()}.")
    return redirect("firm_einvoices", company_id)


@doors.signed_in
@require_http_methods(["GET", "POST"])
def mandates(request: HttpRequest, firm_id: UUID) -> HttpResponse:
    """Where the mandate of each dossier stands; a POST says it of the ticked ones together."""
    if request.method == "GET":
        return _mandates(request, doors.firm(request, firm_id, Act.MANAGE_MANDATES))
    seat, companies = doors.dossiers_to_mandate(request, firm_id, request.POST.getlist("dossier"))
    state = _state(request)
    if not companies or state is None:
        return refused(request, "Cochez d’abord un dossier au moins.", _mandates, seat)
    count = pipeline.set_mandates(companies=companies, state=state, by=seat.person, at=timezone.now())
    messages.success(request, f"Mandat {state.french.lower()} pour {count} dossier{'s' * (count > 1)}.")
    return redirect("firm_mandates", firm_id)


def _mandates(request: HttpRequest, seat: FirmSeat) -> HttpResponse:
    asked, number = request.GET.get("etat", ""), request.GET.get("page", "1")
    state = State(asked) if asked in set(State) else None
    board = einvoices_of.board(
        people.enterable(seat, timezone.localdate()), state=state, page=int(number) if number.isdecimal() else 1
    )
    context = cabinet(seat, "mandates") | {
        "board": board,
        "counts": [(one, board.counts[one]) for one in State],
        "chosen": state,
        "choices": CHOICES,
        "is_connected": settings.PLATFORM is not None,
        "is_trial": settings.PLATFORM_TRIAL,
    }
    return render(request, "firm/mandates.html", context)


def _state(request: HttpRequest) -> State | None:
    """One of the three that a person says."""
    said = request.POST.get("state", "")
    return State(said) if said in CHOICES else None
