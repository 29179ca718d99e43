"""« Téléphones »: a code on this screen signs a phone in, once; the phones are listed, and one is signed out from here."""

import base64
import io
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import segno
from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comptoir.readers import codes
from comptoir.records.accounts import actions as accounts
from comptoir.records.accounts import phones
from comptoir.records.firms.models import Person
from comptoir.web import doors, uploads
from comptoir.web.account import devices
from comptoir.web.public_address import absolute

PICTURE = 12 * 1024 * 1024
LOCAL = ("localhost", "127.0.0.1", "::1")


@doors.signed_in
@require_GET
def screen(request: HttpRequest) -> HttpResponse:
    """The person's phones."""
    return render(request, "account/phones.html", {"phones": phones.of(doors.person(request))})


@doors.signed_in
@reauthentication_required  # type: ignore[untyped-decorator]  # allauth has no stubs
@never_cache
@require_GET
def add(request: HttpRequest) -> HttpResponse:
    """A code for one phone, to scan or to type: who shows it has just said again who they are."""
    person = doors.person(request)
    code = phones.offer(person=person, at=timezone.now())
    address = absolute(request, f"{reverse('phone_pairing')}?code={code}")
    context = {
        "code": f"{code[:4]} {code[4:]}",
        "address": absolute(request, reverse("phone_pairing")),
        "image": _drawn(address),
        "known": len(phones.of(person)),
        "reach": _reach(request),
    }
    return render(request, "account/add_phone.html", context)


@doors.signed_in
@require_GET
def arrived(request: HttpRequest) -> HttpResponse:
    """Whether a phone has come since the code was shown, asked every few seconds by that screen."""
    found, before = phones.of(doors.person(request)), request.GET.get("avant", "0")
    came = found[0] if before.isdecimal() and len(found) > int(before) else None
    return render(request, "account/add_phone.html#arrived", {"came": came, "known": before})


@doors.signed_in
@require_POST
def revoke(request: HttpRequest, phone_id: UUID) -> HttpResponse:
    """Sign a phone out, wherever it is."""
    phone = phones.get(doors.person(request), phone_id)
    if phone is None:
        raise Http404
    doors.say_origin(request)
    phones.revoke(phone=phone, at=timezone.now())
    messages.success(request, f"{phone.name} est déconnecté : il ne dépose plus rien en votre nom.")
    return redirect("phones")


@never_cache
@require_http_methods(["GET", "POST"])
def pairing(request: HttpRequest) -> HttpResponse:
    """On the phone: the code, scanned or typed; nothing happens before the button is touched."""
    if request.method == "GET":
        return _asked(request, code=phones.written(request.GET.get("code", "")))
    if request.FILES.get("picture"):
        return _scanned(request)
    code = phones.written(request.POST.get("code", ""))
    now, address = timezone.now(), f"code {_ip(request)}"
    if sentence := accounts.try_once(address=address, ip=_ip(request), at=now):
        return _asked(request, code=code, refusal=sentence, status=429)
    try:
        person = phones.take(code=code, at=now)
    except phones.CodeWithoutEffect as fault:
        return _asked(request, code="", refusal=str(fault), status=422)
    accounts.give_back(address=address, ip=_ip(request))
    return _paired(request, person)


def _ip(request: HttpRequest) -> str:
    ip: str = get_adapter(request).get_client_ip(request)
    return ip


def _paired(request: HttpRequest, person: Person) -> HttpResponse:
    """Signed in as the person who showed the code, for as long as the phone is theirs."""
    adapter = get_adapter(request)
    adapter.login(request, person)
    record_authentication(request, person, method="phone")
    request.session.set_expiry(phones.SIGNED_IN_FOR)
    request.session.save()
    accounts.see_session(request=request)
    doors.say_origin(request)
    phones.pair(person=person, session_key=request.session.session_key, at=timezone.now())
    answer = redirect("phone")
    devices.remember(request, answer, person, adapter=adapter)
    return answer


def _asked(request: HttpRequest, *, code: str, refusal: str = "", status: int = 200) -> HttpResponse:
    person = phones.offered(code, at=timezone.now()) if code and not refusal else None
    context = {"code": code, "person": person, "refusal": refusal}
    return render(request, "phone/pairing.html", context, status=status)


def _scanned(request: HttpRequest) -> HttpResponse:
    """A photo of the screen, for phones whose browser cannot read codes itself."""
    try:
        said = codes.read(uploads.upload(request, "picture", PICTURE)[0])
    except uploads.TooHeavy as fault:
        return _asked(request, code="", refusal=str(fault), status=413)
    code = next((phones.written(text.partition("code=")[2]) for text in said if "code=" in text), "")
    if len(code) != phones.LENGTH:
        sentence = "Aucun code n’a été trouvé sur cette photo. Approchez-vous de l’écran, ou tapez le code."
        return _asked(request, code="", refusal=sentence, status=422)
    return redirect(f"{reverse('phone_pairing')}?code={code}")


def _reach(request: HttpRequest) -> str:
    """Why a phone could not open the address, in words; nothing where it can."""
    address = urlsplit(settings.PUBLIC_URL or request.build_absolute_uri("/"))
    if address.hostname in LOCAL or str(address.hostname).endswith(".localhost"):
        return "local"
    return "" if address.scheme == "https" else "insecure"


def _drawn(address: str) -> dict[str, Any]:
    """The code to scan, as a picture."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="svg", border=2, scale=6, dark="#111", light="#fff")
    return {"data": base64.b64encode(out.getvalue()).decode()}
