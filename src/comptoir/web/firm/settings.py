"""The firm's own settings: who sees what among its people, the log of acts, the letters that went out."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comptoir.domain.rights import Act, Assignation, SecondFactor
from comptoir.lib import keyset, sheets
from comptoir.lib.english import FRENCH, speaking
from comptoir.records.audit import queries as audit
from comptoir.records.audit.actions import note
from comptoir.records.firms import members
from comptoir.records.firms import queries as people
from comptoir.records.mail import queries as outbox
from comptoir.records.mail.actions import is_carried
from comptoir.web import doors
from comptoir.web.firm.acts import VERBS, row_of
from comptoir.web.firm.context import cabinet


class Confidentiality(forms.Form):
    """How the firm holds its dossiers apart among its own people, and how people sign in."""

    assignation = forms.TypedChoiceField(
        label="Assignation des dossiers",
        coerce=Assignation,
        widget=forms.RadioSelect,
        choices=[
            (Assignation.LIBRE.value, "Libre : chacun voit le nom des dossiers des autres et peut en prendre un"),
            (
                Assignation.LIMITEE.value,
                "Limitée : chacun ne voit que ses dossiers ; un chef de mission ou vous les affectez",
            ),
        ],
    )
    second_factor = forms.TypedChoiceField(
        label="Second facteur à la connexion",
        coerce=SecondFactor,
        widget=forms.RadioSelect,
        choices=[
            (SecondFactor.NOBODY.value, "Facultatif"),
            (SecondFactor.FIRM.value, "Exigé des personnes du cabinet"),
            (SecondFactor.EVERYBODY.value, "Exigé de tous, clients compris"),
        ],
    )
    collaborateurs_validate = forms.BooleanField(
        label="Les collaborateurs peuvent valider les écritures de leurs dossiers", required=False
    )


@doors.signed_in
@require_http_methods(["GET", "POST"])
def confidentiality(request: HttpRequest, firm_id: UUID) -> HttpResponse:
    """The page, and its change, which holds at once on every open screen."""
    seat = doors.firm(request, firm_id, Act.MANAGE_FIRM)
    now = {name: getattr(seat.firm, name) for name in Confidentiality.base_fields}
    form = Confidentiality(request.POST or None, initial=now)
    if request.method == "POST" and form.is_valid():
        members.set_confidentiality(firm=seat.firm, by=seat.person, at=timezone.now(), **form.cleaned_data)
        messages.success(request, "C’est enregistré, et déjà vrai sur tous les écrans ouverts.")
        return redirect("firm_confidentiality", firm_id)
    context = cabinet(seat, "confidentiality") | {"form": form}
    return render(request, "firm/confidentiality.html", context, status=422 if form.is_bound else 200)


@doors.signed_in
@require_GET
def log(request: HttpRequest, firm_id: UUID) -> HttpResponse:
    """Who did what, when, on what, from where: newest first."""
    seat = doors.firm(request, firm_id, Act.SEE_AUDIT)
    wanted = _wanted(request)
    page = audit.page(seat.firm.pk, wanted, after=keyset.moment_key(request.GET.get("apres", "")))
    names = people.names_of(seat.firm)
    context = cabinet(seat, "audit") | {
        "rows": [row_of(event, names) for event in page.rows],
        "next_after": page.next_after,
        "wanted": wanted,
        "verbs": sorted(VERBS.items(), key=lambda item: item[1]),
        "names": names,
        "query": _query(request),
        "filters": [(name, request.GET.get(name, "")) for name in FILTERS],
    }
    return render(request, "firm/audit.html", context)


@doors.signed_in
@require_POST
def export_log(request: HttpRequest, firm_id: UUID) -> FileResponse:
    """The log as a CSV file, with the same filters; the export itself is in it."""
    seat = doors.firm(request, firm_id, Act.SEE_AUDIT)
    note("export_audit", firm_id=seat.firm.pk, person_id=seat.person.pk, at=timezone.now())
    names = people.names_of(seat.firm)
    rows = (row_of(event, names).cells for event in audit.whole(seat.firm.pk, _wanted(request)))
    head = ("Quand", "Qui", "Acte", "Dossier", "Détail", "D’où", "Identifiant")
    name = f"journal-des-actes-{timezone.localdate():%Y-%m-%d}.csv"
    with speaking(FRENCH):  # what leaves for a file is French, whoever takes it
        file = sheets.csv_file(head, rows)
    return FileResponse(file, as_attachment=True, filename=name, content_type="text/csv")


@doors.signed_in
@require_GET
def letters(request: HttpRequest, firm_id: UUID) -> HttpResponse:
    """The letters of the firm, and where nobody carries the mail, those to read here."""
    seat = doors.firm(request, firm_id, Act.MANAGE_FIRM)
    context = cabinet(seat, "outbox") | {"letters": outbox.outbox(seat.firm.pk), "is_carried": is_carried()}
    return render(request, "firm/outbox.html", context)


@doors.signed_in
@require_GET
def letter(request: HttpRequest, firm_id: UUID, letter_id: UUID) -> HttpResponse:
    """One letter that has not left, as it would be read."""
    seat = doors.firm(request, firm_id, Act.MANAGE_FIRM)
    found = outbox.letter(seat.firm.pk, letter_id)
    if found is None:
        raise Http404
    return render(request, "firm/letter.html", cabinet(seat, "outbox") | {"letter": found})


def _wanted(request: HttpRequest) -> audit.Wanted:
    """The filters as asked; what is not a filter is as if it were not there."""
    asked: Any = request.POST if request.method == "POST" else request.GET
    return audit.Wanted.of(
        verb=asked.get("acte", ""),
        person=asked.get("qui", ""),
        company=asked.get("dossier", ""),
        since=asked.get("depuis", ""),
        until=asked.get("jusqu", ""),
    )


FILTERS = ("acte", "qui", "dossier", "depuis", "jusqu")


def _query(request: HttpRequest) -> str:
    kept = request.GET.copy()
    kept.pop("apres", None)
    return kept.urlencode()
