"""The bell and the centre of notices, in a company's space and in the firm: the same acts on both sides."""

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from comptoir import pipeline
from comptoir.records.firms.queries import FirmSeat, Seat
from comptoir.records.notices import queries as told
from comptoir.web import doors
from comptoir.web.client.context import frame as client_frame
from comptoir.web.firm.context import cabinet

Where = Seat | FirmSeat


def _enter(request: HttpRequest, where: dict[str, UUID]) -> tuple[Where, str, UUID]:
    """The seat, the side and the place that an address names."""
    if "company_id" in where:
        return doors.told_in_company(request, where["company_id"]), "client", where["company_id"]
    return doors.told_in_firm(request, where["firm_id"]), "firm", where["firm_id"]


def _frame(seat: Where) -> dict[str, Any]:
    return client_frame(seat, "notices") if isinstance(seat, Seat) else cabinet(seat, "notices")


@doors.signed_in
@require_GET
def screen(request: HttpRequest, **where: UUID) -> HttpResponse:
    """All that the person was told there, the newest first."""
    (seat, side, place), today = _enter(request, where), timezone.localdate()
    rows = told.latest(seat, today, before=_key(request.GET.get("avant", "")), most=told.PAGE + 1)
    context = _frame(seat) | {
        "notices": rows[: told.PAGE],
        "older": rows[told.PAGE - 1].pk if len(rows) > told.PAGE else None,
        "unread": told.count_unread(seat, today),
        "newest": rows[0].pk if rows else "",
        "place": place,
        "side": side,
    }
    return render(request, f"{side}/notices.html", context)


@doors.signed_in
@require_GET
def bell(request: HttpRequest, **where: UUID) -> HttpResponse:
    """How many wait; the page that asks is what some told of, and they are read by that."""
    (seat, side, place), now = _enter(request, where), timezone.now()
    looked_at = urlsplit(request.headers.get("HX-Current-URL", "")).path
    if looked_at and not (isinstance(seat, Seat) and seat.viewer):
        rows = [row for row in told.latest(seat, now.date(), most=told.PAGE) if row.path == looked_at]
        pipeline.noticing.read_notices(rows=rows, at=now)
    context = {"told_count": told.count_unread(seat, now.date()), "side": side, "place": place}
    return render(request, "components/bell.html#count", context)


@doors.signed_in
@require_GET
def panel(request: HttpRequest, **where: UUID) -> HttpResponse:
    """The newest, under the bell."""
    (seat, side, place), today = _enter(request, where), timezone.localdate()
    rows = told.latest(seat, today, most=told.PANEL)
    context = {"told_rows": rows, "side": side, "place": place}
    return render(request, "components/bell.html#panel", context)


@doors.signed_in
@require_GET
def news(request: HttpRequest, **where: UUID) -> HttpResponse:
    """Whether something came after what the screen shows: said above the list, which itself does not move."""
    seat, side, place = _enter(request, where)
    since = _key(request.GET.get("depuis", ""))
    count = told.count_since(seat, timezone.localdate(), since)
    context = {"fresh": count, "newest": since or "", "side": side, "place": place}
    return render(request, "components/notice_list.html#news", context)


@doors.signed_in
@require_POST
def read_all(request: HttpRequest, **where: UUID) -> HttpResponse:
    """Everything is read."""
    seat, side, place = _enter(request, where)
    rows = list(told.heard(seat, timezone.localdate()).filter(read_at=None).select_related("company"))
    pipeline.noticing.read_notices(rows=rows, at=timezone.now())
    return redirect(f"{side}_notices", place)


@doors.signed_in
@require_POST
def mark(request: HttpRequest, notice_id: UUID, **where: UUID) -> HttpResponse:
    """One is read, or is to be come back to."""
    seat, side, place = _enter(request, where)
    row = doors.own_notice(seat, notice_id)
    if request.POST.get("read") == "0":
        pipeline.noticing.unread_notice(row=row)
    else:
        pipeline.noticing.read_notices(rows=[row], at=timezone.now())
    return redirect(f"{side}_notices", place)


def _key(written: str) -> UUID | None:
    try:
        return UUID(written)
    except ValueError:
        return None
