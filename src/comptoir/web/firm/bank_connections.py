"""By which way the movements of a dossier come, and which of its accounts each connected one feeds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from comptoir import pipeline
from comptoir.domain.bank_way import Way
from comptoir.domain.limits import is_day, read_day
from comptoir.domain.rights import Act
from comptoir.records.banking import actions as banking
from comptoir.records.banking import queries as bank
from comptoir.records.banking.models import BankAccount
from comptoir.records.banking.queries import Balance
from comptoir.records.connections import queries as connected
from comptoir.records.connections.actions import NotAttachable
from comptoir.records.connections.models import Feed
from comptoir.records.firms.models import Company
from comptoir.records.ledger import queries as books
from comptoir.web import doors

NEW = "nouveau"


@doors.signed_in
@require_POST
def choose(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """Choose by which way the movements come: the client's bank tab opens on it."""
    seat = doors.dossier(request, company_id, Act.MANAGE_BANK)
    chosen = request.POST.get("way", "")
    if chosen not in [way.value for way in Way]:
        messages.error(request, "Choisissez une voie dans la liste.")
        return redirect("firm_bank", company_id)
    pipeline.choose_bank_way(company=seat.company, way=Way(chosen), by=seat.person, at=timezone.now())
    messages.success(
        request, f"Voie choisie : {Way(chosen).french.lower()}. Le client le voit dans son onglet Banque."
    )
    return redirect("firm_bank", company_id)


@doors.signed_in
@require_POST
def attach(request: HttpRequest, company_id: UUID, feed_id: UUID) -> HttpResponse:
    """Say which account of the dossier a connected one feeds, and from which day."""
    seat, feed = doors.feed(request, company_id, feed_id)
    try:
        opens_on = _day(request.POST.get("opens_on", ""))
        account = _account(seat.company, feed, request.POST.get("account", ""))
        pipeline.attach_feed(feed=feed, account=account, opens_on=opens_on, by=seat.person, at=timezone.now())
    except NotAttachable as refusal:
        messages.error(request, str(refusal))
        return redirect("firm_bank", company_id)
    messages.success(
        request, f"« {feed.name} » alimente {account.ledger_account} à partir du {opens_on:%d/%m/%Y}."
    )
    return redirect("firm_bank", company_id)


@doors.signed_in
@require_POST
def detach(request: HttpRequest, company_id: UUID, feed_id: UUID) -> HttpResponse:
    """Take nothing more from a connected account."""
    seat, feed = doors.feed(request, company_id, feed_id)
    pipeline.detach_feed(feed=feed, by=seat.person, at=timezone.now())
    messages.success(request, f"« {feed.name} » n’est plus suivi ; ce qui est arrivé reste.")
    return redirect("firm_bank", company_id)


@dataclass(frozen=True, slots=True)
class Offer:
    """What the firm is offered for a connected account: those of the dossier that may be it, the likeliest, and from when."""

    feed: Feed
    accounts: tuple[BankAccount, ...]
    likeliest: BankAccount | None
    opens_on: date


def context(company: Company, balances: Sequence[Balance]) -> dict[str, Any]:
    """What the firm's bank page shows of the connections."""
    at = timezone.now()
    chosen = connected.way(company)
    states = connected.states(company, at=at)
    fed = {feed.account_id: feed for state in states if not state.connection.ended_at for feed in state.feeds}
    year = next(iter(books.years(company)), None)
    begins = year.opens_on if year else timezone.localdate().replace(day=1)
    return {
        "way": chosen,
        "ways": [way for way in Way if way is not Way.BRIDGE or settings.BRIDGE is not None or way is chosen],
        "connections": [
            (state, [_offer(feed, balances, fed, begins=begins) for feed in state.feeds]) for state in states
        ],
        "today": timezone.localdate(),
    }


def _offer(feed: Feed, balances: Sequence[Balance], fed: Mapping[UUID | None, Feed], *, begins: date) -> Offer:
    """Its own account where one was said, else the one of its IBAN, else one that has no number yet, else a new one."""
    free = [one for one in balances if fed.get(one.account.pk, feed) == feed and _may_be(feed, one.account)]
    known = [one for one in free if feed.iban and one.account.iban == feed.iban]
    bare = [one for one in free if not (one.account.iban or one.account.number or one.last_movement_on)]
    own = [one for one in balances if one.account.pk == feed.account_id]
    likeliest = next(iter([*own, *known, *bare]), None)
    last = likeliest.last_movement_on if likeliest else None
    opens_on = min(last + timedelta(days=1), timezone.localdate()) if last else min(begins, timezone.localdate())
    accounts = own or free
    return Offer(feed, tuple(one.account for one in accounts), likeliest.account if likeliest else None, opens_on)


def _may_be(feed: Feed, account: BankAccount) -> bool:
    return account.currency == feed.currency and (not feed.iban or not account.iban or feed.iban == account.iban)


def _day(written: str) -> date:
    day = read_day(written)
    if day is None or not is_day(day) or day > timezone.localdate():
        raise NotAttachable("Dites à partir de quel jour ses opérations sont prises : au plus tard aujourd’hui.")
    return day


def _account(company: Company, feed: Feed, chosen: str) -> BankAccount:
    if chosen == NEW:
        return banking.open_next_account(company=company, name=feed.name, iban=feed.iban)
    try:
        found = bank.account(company, UUID(chosen))
    except ValueError:
        found = None
    if found is None:
        raise NotAttachable("Choisissez le compte du dossier que ces opérations alimentent.")
    return found
