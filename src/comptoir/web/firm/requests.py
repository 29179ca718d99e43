"""Requests for documents as the firm sends and follows them, in one dossier and in all."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comptoir import pipeline
from comptoir.domain import folder as shelves
from comptoir.domain.limits import is_day, plain
from comptoir.domain.request import (
    LONGEST_MESSAGE,
    LONGEST_NAME,
    LONGEST_WORDS,
    Checklist,
    Wanted,
    item_faults,
)
from comptoir.domain.rights import Act
from comptoir.records.firms import queries as people
from comptoir.records.firms.models import ChecklistItem
from comptoir.records.firms.queries import FirmSeat, Seat
from comptoir.records.reminders import queries as reminded
from comptoir.records.requests import queries as requests
from comptoir.records.requests.actions import Closed, Moved, TooMany, WordsWanted
from comptoir.records.requests.models import DocumentRequest
from comptoir.web import doors
from comptoir.web.firm.context import cabinet, frame
from comptoir.web.firm.request_rows import Typed, rows_of, typed_rows
from comptoir.web.refusals import refused

FROM_FILE = "dossier-permanent"
"""In the address of a new request: what the dossier permanent awaits."""


class RequestForm(forms.Form):
    """What the client reads above the list."""

    title = forms.CharField(label="Titre", max_length=LONGEST_NAME)
    due_on = forms.DateField(
        label="Avant le", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    message = forms.CharField(
        label="Message", max_length=LONGEST_MESSAGE, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, stood: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stood = stood

    def clean_due_on(self) -> Any:
        """A day that can still be met; a request keeps the day that it had."""
        day = self.cleaned_data["due_on"]
        if day and not is_day(day):
            raise forms.ValidationError("Cette date ne peut pas être la bonne.")
        if day and day < timezone.localdate() and day != self.stood:
            raise forms.ValidationError("Cette date est déjà passée.")
        return day

    def clean_title(self) -> str:
        """Without signs that do not print."""
        if not (title := plain(self.cleaned_data["title"], LONGEST_NAME)):
            raise forms.ValidationError("Donnez un titre à la demande.")
        return title


@doors.signed_in
@require_GET
def everywhere(request: HttpRequest, firm_id: UUID) -> HttpResponse:
    """The requests of the dossiers that this person keeps (of all they may enter, asked so): those due first."""
    seat = doors.firm(request, firm_id, Act.SEE_REQUESTS)
    asked, today = request.GET.get("onglet", ""), timezone.localdate()
    tab = requests.Tab(asked) if asked in list(requests.Tab) else requests.Tab.STANDING
    is_everybodys = request.GET.get("dossiers") == "tous"
    companies = people.enterable(seat, today) if is_everybodys else people.mine(seat, today)
    context = cabinet(seat, "requests") | {
        "rows": requests.everywhere(seat.firm, companies, tab, today),
        "tabs": list(requests.Tab),
        "asked": tab,
        "is_everybodys": is_everybodys,
        "most": requests.MOST,
    }
    return render(request, "firm/requests_everywhere.html", context)


@doors.signed_in
@require_GET
def screen(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """The requests of a dossier, and the lists from which a new one may start."""
    seat = doors.dossier(request, company_id, Act.SEE_REQUESTS)
    context = frame(seat, "demands") | {
        "rows": requests.listed(seat.company, requests.visible_to(seat.role), timezone.localdate()),
        "to_send": len(requests.to_send(seat.company)),
        "from_file": FROM_FILE,
        "may_send": seat.may(Act.SEND_REQUESTS),
        "checklists": _checklists(seat),
    }
    return render(request, "firm/requests.html", context)


@doors.signed_in
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """A request to complete, from a list or empty; a POST sends it."""
    seat = doors.dossier(request, company_id, Act.SEND_REQUESTS)
    if request.method == "GET":
        return _new(request, seat, *_first(seat, request.GET.get("liste", "")))
    form, rows = RequestForm(request.POST), typed_rows(request.POST)
    faults = item_faults([row.wanted for row in rows])
    if not form.is_valid() or faults:
        return refused(request, " ".join([*faults, "Rien n’a été envoyé."]), _new, seat, form, rows)
    awaited = {str(item.pk): item.pk for item in requests.to_send(seat.company)}
    sent = pipeline.send_request(
        company=seat.company,
        **form.cleaned_data,
        items=[(row.wanted, awaited.get(row.checklist)) for row in rows],
        by=seat.person,
        at=timezone.now(),
    )
    messages.success(request, f"« {sent.title} » est envoyée : le client la voit aussitôt, et reçoit un e-mail.")
    return redirect("firm_demand", company_id, sent.pk)


@doors.signed_in
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, company_id: UUID, request_id: UUID) -> HttpResponse:
    """One request, document by document; a POST changes its title, message or day."""
    act = Act.SEE_REQUESTS if request.method == "GET" else Act.SEND_REQUESTS
    seat, found = doors.request_sent(request, company_id, request_id, act)
    if request.method == "GET":
        return _page(request, seat, found)
    form = RequestForm(request.POST, stood=found.due_on)
    if not form.is_valid():
        return refused(request, "Rien n’a été enregistré : voyez ce qui est en rouge.", _page, seat, found, form)
    pipeline.change_request(request=found, **form.cleaned_data, by=seat.person, at=timezone.now())
    messages.success(request, "La demande est à jour.")
    return redirect("firm_demand", company_id, request_id)


@doors.signed_in
@require_POST
def add(request: HttpRequest, company_id: UUID, request_id: UUID) -> HttpResponse:
    """More documents under the same request."""
    seat, found = doors.request_sent(request, company_id, request_id, Act.SEND_REQUESTS)
    items = [row.wanted for row in typed_rows(request.POST)]
    try:
        if faults := item_faults(items):
            return refused(request, f"{' '.join(faults)} Rien n’a été ajouté.", _page, seat, found)
        pipeline.ask_more(request=found, items=items, by=seat.person, at=timezone.now())
    except (Closed, TooMany) as refusal:
        return refused(request, str(refusal), _page, seat, found)
    return redirect("firm_demand", company_id, request_id)


@doors.signed_in
@require_POST
def end(request: HttpRequest, company_id: UUID, request_id: UUID) -> HttpResponse:
    """Await nothing more under this request."""
    seat, found = doors.request_sent(request, company_id, request_id, Act.SEND_REQUESTS)
    pipeline.end_request(request=found, by=seat.person, at=timezone.now())
    messages.success(request, "La demande est close : le client n’est plus relancé pour elle.")
    return redirect("firm_demand", company_id, request_id)


@doors.signed_in
@require_POST
def reopen(request: HttpRequest, company_id: UUID, request_id: UUID) -> HttpResponse:
    """Await again what is left of it."""
    seat, found = doors.request_sent(request, company_id, request_id, Act.SEND_REQUESTS)
    pipeline.reopen_request(request=found, by=seat.person, at=timezone.now())
    return redirect("firm_demand", company_id, request_id)


@doors.signed_in
@require_POST
def remind(request: HttpRequest, company_id: UUID, request_id: UUID) -> HttpResponse:
    """Remind the client now of what this request still awaits."""
    seat, found = doors.request_sent(request, company_id, request_id, Act.ASK_CLIENT)
    sheet = requests.sheet(found, requests.visible_to(seat.role), timezone.localdate())
    lines = [line.item.pk for line in sheet.lines if line.state.is_open and line.item.is_required]
    if not lines or found.ended_at:
        return refused(request, "Cette demande n’attend plus rien du client.", _page, seat, found)
    now = timezone.now()
    try:
        due_at = pipeline.remind(company=seat.company, lines=lines, by=seat.person, at=now)
    except (pipeline.NothingWanted, pipeline.NobodyLeft) as refusal:
        return refused(request, str(refusal), _page, seat, found)
    said = "Le rappel part maintenant." if due_at <= now else "Le rappel partira à la fin des heures calmes."
    messages.success(request, said)
    return redirect("firm_demand", company_id, request_id)


@doors.signed_in
@require_POST
def decide(request: HttpRequest, company_id: UUID, item_id: UUID) -> HttpResponse:
    """Accept a document, or send it back with a reason."""
    seat, item = doors.item_to_decide(request, company_id, item_id)
    seen = request.POST.get("seen", "")
    try:
        pipeline.decide_requested(
            item=item,
            is_accepted=request.POST.get("accepte") == "1",
            reason=plain(request.POST.get("reason", ""), LONGEST_WORDS),
            seen=int(seen) if seen.isdecimal() and len(seen) < 9 else None,
            by=seat.person,
            at=timezone.now(),
        )
    except (Moved, WordsWanted) as refusal:
        return _no(request, seat, item.request, str(refusal))
    return _done(request, seat, item.request)


@doors.signed_in
@require_POST
def withdraw(request: HttpRequest, company_id: UUID, item_id: UUID) -> HttpResponse:
    """Ask for a document no longer."""
    seat, item = doors.item_to_decide(request, company_id, item_id)
    pipeline.withdraw_requested(item=item, by=seat.person, at=timezone.now())
    return _done(request, seat, item.request)


def _done(request: HttpRequest, seat: Seat, found: DocumentRequest) -> HttpResponse:
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("firm_demand", seat.company.pk, found.pk)
    return _page(request, seat, found)


def _no(request: HttpRequest, seat: Seat, found: DocumentRequest, sentence: str) -> HttpResponse:
    if not request.htmx:  # type: ignore[attr-defined]
        return refused(request, sentence, _page, seat, found)
    return render(request, "client/missing.html#refused", {"sentence": sentence}, status=422)


def _page(
    request: HttpRequest, seat: Seat, found: DocumentRequest, form: RequestForm | None = None
) -> HttpResponse:
    sheet = requests.sheet(found, requests.visible_to(seat.role), timezone.localdate())
    first = {"title": found.title, "message": found.message, "due_on": found.due_on}
    context = frame(seat, "demands") | {
        "address": reverse("firm_demand", args=[seat.company.pk, found.pk]),
        "sheet": sheet,
        "found": found,
        "form": form or RequestForm(initial=first),
        "is_refused": form is not None,
        "asked_on": reminded.requested_on([line.item for line in sheet.lines]),
        "may_send": seat.may(Act.SEND_REQUESTS),
        "rows": rows_of([], blank=1),
        "folders": list(shelves.SHARED),
        "is_typed": bool(request.POST.getlist("label")),
    }
    page = "firm/request.html#list" if request.htmx else "firm/request.html"  # type: ignore[attr-defined]
    return render(request, page, context)


def _new(request: HttpRequest, seat: Seat, form: RequestForm, rows: list[Typed]) -> HttpResponse:
    context = frame(seat, "demands") | {
        "address": request.get_full_path(),
        "form": form,
        "rows": rows + rows_of([], blank=1),
        "folders": list(shelves.SHARED),
    }
    return render(request, "firm/new_request.html", context)


def _first(seat: Seat, key: str) -> tuple[RequestForm, list[Typed]]:
    """The form as a list fills it; empty for none of ours."""
    if key == FROM_FILE:
        awaited = requests.to_send(seat.company)
        return RequestForm(initial={"title": "Documents à fournir"}), [_awaited(item) for item in awaited]
    found = _checklists(seat).get(key, Checklist(""))
    return RequestForm(initial={"title": found.name, "message": found.message}), rows_of(found.items)


def _awaited(item: ChecklistItem) -> Typed:
    return Typed(Wanted(plain(item.label, 160)), str(item.pk))


def _checklists(seat: Seat | FirmSeat) -> dict[str, Checklist]:
    firm = seat.firm if isinstance(seat, FirmSeat) else seat.company.firm
    return pipeline.lists_of(firm)
