"""The client's missing documents: the list, which shrinks while one looks at it, and attaching from it."""

from datetime import timedelta
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from comptoir import pipeline, readers
from comptoir.domain.rights import Act
from comptoir.lib import keyset
from comptoir.records.deposits.actions import AlreadyHandedIn, IsDismissed
from comptoir.records.firms.queries import Seat
from comptoir.records.ledger import pieces
from comptoir.records.matching.actions import Settled
from comptoir.records.missing import queries as missing
from comptoir.web import doors
from comptoir.web.client.context import frame
from comptoir.web.refusals import refused
from comptoir.web.uploads import NoFile, TooHeavy, upload

JUST = timedelta(seconds=8)
"""How long a line that left stays visible, with its reason and a way back."""


@doors.signed_in
@require_GET
def screen(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """The list; htmx asks for its lines only."""
    return _page(request, doors.company(request, company_id, Act.SEE_MISSING))


def _page(request: HttpRequest, seat: Seat) -> HttpResponse:
    after = keyset.day_key(request.GET.get("apres", ""))
    found = missing.screen(seat.company, after=after, now=timezone.now(), just=JUST)
    context = frame(seat, "missing") | {"list": found, "is_first": after is None}
    page = "client/missing.html#lines" if request.htmx else "client/missing.html"  # type: ignore[attr-defined]
    return render(request, page, context)


@doors.signed_in
@require_GET
def badge(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """The count alone, for the bars."""
    seat = doors.company(request, company_id, Act.SEE_MISSING)
    return render(
        request,
        "client/missing.html#badge",
        {"company": seat.company, "missing_count": missing.count(seat.company)},
    )


@doors.signed_in
@require_POST
def attach(request: HttpRequest, company_id: UUID, transaction_id: UUID) -> HttpResponse:
    """A piece for this transaction: a new file, or one that is already here; the line leaves with this commit."""
    seat, transaction = doors.transaction(request, company_id, transaction_id, Act.JUSTIFY)
    at = timezone.now()
    try:
        if chosen := request.POST.get("document"):
            _, document = doors.document(request, company_id, _key(chosen))
            pipeline.attach(document=document, transaction=transaction, by=seat.person, at=at)
        else:
            content, filename = upload(request)
            pipeline.hand_in(
                company=seat.company,
                content=content,
                filename=filename,
                by=seat.person,
                at=at,
                justifies=transaction,
            )
    except AlreadyHandedIn as twin:
        pipeline.attach(document=twin.document, transaction=transaction, by=seat.person, at=at)
    except (NoFile, TooHeavy, readers.NotReadable, IsDismissed) as refusal:
        return _refused(request, seat, str(refusal))
    return _lines(request, seat)


@doors.signed_in
@require_POST
def detach(request: HttpRequest, company_id: UUID, transaction_id: UUID, document_id: UUID) -> HttpResponse:
    """Undo: the piece does not belong to this transaction, which is missing again."""
    seat, transaction = doors.transaction(request, company_id, transaction_id, Act.JUSTIFY)
    _, document = doors.document(request, company_id, document_id)
    try:
        pipeline.detach(
            document=document,
            transaction=transaction,
            by=seat.person,
            at=timezone.now(),
            may_unletter=seat.may(Act.LETTER),
        )
    except Settled as refusal:
        return _refused(request, seat, str(refusal))
    if url_has_allowed_host_and_scheme(back := request.POST.get("back", ""), None):
        return redirect(back)
    return _lines(request, seat)


@doors.signed_in
@require_GET
def choices(request: HttpRequest, company_id: UUID, transaction_id: UUID) -> HttpResponse:
    """The pieces already here that are linked with nothing, to choose from."""
    seat, transaction = doors.transaction(request, company_id, transaction_id, Act.JUSTIFY)
    rows = missing.unlinked(seat.company, near=transaction)
    context = {"company": seat.company, "transaction": transaction, "pieces": pieces.many(rows)}
    return render(request, "client/missing.html#choices", context)


def _key(chosen: str) -> UUID:
    try:
        return UUID(chosen)
    except ValueError as error:
        raise Http404 from error


def _lines(request: HttpRequest, seat: Seat) -> HttpResponse:
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("client_missing", seat.company.pk)
    found = missing.screen(seat.company, now=timezone.now(), just=JUST)
    context = frame(seat, "missing") | {"list": found, "is_first": True}
    return render(request, "client/missing.html#lines", context)


def _refused(request: HttpRequest, seat: Seat, sentence: str) -> HttpResponse:
    if not request.htmx:  # type: ignore[attr-defined]
        return refused(request, sentence, _page, seat)
    return render(request, "client/missing.html#refused", {"sentence": sentence}, status=422)
