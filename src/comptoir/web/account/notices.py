"""« Notifications »: what a person hears of, and by which ways, wherever they are."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from comptoir.domain.notice import Choice, Kind, Mail
from comptoir.gateways import push
from comptoir.records.firms import queries as people
from comptoir.records.firms.models import Person
from comptoir.records.notices import actions, devices, queries
from comptoir.web import doors
from comptoir.web.refusals import refused


@doors.signed_in
@require_http_methods(["GET", "POST"])
def screen(request: HttpRequest) -> HttpResponse:
    """Each kind of fact, and its ways; a POST keeps what was chosen."""
    person = doors.person(request)
    if request.method == "POST":
        return _choose(request, person)
    return _screen(request, person)


def _choose(request: HttpRequest, person: Person) -> HttpResponse:
    try:
        chosen = {kind: _chosen(request, kind) for kind, _ in _known(person)}
    except ValueError:
        return refused(request, "Choisissez quand l’e-mail doit partir, pour chaque ligne.", _screen, person)
    doors.say_origin(request)
    actions.choose(person=person, choices=chosen, at=timezone.now())
    messages.success(request, "C’est noté : vous recevrez ce que vous avez choisi.")
    return redirect("notice_choices")


def _chosen(request: HttpRequest, kind: Kind) -> Choice:
    """What the form says of a kind. Raises `ValueError`."""
    mail = Mail(request.POST.get(f"{kind}-mail", ""))
    return Choice(f"{kind}-in_app" in request.POST, f"{kind}-push" in request.POST, mail)


def _screen(request: HttpRequest, person: Person) -> HttpResponse:
    context = {"choices": _known(person), "mails": list(Mail), "devices": devices.of(person)}
    context["push_key"] = settings.PUSH.public if settings.PUSH else ""
    return render(request, "account/notices.html", context)


@doors.signed_in
@require_POST
def subscribe(request: HttpRequest) -> HttpResponse:
    """This browser shows what its person is told; what it hands in is looked at first."""
    person = doors.person(request)
    to = push.Subscription(*(request.POST.get(name, "") for name in ("endpoint", "p256dh", "auth")))
    try:
        push.check(to, allows_loopback=bool(settings.PUSH and settings.PUSH.allows_loopback))
    except push.NotAnEndpoint as refusal:
        return refused(request, str(refusal), _screen, person)
    doors.say_origin(request)
    devices.subscribe(person=person, session_key=request.session.session_key, to=to, at=timezone.now())
    messages.success(request, "Cet appareil vous avertira.")
    return redirect("notice_choices")


@doors.signed_in
@require_POST
def remove(request: HttpRequest, device_id: UUID) -> HttpResponse:
    """A device shows nothing more."""
    row = doors.there(devices.one(doors.person(request), device_id))
    doors.say_origin(request)
    devices.remove(device=row, at=timezone.now())
    messages.success(request, "Cet appareil ne vous avertira plus.")
    return redirect("notice_choices")


def _known(person: Person) -> list[tuple[Kind, Choice]]:
    found = people.spaces(person, timezone.localdate())
    return queries.chosen(person, [*found.companies, *found.firms])
