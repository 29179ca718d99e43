"""The firm's conversations over all of one's dossiers, what waits first; and whether clients write to it here."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comptoir import pipeline
from comptoir.domain.company import Messaging
from comptoir.domain.rights import Act
from comptoir.lib import keyset
from comptoir.records.conversations import queries as conversations
from comptoir.records.firms.messaging import LONGEST
from comptoir.records.firms.queries import FirmSeat
from comptoir.web import doors
from comptoir.web.firm.context import cabinet

VIEWS = {"": "À traiter", "a-moi": "À moi", "en-attente": "Reportées", "toutes": "Toutes"}
"""What one looks at; what waits comes first."""


@doors.signed_in
@require_GET
def screen(request: HttpRequest, firm_id: UUID) -> HttpResponse:
    """The conversations of one's dossiers, or the messages that hold the words asked for."""
    seat = doors.firm(request, firm_id, Act.SEE_MESSAGES)
    context = cabinet(seat, "talks") | _listed(request, seat)
    page = "firm/talks_of_firm.html#list" if request.htmx else "firm/talks_of_firm.html"  # type: ignore[attr-defined]
    return render(request, page, context)


@doors.signed_in
@require_GET
def badge(request: HttpRequest, firm_id: UUID) -> HttpResponse:
    """The count alone, for the rail."""
    seat = doors.firm(request, firm_id, Act.SEE_MESSAGES)
    count = conversations.count_waiting_at_firm(seat, timezone.localdate())
    return render(request, "firm/talks_badge.html", {"firm": seat.firm, "messages_count": count})


def _listed(request: HttpRequest, seat: FirmSeat) -> dict[str, Any]:
    today, words = timezone.localdate(), request.GET.get("q", "").strip()[:100]
    after, view = keyset.moment_key(request.GET.get("apres", "")), request.GET.get("voir", "")
    view = view if view in VIEWS else ""
    asked = {"q": words, "view": view, "talk_views": VIEWS, "here": request.path, "after": after}
    if words:
        return asked | {"found": conversations.search_at_firm(seat, words, today, after=after)}
    rows = conversations.visible_at_firm(seat, today)
    if view == "":
        rows = conversations.waiting_at_firm(rows, seat.person, today)
    elif view == "a-moi":
        rows = conversations.to_treat(rows, today).filter(assigned_to=seat.person)
    elif view == "en-attente":
        rows = conversations.put_off(rows, today)
    return asked | {"page": conversations.listed(rows, seat.person, after=after)}


class MessagingForm(forms.Form):
    """Whether clients write here, and how else the firm is reached."""

    has_messaging = forms.BooleanField(label="Les clients et le cabinet s’écrivent dans Comptoir", required=False)
    how_to_reach = forms.CharField(
        label="Comment nous joindre",
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 5, "class": "field"}),
        help_text="Adresse, téléphone, horaires : vos clients le lisent sous « Vos interlocuteurs ».",
    )


@doors.signed_in
@require_http_methods(["GET", "POST"])
def messaging(request: HttpRequest, firm_id: UUID) -> HttpResponse:
    """The firm's *Messagerie*: open or closed, and how it is reached."""
    seat = doors.firm(request, firm_id, Act.MANAGE_FIRM)
    now = {name: getattr(seat.firm, name) for name in MessagingForm.base_fields}
    form = MessagingForm(request.POST if request.method == "POST" else None, initial=now)
    if form.is_bound and form.is_valid():
        pipeline.talking.open_messaging(firm=seat.firm, by=seat.person, at=timezone.now(), **form.cleaned_data)
        messages.success(request, "C’est enregistré, et déjà vrai sur tous les écrans ouverts.")
        return redirect("firm_messaging", firm_id)
    context = cabinet(seat, "messaging") | {"form": form}
    return render(request, "firm/messaging.html", context, status=422 if form.is_bound else 200)


@doors.signed_in
@require_POST
def dossier_messaging(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """A dossier's own word, over its firm's."""
    seat = doors.dossier(request, company_id, Act.EDIT_FILE)
    said = request.POST.get("messaging", "")
    own = Messaging(said) if said in {one.value for one in Messaging} else None
    pipeline.talking.open_dossier_messaging(company=seat.company, messaging=own, by=seat.person, at=timezone.now())
    messages.success(request, "La messagerie du dossier est réglée.")
    return redirect("firm_file", company_id)
