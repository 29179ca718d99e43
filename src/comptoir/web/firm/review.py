"""Review: the page with each value framed where it was read, beside the entry it proposes."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comptoir import pipeline
from comptoir.domain import chart, period
from comptoir.domain.document import Status
from comptoir.domain.entry import Entry, Line
from comptoir.domain.lifecycle import Code
from comptoir.domain.limits import read_day
from comptoir.domain.money import french
from comptoir.domain.reading import SURE, Kind, Reading
from comptoir.domain.rights import Act
from comptoir.lib import keyset
from comptoir.records.deposits.actions import IsDismissed
from comptoir.records.deposits.models import Document
from comptoir.records.einvoices.actions import NotSayable
from comptoir.records.firms.queries import Seat
from comptoir.records.ledger import locks, pieces
from comptoir.records.ledger import queries as books
from comptoir.records.ledger.actions import AlreadyPosted, AlreadyValidated, NoFiscalYear, Refused
from comptoir.records.ledger.models import Entry as LedgerEntry
from comptoir.records.matching import queries as matches
from comptoir.records.missing import queries as missing
from comptoir.records.missing.portfolio import last_kept
from comptoir.records.readings import duplicates
from comptoir.records.readings import queries as readings
from comptoir.records.readings.actions import NotAValue
from comptoir.web import doors, files
from comptoir.web.depositing import deposit
from comptoir.web.firm.context import frame
from comptoir.web.firm.einvoices import answers_of
from comptoir.web.piece_list import listed
from comptoir.web.refusals import refused

FIELDS = {
    "kind": "Nature",
    "supplier": "Fournisseur",
    "customer": "Client",
    "number": "Numéro",
    "issued_on": "Date",
    "due_on": "Échéance",
    "net": "Total HT",
    "vat": "TVA",
    "total": "Total TTC",
}


@dataclass(frozen=True, slots=True)
class Field:
    """One value on the review screen: what was read, how sure it is, and where it stands on the page."""

    name: str
    label: str
    value: str
    is_sure: bool
    is_doubtful: bool
    page: int | None
    x: float
    y: float
    width: float
    height: float


@doors.signed_in
@require_http_methods(["GET", "POST"])
def queue(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """What waits for the firm in this dossier; a POST hands a piece in for the client."""
    if request.method == "POST":
        return deposit(request, doors.dossier(request, company_id, Act.DEPOSIT), _queue, "firm_production")
    return _queue(request, doors.dossier(request, company_id, Act.REVIEW))


def _queue(request: HttpRequest, seat: Seat) -> HttpResponse:
    after = keyset.moment_key(request.GET.get("apres", ""))
    context = frame(seat, "production") | {
        "queue": pieces.queue(seat.company, after=after),
        "has_pieces": pieces.has_any(seat.company),
        "last_kept": last_kept(seat.company),
    }
    return render(request, "firm/production.html", context)


@doors.signed_in
@require_GET
def documents(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """Every piece of the dossier, whatever became of it."""
    seat = doors.dossier(request, company_id, Act.REVIEW)
    context = frame(seat, "documents") | listed(request, seat, only_by=None)
    context["dossiers"] = doors.other_dossiers(seat)
    page = "firm/documents.html#list" if request.htmx else "firm/documents.html"  # type: ignore[attr-defined]
    return render(request, page, context)


@doors.signed_in
@require_GET
def review(request: HttpRequest, company_id: UUID, document_id: UUID) -> HttpResponse:
    """One piece under review."""
    seat, document = doors.document_to_review(request, company_id, document_id, Act.REVIEW)
    return _page(request, seat, document)


@doors.signed_in
@require_POST
def correct(request: HttpRequest, company_id: UUID, document_id: UUID) -> HttpResponse:
    """Set values by hand; the entry is proposed again from them."""
    seat, document = doors.document_to_review(request, company_id, document_id, Act.REVIEW)
    shown = {field.name: field.value for field in _fields(readings.current(document))}
    values = {
        name: _canonical(name, written)
        for name in FIELDS
        if (written := request.POST.get(name, "").strip()) and written != shown.get(name, "")
    }
    try:
        pipeline.correct(document=document, values=values, by=seat.person, at=timezone.now())
    except NotAValue as refusal:
        typed = request.POST.get(refusal.field, "")
        sentence = f"{FIELDS.get(refusal.field, refusal.field)} : « {typed[:60]} » n’est pas une valeur possible."
        return refused(request, sentence, _page, seat, document)
    if values and books.is_any_booked([document.pk]):
        messages.warning(
            request, "L’écriture comptabilisée ne change pas : remettez-la en brouillon pour la refaire."
        )
    return redirect("firm_review", company_id, document_id)


@doors.signed_in
@require_POST
def post(request: HttpRequest, company_id: UUID, document_id: UUID) -> HttpResponse:
    """Accept the entry as it stands in the form, proposed or written by hand, and go to the next piece."""
    seat, document = doors.document_to_review(request, company_id, document_id, Act.POST)
    entry = books.draft_of(document.pk)
    if entry is None and not _waits(pieces.one(document)):
        sentence = (
            "Cette pièce n’attend pas d’écriture : elle est encore en lecture, écartée, ou seulement conservée."
        )
        return refused(request, sentence, _page, seat, document)
    try:
        _post(request, seat, document, entry)
    except (Refused, AlreadyPosted, AlreadyValidated, IsDismissed, NoFiscalYear) as refusal:
        return refused(request, str(refusal), _page, seat, document)
    except (InvalidOperation, ValueError):
        sentence = "Un montant ou une date n’est pas lisible : rien n’a été enregistré."
        return refused(request, sentence, _page, seat, document)
    _say(request, document, "est comptabilisée")
    return _next(company_id, seat, document)


@doors.signed_in
@require_POST
def dismiss(request: HttpRequest, company_id: UUID, document_id: UUID) -> HttpResponse:
    """Set the piece aside with a reason that the client reads."""
    seat, document = doors.document_to_review(request, company_id, document_id, Act.REVIEW)
    reason = request.POST.get("reason", "").strip()
    if not reason:
        return refused(request, "Dites pourquoi : le client lira cette raison.", _page, seat, document)
    try:
        pipeline.dismiss(document=document, reason=reason, by=seat.person, at=timezone.now())
    except AlreadyPosted as refusal:
        return refused(request, str(refusal), _page, seat, document)
    _say(request, document, "est écartée")
    return _next(company_id, seat, document)


@doors.signed_in
@require_POST
def decide_duplicate(
    request: HttpRequest, company_id: UUID, document_id: UUID, resemblance_id: UUID
) -> HttpResponse:
    """Say whether the piece is a paper that is here already."""
    seat, document = doors.document_to_review(request, company_id, document_id, Act.REVIEW)
    resemblance = duplicates.get(document, resemblance_id)
    if resemblance is None:
        raise Http404
    is_same = request.POST.get("same") == "1"
    try:
        pipeline.decide_duplicate(resemblance=resemblance, is_same=is_same, by=seat.person, at=timezone.now())
    except AlreadyPosted as refusal:
        return refused(request, str(refusal), _page, seat, document)
    if not is_same:
        return redirect("firm_review", company_id, document_id)
    _say(request, document, "est écartée : doublon")
    return _next(company_id, seat, document)


@doors.signed_in
@require_POST
def say_who_paid(request: HttpRequest, company_id: UUID, document_id: UUID) -> HttpResponse:
    """Say who advanced a note de frais: its entry is owed to them."""
    seat, document = doors.document_to_review(request, company_id, document_id, Act.REVIEW)
    person = doors.payer(seat, request.POST.get("paid_by", ""))
    if person is None:
        return refused(request, "Choisissez l’une des personnes de l’entreprise.", _page, seat, document)
    try:
        pipeline.say_who_paid(document=document, person=person, by=seat.person, at=timezone.now())
    except (AlreadyPosted, IsDismissed) as refusal:
        return refused(request, str(refusal), _page, seat, document)
    return redirect("firm_review", company_id, document_id)


@doors.signed_in
@require_POST
def reopen(request: HttpRequest, company_id: UUID, document_id: UUID) -> HttpResponse:
    """Take back a piece that was set aside; it goes its way again."""
    seat, document = doors.document_to_review(request, company_id, document_id, Act.REVIEW)
    pipeline.reopen(document=document, by=seat.person, at=timezone.now())
    return redirect("firm_review", company_id, document_id)


@doors.signed_in
@require_POST
def take_back(request: HttpRequest, company_id: UUID, document_id: UUID) -> HttpResponse:
    """Make the piece's entry a draft again, as long as nothing final hangs on it."""
    seat, document = doors.document_to_review(request, company_id, document_id, Act.POST)
    try:
        if entry := books.draft_of(document.pk):
            pipeline.take_back(entry=entry, by=seat.person, at=timezone.now())
    except (Refused, AlreadyValidated) as refusal:
        return refused(request, str(refusal), _page, seat, document)
    return redirect("firm_review", company_id, document_id)


@doors.signed_in
@require_POST
def answer(request: HttpRequest, company_id: UUID, document_id: UUID) -> HttpResponse:
    """Say to the platform where an e-invoice stands: posting says nothing by itself."""
    seat, flow = doors.invoice_to_answer(request, company_id, document_id)
    motive, reason = request.POST.get("motive", ""), request.POST.get("why", "")
    try:
        code = Code(request.POST.get("code", ""))
        pipeline.say_status(flow=flow, code=code, by=seat.person, at=timezone.now(), motive=motive, reason=reason)
    except NotSayable as refusal:
        return refused(request, str(refusal), _page, seat, flow.document)
    except ValueError:
        return refused(request, "Choisissez un statut.", _page, seat, flow.document)
    messages.success(request, f"« {code.french} » part à la plateforme.")
    return redirect("firm_review", company_id, document_id)


def _post(request: HttpRequest, seat: Seat, document: Document, entry: LedgerEntry | None) -> None:
    now = timezone.now()
    if entry is None:
        content = _content(request, _to_write(document, readings.current(document)))
        pipeline.write(document=document, content=content, by=seat.person, at=now)
        return
    content = _content(request, proposed := books.content(entry))
    pipeline.post(entry=entry, content=content if content != proposed else None, by=seat.person, at=now)


def _waits(piece: pieces.Piece) -> bool:
    return piece.status in (Status.TO_REVIEW, Status.PROPOSED)


def _say(request: HttpRequest, document: Document, what: str) -> None:
    """What was done, with the way back to it."""
    address = reverse("firm_review", args=[document.company_id, document.pk])
    messages.success(request, f"« {pieces.one(document).name} » {what}.", extra_tags=address)


def _next(company_id: UUID, seat: Seat, document: Document) -> HttpResponse:
    following = pieces.next_to_review(seat.company, document)
    if following is None:
        return redirect("firm_production", company_id)
    return redirect("firm_review", company_id, following.id)


def _page(request: HttpRequest, seat: Seat, document: Document) -> HttpResponse:
    """The piece; where a form was refused, with what was typed in it."""
    return render(request, "firm/review.html", _context(seat, document, request.POST))


def _context(seat: Seat, document: Document, typed: QueryDict) -> dict[str, Any]:
    reading, entry = readings.current(document), books.draft_of(document.pk)
    facts = pieces.one(document)
    around = pieces.neighbours(seat.company, document)
    fields = [replace(field, value=typed.get(field.name, field.value)) for field in _fields(reading)]
    waits = _waits(facts)
    content = books.content(entry) if entry else _to_write(document, reading) if waits else None
    rows = _rows(content) if content else []
    return frame(seat, "production") | {
        "address": reverse("firm_review", args=[seat.company.pk, document.pk]),
        "document": document,
        "piece": facts,
        "fields": fields,
        "doubtful": sum(field.is_doubtful for field in fields),
        "page_numbers": files.page_numbers(document),
        "entry": entry,
        "content": content,
        "rows": _typed_rows(typed) or rows or ([Row("", "", content.label, "", "")] * 3 if content else []),
        "journal": typed.get("journal", content.journal if content else ""),
        "journals": books.journals(seat.company) if content and not entry else [],
        "dated_on": typed.get("dated_on", f"{content.dated_on:%d/%m/%Y}" if content else ""),
        "piece_ref": typed.get("piece_ref", content.piece_ref if content else ""),
        "payers": doors.payers(seat) if facts.kind is Kind.NOTE_DE_FRAIS else [],
        "resemblances": duplicates.undecided(document),
        "questions": missing.questions_on(document),
        "doubts": _doubts(entry) if entry else [],
        "explained": matches.explained(document),
        "invoice": answers_of(document),
        "typed_code": typed.get("code", ""),
        "typed_motive": typed.get("motive", ""),
        "typed_why": typed.get("why", ""),
        "may_unlink": seat.may(Act.MATCH),
        "kinds": list(Kind),
        "rank": around.rank,
        "waits": waits,
        "previous": around.previous,
        "next": around.next,
    }


def _doubts(entry: LedgerEntry) -> list[str]:
    """What a person looks at before they accept: what the machine doubted, and a day that is locked."""
    said = [doubt for doubt in entry.doubts if not doubt.startswith(duplicates.QUESTION)]
    until = locks.locked_until(entry.company_id)
    return [*said, str(period.locked(until))] if until and period.is_locked(entry.dated_on, until) else said


def _fields(reading: Reading | None) -> list[Field]:
    if reading is None:
        return []
    hidden = _HIDDEN.get(reading.kind.value, {"customer"})
    return [_field(name, getattr(reading, name)) for name in FIELDS if name not in hidden]


_HIDDEN = {
    Kind.SALES_INVOICE: {"supplier"},
    Kind.SALES_CREDIT_NOTE: {"supplier"},
    Kind.Z_DE_CAISSE: {"supplier", "customer", "due_on"},
    Kind.NOTE_DE_FRAIS: {"customer", "due_on"},
}
"""What a kind of piece does not have."""
_NEEDED = {"kind", "supplier", "customer", "issued_on", "total"}
"""What must be there: its absence is a doubt, that of a number or a term is not."""


def _field(name: str, value: Any) -> Field:
    box = value.evidence.box if value and value.evidence and value.evidence.box else (0, 0, 0, 0)
    page = value.evidence.page if value and value.evidence and value.evidence.box else None
    x, y, right, bottom = (round(part * 1000, 1) for part in box)
    is_sure = value is not None and value.confidence >= SURE
    is_doubtful = not is_sure and (value is not None or name in _NEEDED)
    return Field(name, FIELDS[name], _written(value), is_sure, is_doubtful, page, x, y, right - x, bottom - y)


def _written(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value.value, date):
        return f"{value.value:%d/%m/%Y}"
    return french(value.value) if isinstance(value.value, Decimal) else str(value.value)


def _canonical(name: str, written: str) -> str:
    """A value as the reading keeps it, from how a French person writes it."""
    if name in ("net", "vat", "total"):
        return _plain(written)
    if name in ("issued_on", "due_on") and "/" in written:
        day, month, year = (*written.split("/"), "", "")[:3]
        return f"{year}-{month.zfill(2)}-{day.zfill(2)}"
    return written


class Row(NamedTuple):
    """One line of the entry's form, as it is typed."""

    account: str
    auxiliary: str
    label: str
    debit: str
    credit: str


def _rows(content: Entry) -> list[Row]:
    return [
        Row(line.account, line.auxiliary, line.label, _shown(line.debit), _shown(line.credit))
        for line in content.lines
    ]


def _to_write(document: Document, reading: Reading | None) -> Entry:
    """The entry of a piece for which none is proposed, as a person begins to write it: all but its lines."""
    kind = reading.kind.value if reading else Kind.OTHER
    journal = "VE" if kind.is_sale else _JOURNALS.get(kind, "OD")
    day = reading.issued_on.value if reading and reading.issued_on else timezone.localdate(document.deposited_at)
    number = reading.number.value if reading and reading.number else ""
    name = pieces.one(document).name
    label = f"{name} {number}".strip() if number not in name else name
    return Entry(journal, day, label[:200], number or f"{journal}-{day:%Y%m%d}", day, ())


_JOURNALS = {
    Kind.PURCHASE_INVOICE: "AC",
    Kind.CREDIT_NOTE: "AC",
    Kind.RECEIPT: "AC",
    Kind.Z_DE_CAISSE: "CA",
}


def _typed_rows(typed: QueryDict) -> list[Row]:
    """The form's lines; what a forged form leaves out of a line cuts the line off."""
    return [Row(*row) for row in zip(*(typed.getlist(name) for name in Row._fields), strict=False)]


def _shown(amount: Decimal) -> str:
    return french(amount) if amount else ""


def _content(request: HttpRequest, before: Entry) -> Entry:
    """The entry as the form says it."""
    lines = tuple(
        Line(
            chart.padded(row.account.strip()),
            row.label.strip(),
            _amount(row.debit),
            _amount(row.credit),
            row.auxiliary.strip().upper(),
        )
        for row in _typed_rows(request.POST)
        if row.account.strip()
    )
    dated_on = _canonical("issued_on", request.POST.get("dated_on", ""))
    return Entry(
        before.journal if before.lines else request.POST.get("journal", before.journal),
        _dated(dated_on) if dated_on else before.dated_on,
        before.label,
        request.POST.get("piece_ref", before.piece_ref).strip(),
        before.piece_on,
        lines or before.lines,
    )


def _dated(written: str) -> date:
    day = read_day(written)
    if day is None:
        raise ValueError(written)
    return day


def _amount(written: str) -> Decimal:
    return Decimal(_plain(written) or "0").quantize(Decimal("0.01"))


def _plain(written: str) -> str:
    return "".join(written.split()).replace("\u202f", "").replace(",", ".").removesuffix("€")
