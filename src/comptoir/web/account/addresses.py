"""Changing address: asked for here, effective only by the link that the new address receives."""

from typing import cast

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from allauth.decorators import rate_limit
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from comptoir.records.accounts import actions as accounts
from comptoir.records.accounts import queries
from comptoir.web import doors
from comptoir.web.account.adapter import Adapter
from comptoir.web.account.forms import Address

SENT = "Un message vient de partir à {}. Votre adresse changera quand vous aurez suivi son lien."


@doors.signed_in
@rate_limit(action="manage_email")  # type: ignore[untyped-decorator]  # allauth has no stubs
@reauthentication_required(app="allauth.account")  # type: ignore[untyped-decorator]  # allauth has no stubs
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for the change; the answer is the same whether or not somebody else has the address."""
    person = doors.person(request)
    form = Address(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        doors.say_origin(request)
        asked = accounts.ask_address(person=person, address=form.cleaned_data["email"], at=timezone.now())
        _send_link(asked)
        messages.success(request, SENT.format(asked.change.address))
        return redirect("profile")
    return render(request, "account/address.html", {"form": form}, status=422 if form.is_bound else 200)


@doors.signed_in
@require_POST
def abandon(request: HttpRequest) -> HttpResponse:
    """Keep the address that one has."""
    doors.say_origin(request)
    accounts.abandon_address(person=doors.person(request), at=timezone.now())
    messages.success(request, "Vous gardez votre adresse.")
    return redirect("profile")


@never_cache
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """What the link shows: a button, since mail filters follow links too; who holds the link holds the mailbox."""
    change = queries.address_change(token, at=timezone.now())
    if change is None:
        return render(request, "account/address_lost.html", status=404)
    if request.method == "GET":
        return render(request, "account/address_confirm.html", {"change": change})
    doors.say_origin(request)
    try:
        person, former = accounts.confirm_address(token=token, at=timezone.now())
    except accounts.LinkWithoutEffect:
        return render(request, "account/address_lost.html", status=404)
    adapter = cast(Adapter, get_adapter())
    adapter.send_notification_mail("mail/address_changed", person, {"address": person.email}, email=former)
    return render(request, "account/address_done.html", {"address": person.email})


def _send_link(asked: accounts.Asked) -> None:
    """Either mail goes to the address that was typed, and takes the same time."""
    adapter = cast(Adapter, get_adapter())
    link = adapter.absolute(reverse("address_confirm", args=[asked.token]))
    name = "mail/address_taken" if asked.is_taken else "mail/address_confirm"
    adapter.send_mail(name, asked.change.address, {"link": link, "person": asked.change.person})
