"""The first minutes in a space: connect the bank, hand in a first document, invite collaborators; each may wait."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from comptoir.domain.rights import Act
from comptoir.records.banking import queries as bank
from comptoir.records.connections import queries as connected
from comptoir.records.firms import invitations, welcome
from comptoir.records.firms import queries as people
from comptoir.records.firms.models import WelcomeStep
from comptoir.records.firms.queries import Seat
from comptoir.records.ledger import pieces
from comptoir.web import doors
from comptoir.web.client.context import frame, only_by


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what it is, whether it is done by what stands in the space, or put off by the person."""

    key: str
    is_done: bool
    is_skipped: bool

    @property
    def is_open(self) -> bool:
        """Whether it still waits."""
        return not (self.is_done or self.is_skipped)


@doors.signed_in
@require_http_methods(["GET", "POST"])
def screen(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """The steps that this person's role has, the first open one unfolded; a POST puts one off or takes it up again."""
    seat = doors.company(request, company_id, Act.SEE_OWN_DOCUMENTS, Act.SEE_BANK)
    if request.method == "POST":
        key = request.POST.get("step", "")
        if key in WelcomeStep.Key.values:
            put_off = welcome.skip if request.POST.get("skip") else welcome.resume
            put_off(company=seat.company, person=seat.person, key=key, at=timezone.now())
        return redirect("client_welcome", company_id)
    found = steps(seat)
    now = next((step.key for step in found if step.is_open), "")
    context = frame(seat, "welcome") | {"steps": found, "now": now, "done": sum(step.is_done for step in found)}
    context |= {"way": connected.way(seat.company), "may_connect": seat.may(Act.CONNECT_BANK)}
    context |= {"cut_off": connected.waiting_banks(seat.company, timezone.localdate())}
    return render(request, "client/welcome.html", context)


def open_steps(seat: Seat) -> int:
    """How many steps still wait for this person; none for who only looks."""
    return 0 if seat.viewer else sum(step.is_open for step in steps(seat))


def steps(seat: Seat) -> list[Step]:
    """The steps of this person's role: done is what the space shows, not what was ticked."""
    skipped = welcome.skipped(seat.company, seat.person)
    found = []
    if seat.may(Act.SEE_BANK):
        has = connected.stands(seat.company) or any(b.last_movement_on for b in bank.balances(seat.company))
        found.append(Step("bank", has, "bank" in skipped))
    if seat.may(Act.DEPOSIT):
        has = bool(pieces.latest(seat.company, only_by=only_by(seat)))
        found.append(Step("deposit", has, "deposit" in skipped))
    if seat.may(Act.MANAGE_MEMBERS):
        others = people.members(seat.company, timezone.localdate())
        has = len(others) > 1 or invitations.is_anybody_invited(seat.company)
        found.append(Step("invite", has, "invite" in skipped))
    return found
