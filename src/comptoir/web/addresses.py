"""The addresses of a dossier that documents are sent to, who may send, and the mails that wait: for both sides alike."""

import contextlib
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comptoir import pipeline
from comptoir.domain.mail import addresses
from comptoir.domain.rights import Act
from comptoir.records.firms.queries import Seat
from comptoir.records.inbox import actions as inbox
from comptoir.records.inbox import queries as inbox_of
from comptoir.web import doors
from comptoir.web.client.context import frame as client_frame
from comptoir.web.firm.context import frame as firm_frame
from comptoir.web.refusals import refused

WORDS = {
    "achat": ("Achats", "factures, tickets et avoirs de vos fournisseurs"),
    "vente": ("Ventes", "factures que vous émettez"),
    "ndf": ("Notes de frais", "ce qu’une personne a payé pour l’entreprise"),
    "admin": ("Administratif", "gardé par le cabinet, jamais comptabilisé"),
}


@doors.signed_in
@require_http_methods(["GET", "POST"])
def screen(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """The four addresses, who may send, and what waits; a POST gives new addresses, and ends the former ones."""
    if request.method == "POST":
        seat = doors.either_side(request, company_id, Act.MANAGE_ADDRESSES)
        inbox.give_token(company=seat.company, by=seat.person, at=timezone.now())
        messages.success(request, "Vos adresses ont changé : les anciennes ne reçoivent plus rien.")
        return redirect("deposit_addresses", seat.company.pk)
    return _screen(request, doors.either_side(request, company_id, Act.SETTLE_MAIL))


def _screen(request: HttpRequest, seat: Seat) -> HttpResponse:
    token = inbox.token_of(seat.company, at=timezone.now())
    own = addresses(token.word, settings.DEPOSIT_DOMAIN)
    context = (firm_frame(seat, "production") if seat.is_firm else client_frame(seat, "documents")) | {
        "address": reverse("deposit_addresses", args=[seat.company.pk]),
        "doors": [(*WORDS[purpose], written) for purpose, written in own.items()],
        "senders": inbox_of.senders(seat.company),
        "waiting": inbox_of.waiting(seat.company),
        "latest": inbox_of.latest(seat.company),
        "may_manage_addresses": seat.may(Act.MANAGE_ADDRESSES),
        "is_local": settings.DEPOSIT_DOMAIN.endswith(".localhost"),
        "piece_route": "firm_review" if seat.is_firm else "client_document",
        "tab": "addresses",
    }
    return render(request, "firm/addresses.html" if seat.is_firm else "client/addresses.html", context)


@doors.signed_in
@require_GET
def card(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """The four addresses as a card for an address book (RFC 6350)."""
    seat = doors.either_side(request, company_id, Act.SETTLE_MAIL)
    token = inbox.token_of(seat.company, at=timezone.now())
    name = f"Comptoir {seat.company.name}".replace("\\", "").replace(";", ",").replace("\n", " ")
    lines = ["BEGIN:VCARD", "VERSION:4.0", f"FN:{name}"]
    for purpose, written in addresses(token.word, settings.DEPOSIT_DOMAIN).items():
        lines.append(f"EMAIL;TYPE=work;PID=1:{written}" if purpose == "achat" else f"EMAIL;TYPE=work:{written}")
    answer = HttpResponse("\r\n".join([*lines, "END:VCARD", ""]), content_type="text/vcard; charset=utf-8")
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=f"{name}.vcf")
    return answer


@doors.signed_in
@require_POST
def authorise(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """Let an address or a domain send."""
    seat = doors.either_side(request, company_id, Act.SETTLE_MAIL)
    try:
        sender = inbox.authorise(
            company=seat.company, written=request.POST.get("sender", ""), by=seat.person, at=timezone.now()
        )
    except inbox.NotASender as refusal:
        return refused(request, str(refusal), _screen, seat)
    messages.success(request, f"{sender.pattern} peut envoyer des documents.")
    return redirect("deposit_addresses", seat.company.pk)


@doors.signed_in
@require_POST
def withdraw(request: HttpRequest, company_id: UUID, sender_id: UUID) -> HttpResponse:
    """What a sender sends waits from now on."""
    seat, sender = doors.sender(request, company_id, sender_id)
    inbox.withdraw(sender=sender, by=seat.person, at=timezone.now())
    return redirect("deposit_addresses", seat.company.pk)


@doors.signed_in
@require_POST
def release(request: HttpRequest, company_id: UUID, mail_id: UUID) -> HttpResponse:
    """Let a mail in that waited, and its sender from now on where that is asked."""
    seat, mail = doors.held_mail(request, company_id, mail_id)
    now = timezone.now()
    try:
        pipeline.release(mail=mail, by=seat.person, at=now)
    except inbox.AlreadySettled as refusal:
        return refused(request, str(refusal), _screen, seat)
    if request.POST.get("always"):
        with contextlib.suppress(inbox.NotASender):  # what it brought is let in; such a sender cannot be named
            inbox.authorise(company=seat.company, written=mail.sender, by=seat.person, at=now)
    messages.success(request, "Le message est accepté : ses documents sont déposés.")
    return redirect("deposit_addresses", seat.company.pk)


@doors.signed_in
@require_POST
def refuse(request: HttpRequest, company_id: UUID, mail_id: UUID) -> HttpResponse:
    """A mail that nobody wants."""
    seat, mail = doors.held_mail(request, company_id, mail_id)
    try:
        pipeline.refuse_mail(mail=mail, by=seat.person, at=timezone.now())
    except inbox.AlreadySettled as refusal:
        return refused(request, str(refusal), _screen, seat)
    messages.success(request, "Le message est refusé.")
    return redirect("deposit_addresses", seat.company.pk)
