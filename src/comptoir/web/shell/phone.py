"""The installed application: a camera that opens without a network, and what a browser needs to install it.

The page itself is nobody's: it holds no name and no key, so that it may be kept on the phone and opened at any time. Who
is signed in, and where they may hand in, it asks apart (`me`) and remembers.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from comptoir.domain.rights import Act
from comptoir.lib.english.catalog import told
from comptoir.records.firms.models import Person
from comptoir.records.firms.queries import spaces

SCRIPTS = (
    "js/outbox.js",
    "js/sender.js",
    "js/spoken.js",
    "js/phone/app.js",
    "js/phone/camera.js",
    "js/phone/capture-desk.js",
    "js/phone/edges.js",
    "js/phone/queue-list.js",
    "js/phone/queue.js",
)
ASSETS = (*SCRIPTS, "css/phone.css", "css/tokens.css", "css/reset.css", "icons.svg", "favicon.svg")
"""What the camera page is made of: kept on the phone together, under names that change with their content."""

SHARED = ("image/*", "application/pdf", "text/xml", "application/xml", ".heic", ".heif", ".pdf", ".xml")


@require_GET
def camera(request: HttpRequest) -> HttpResponse:
    """The camera: the same page for everybody."""
    answer = render(request, "phone/camera.html")
    answer["Cache-Control"] = "no-cache"
    return answer


@require_GET
def me(request: HttpRequest) -> HttpResponse:
    """Who is signed in on this phone, and for which companies they may hand in."""
    if not request.user.is_authenticated:
        return JsonResponse(told({"sentence": "Personne n’est connecté sur ce téléphone."}), status=401)
    person = request.user
    assert isinstance(person, Person), "anonymous people were answered above"
    seats = [seat for seat in spaces(person, timezone.localdate()).companies if seat.may(Act.DEPOSIT)]
    companies = [{"id": str(seat.company.pk), "name": seat.company.name} for seat in seats]
    answer = JsonResponse({"person": str(person.pk), "name": person.full_name, "companies": companies})
    answer["Cache-Control"] = "no-store"
    return answer


@require_GET
def manifest(request: HttpRequest) -> HttpResponse:
    """What the installed application is called, looks like, and takes from others."""
    start = reverse("phone")
    said: dict[str, Any] = {
        "id": start,
        "name": "Comptoir",
        "short_name": "Comptoir",
        "description": "Photographiez vos tickets et vos factures : votre cabinet les reçoit.",
        "lang": "fr",
        "start_url": start,
        "scope": "/",
        "display": "standalone",
        "background_color": "#16211d",
        "theme_color": "#16211d",
        "icons": [
            {"src": static("icons/app-192.png"), "sizes": "192x192", "type": "image/png"},
            {"src": static("icons/app-512.png"), "sizes": "512x512", "type": "image/png"},
            {
                "src": static("icons/app-mask-512.png"),
                "sizes": "512x512",
                "type": "image/png",
                "purpose": "maskable",
            },
        ],
        "shortcuts": [{"name": "Photographier une pièce", "short_name": "Photo", "url": start}],
        "share_target": {
            "action": reverse("phone_share"),
            "method": "POST",
            "enctype": "multipart/form-data",
            "params": {"title": "title", "files": [{"name": "files", "accept": list(SHARED)}]},
        },
    }
    return JsonResponse(said, content_type="application/manifest+json", headers={"Cache-Control": "no-cache"})


@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker: its text changes whenever one file of the application does, so that phones take the new one."""
    context = {
        "assets": [static(name) for name in ASSETS],
        "shell": reverse("phone"),
        "share": reverse("phone_share"),
    }
    answer = render(request, "phone/worker.js", context, content_type="text/javascript")
    answer["Cache-Control"] = "no-cache"
    return answer


@csrf_exempt  # the phone's own share sheet posts here, without a page of ours before it; nothing is taken in
@require_POST
def share(request: HttpRequest) -> HttpResponse:
    """Files shared from another application before this one was ready: the service worker takes them from then on."""
    return HttpResponseRedirect(f"{reverse('phone')}?partage=rate")
