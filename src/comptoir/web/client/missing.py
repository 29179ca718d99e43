"""The client's missing documents: the list, which shrinks while one looks at it, and attaching from it."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from comptoir import pipeline, readers
from comptoir.domain.missing import Reason
from comptoir.domain.rights import Act
from comptoir.records.banking.models import Transaction
from comptoir.records.deposits.actions import AlreadyHandedIn, IsDismissed
from comptoir.records.deposits.models import Document
from comptoir.records.firms import file
from comptoir.records.firms.queries import Seat
from comptoir.records.ledger import pieces
from comptoir.records.matching.actions import Settled
from comptoir.records.missing import asked as asking
from comptoir.records.missing import justified
from comptoir.records.missing import queries as missing
from comptoir.records.missing.asking import NothingToFollow
from comptoir.records.missing.sequences import Sequences, sequences
from comptoir.records.reminders import queries as reminded
from comptoir.web import doors, uploads
from comptoir.web.client.context import frame
from comptoir.web.missing_file import list_file
from comptoir.web.refusals import refused
from comptoir.web.uploads import NoFile, TooHeavy

JUST = timedelta(seconds=8)
"""How long a line that left stays visible, with its reason and a way back."""


@doors.signed_in_or_passed
@require_GET
def screen(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """The list; htmx asks for its lines only."""
    return _page(request, doors.company(request, company_id, Act.SEE_MISSING))


@doors.signed_in_or_passed
@require_GET
def badge(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """The count alone, for the bars of both sides."""
    door = doors.either_side if request.user.is_authenticated else doors.company
    seat = door(request, company_id, Act.SEE_MISSING)
    return render(
        request,
        "client/missing.html#badge",
        {"company": seat.company, "missing_count": missing.count(seat.company)},
    )


@doors.signed_in
@require_GET
def export(request: HttpRequest, company_id: UUID, form: str) -> Any:
    """The list as a file."""
    return list_file(request, doors.company(request, company_id, Act.SEE_MISSING), form)


@doors.signed_in_or_passed
@require_POST
def attach(request: HttpRequest, company_id: UUID, transaction_id: UUID) -> HttpResponse:
    """Pieces for this transaction: new files, or some that are already here; the line leaves with this commit."""
    seat, transaction = doors.transaction(request, company_id, transaction_id, Act.JUSTIFY)
    try:
        if chosen := request.POST.getlist("document"):
            found = [doors.document(request, company_id, _key(one)).thing for one in chosen]
            for document in found:
                pipeline.attach(document=document, transaction=transaction, by=seat.person, at=timezone.now())
        else:
            found = _handed_in(request, seat, transaction)
        if request.POST.get("series") and found:
            pipeline.follow(
                document=found[0],
                first=transaction,
                same_amount=True,
                until=None,
                by=seat.person,
                at=timezone.now(),
            )
    except (NoFile, NotAllTaken, IsDismissed, NothingToFollow) as refusal:
        return said_no(request, seat, str(refusal))
    return lines(request, seat)


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
        return said_no(request, seat, str(refusal))
    if url_has_allowed_host_and_scheme(back := request.POST.get("back", ""), None):
        return redirect(back)
    return lines(request, seat)


@doors.signed_in
@require_GET
def choices(request: HttpRequest, company_id: UUID, transaction_id: UUID) -> HttpResponse:
    """The pieces already here that are linked with nothing, to choose from."""
    seat, transaction = doors.transaction(request, company_id, transaction_id, Act.JUSTIFY)
    rows = missing.unlinked(seat.company, near=transaction)
    context = {"company": seat.company, "transaction": transaction, "pieces": pieces.many(rows)}
    return render(request, "client/missing.html#choices", context)


def lines(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The list after an act: its lines for htmx, else the page anew."""
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("client_missing", seat.company.pk)
    # The person stays where they were: in the tab, the words and the order of their page.
    query = urlsplit(request.htmx.current_url or "").query  # type: ignore[attr-defined]
    asked = asking.read(parse_qs(query))
    asked = asked if asked.tab in asking.STATUSES else asked.of(asking.Tab.TO_JUSTIFY)
    found = missing.screen(seat.company, asked, now=timezone.now(), just=JUST)
    return render(request, "client/missing.html#lines", _context(seat, found))


def said_no(request: HttpRequest, seat: Seat, sentence: str) -> HttpResponse:
    """A refusal where the person is: on the line for htmx, else on the page."""
    if not request.htmx:  # type: ignore[attr-defined]
        return refused(request, sentence, _page, seat)
    return render(request, "client/missing.html#refused", {"sentence": sentence}, status=422)


class NotAllTaken(Exception):
    """Un fichier n’a pas été pris ; les autres sont joints."""


def _handed_in(request: HttpRequest, seat: Seat, transaction: Transaction) -> list[Document]:
    """Each file of the form, handed in for the transaction; one that is refused keeps no other out."""
    found, refusals, at = [], [], timezone.now()
    for one in uploads.several(request):
        try:
            found.append(_taken(one, seat, transaction, at=at))
        except (TooHeavy, readers.NotReadable, IsDismissed) as refusal:
            refusals.append(f"« {one.name} » : {refusal}")
    if refusals:
        raise NotAllTaken(" ".join([*refusals, "Les autres sont joints." if found else ""]).strip())
    return found


def _taken(one: "UploadedFile[bytes]", seat: Seat, transaction: Transaction, *, at: datetime) -> Document:
    """What is here already is attached all the same."""
    content, name = uploads.content(one), one.name or "sans nom"
    try:
        return pipeline.hand_in(
            company=seat.company, content=content, filename=name, by=seat.person, at=at, justifies=transaction
        )
    except AlreadyHandedIn as twin:
        pipeline.attach(document=twin.document, transaction=transaction, by=seat.person, at=at)
        return twin.document


def _page(request: HttpRequest, seat: Seat) -> HttpResponse:
    asked = asking.read(dict(request.GET.lists()))
    if asked.tab is asking.Tab.JUSTIFIED:
        context = _context(seat, missing.head(seat.company, asked))
        context["justified"] = justified.page(seat.company, asked)
    elif asked.tab is asking.Tab.SEQUENCES:
        context = _context(seat, missing.head(seat.company, asked)) | {"gaps": _gaps(seat)}
    else:
        context = _context(seat, missing.screen(seat.company, asked, now=timezone.now(), just=JUST))
    page = "client/missing.html#lines" if request.htmx else "client/missing.html"  # type: ignore[attr-defined]
    return render(request, page, context)


def _gaps(seat: Seat) -> Sequences:
    sees_bank, sees_pieces = seat.may(Act.SEE_BANK), seat.may(Act.SEE_DOCUMENTS)
    return sequences(seat.company, shows_bank=sees_bank, shows_sales=sees_pieces)


def _context(seat: Seat, found: missing.MissingList) -> dict[str, Any]:
    people = file.interlocutors(seat.company, timezone.localdate())
    return frame(seat, "missing", wanted=found.count) | {
        "list": found,
        "asked": found.asked,
        "progress": missing.progress(seat.company, timezone.localdate()),
        "orders": list(asking.Order),
        # The same in each line: drawn once.
        "reasons": render_to_string("client/missing_reasons.html", {"reasons": list(Reason)}),
        "decider": people[0][0].first_name if people else "Votre cabinet",
        "may_answer": seat.may(Act.JUSTIFY) and not seat.viewer,
        "may_choose": seat.may(Act.SEE_DOCUMENTS) and not seat.viewer,
        "asked_on": reminded.asked_on([row.item for row in found.wanted]),
    }


def _key(chosen: str) -> UUID:
    try:
        return UUID(chosen)
    except ValueError as error:
        raise Http404 from error
