"""The Z de caisse typed on the phone: rates and means as the last one had them, sums as one types, twenty seconds."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from comptoir import pipeline
from comptoir.domain.limits import is_amount, read_day
from comptoir.domain.money import cents
from comptoir.domain.reading import Taking
from comptoir.domain.rights import Act
from comptoir.domain.till import MEANS, Till, days_without, gap_in_words
from comptoir.domain.vat import is_legal, written
from comptoir.records.deposits.actions import AlreadyHandedIn
from comptoir.records.firms.queries import Seat
from comptoir.records.readings import queries as readings
from comptoir.web import doors
from comptoir.web.client.context import frame, only_by
from comptoir.web.refusals import refused

RATES = (Decimal("5.5"), Decimal(10), Decimal(20))
"""Of a bakery that has no Z yet: to take away, to eat there, alcohol and things."""
USUAL = ("cash", "card", "cheque", "meal_voucher")


class NotAZ(ValueError):
    """Ce Z ne peut pas être pris."""


@doors.signed_in
@require_http_methods(["GET", "POST"])
def screen(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """The form; a POST hands the Z in as it was typed."""
    seat = doors.company(request, company_id, Act.DEPOSIT)
    if request.method == "GET":
        return _page(request, seat)
    try:
        till = _typed(request)
        document = pipeline.hand_in_till(
            company=seat.company,
            till=till,
            by=seat.person,
            at=timezone.now(),
            sees_all=seat.may(Act.SEE_DOCUMENTS),
        )
    except NotAZ as fault:
        return refused(request, str(fault), _page, seat)
    except AlreadyHandedIn as twin:
        return refused(request, "Ce Z est déjà là, avec les mêmes montants.", _page, seat, twin.document.pk)
    address = reverse("client_document", args=[company_id, document.pk])
    messages.success(request, f"{till.said} est parti. {gap_in_words(till)}".strip(), extra_tags=address)
    return redirect("client_till", company_id)


def _page(request: HttpRequest, seat: Seat, twin: UUID | None = None) -> HttpResponse:
    today, typed = timezone.localdate(), request.POST
    last = readings.last_till(seat.company, only_by=only_by(seat))
    day = typed.get("day") or _asked_day(request.GET.get("jour", "")) or _next_day(last, today).isoformat()
    rates = [rate for rate in (last.rates if last and last.rates else RATES) if is_legal(rate, today)] or RATES
    means = dict.fromkeys((*USUAL, *(last.means if last else ())))
    context = frame(seat, "till") | {
        "tab": "documents",
        "day": day,
        "today": today.isoformat(),
        "number": typed.get("number") or _next_number(last),
        "rates": _lines(rates, typed),
        "others": _lines([rate for rate in RATES if rate not in rates], typed),
        "means": _means([name for name in MEANS if name in means], typed),
        "other_means": _means([name for name in MEANS if name not in means], typed),
        "without": _without(seat, today),
        "twin": twin,
        "is_again": bool(typed),
    }
    return render(request, "client/till.html", context, status=422 if typed else 200)


def _without(seat: Seat, today: date) -> Sequence[date]:
    """The days without a Z, for who sees them all: to others they would tell of colleagues' deposits."""
    if not seat.may(Act.SEE_DOCUMENTS):
        return []
    return days_without(readings.till_days(seat.company, since=today - timedelta(62)), until=today)


def _lines(rates: Iterable[Decimal], typed: QueryDict) -> list[tuple[str, str, str]]:
    return [(str(rate), written(rate), typed.get(f"rate-{rate}", "")) for rate in sorted(rates)]


def _means(names: Iterable[str], typed: QueryDict) -> list[tuple[str, str, str]]:
    return [(name, MEANS[name], typed.get(f"means-{name}", "")) for name in names]


def _typed(request: HttpRequest) -> Till:
    typed = request.POST
    day = _day(typed.get("day", ""))
    sales = tuple((Decimal(name[5:]), amount) for name, amount in _amounts(typed, "rate-") if amount)
    takings = tuple(Taking(name[6:], amount) for name, amount in _amounts(typed, "means-") if amount)
    if not sales:
        raise NotAZ("Tapez au moins une ligne de ventes : rien n’est parti.")
    return Till(day, typed.get("number", "").strip()[:40], tuple(sorted(sales, reverse=True)), takings)


def _day(text: str) -> date:
    day = read_day(text)
    if day is None:
        raise NotAZ("La date n’est pas lisible : rien n’est parti.")
    if day > timezone.localdate():
        raise NotAZ("Un Z ne peut pas être d’un jour à venir : rien n’est parti.")
    if day < timezone.localdate() - timedelta(days=3 * 366):
        raise NotAZ("Cette date est trop ancienne : rien n’est parti.")
    return day


def _amounts(typed: Any, prefix: str) -> list[tuple[str, Decimal]]:
    """The amounts that were typed under names that the form has; a name that it does not have is left out."""
    known = {f"means-{name}" for name in MEANS}
    found = []
    for name, text in typed.items():
        if name.startswith(prefix) and text.strip() and (name in known or _is_rate(name[5:], prefix)):
            found.append((name, _amount(text)))
    return found


def _is_rate(text: str, prefix: str) -> bool:
    try:
        return prefix == "rate-" and is_legal(Decimal(text), timezone.localdate())
    except InvalidOperation:
        return False


def _amount(text: str) -> Decimal:
    plain = "".join(text.split()).replace("\u202f", "").replace("€", "").replace(",", ".")
    try:
        amount = Decimal(plain)
    except InvalidOperation as error:
        raise NotAZ(f"« {text[:20]} » n’est pas un montant : rien n’est parti.") from error
    if not amount.is_finite() or not is_amount(amount) or amount < 0:
        raise NotAZ(f"« {text[:20]} » n’est pas un montant possible : rien n’est parti.")
    return cents(amount)


def _asked_day(text: str) -> str:
    day = read_day(text)
    return day.isoformat() if day else ""


def _next_day(last: readings.LastTill | None, today: date) -> date:
    return min(last.day + timedelta(days=1), today) if last else today


def _next_number(last: readings.LastTill | None) -> str:
    return str(int(last.number) + 1) if last and last.number.isdecimal() else ""
