"""« Notifications »: what a person hears of, and by which ways, wherever they are."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from comptoir.domain.notice import Choice, Kind, Mail
from comptoir.records.firms import queries as people
from comptoir.records.firms.models import Person
from comptoir.records.notices import actions, queries
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
    actions.choose(person=person, choices=chosen, at=timezone.now())
    messages.success(request, "C’est noté : vous recevrez ce que vous avez choisi.")
    return redirect("notice_choices")


def _chosen(request: HttpRequest, kind: Kind) -> Choice:
    """What the form says of a kind. Raises `ValueError`."""
    mail = Mail(request.POST.get(f"{kind}-mail", ""))
    return Choice(f"{kind}-in_app" in request.POST, f"{kind}-push" in request.POST, mail)


def _screen(request: HttpRequest, person: Person) -> HttpResponse:
    return render(request, "account/notices.html", {"choices": _known(person), "mails": list(Mail)})


def _known(person: Person) -> list[tuple[Kind, Choice]]:
    found = people.spaces(person, timezone.localdate())
    return queries.chosen(person, [*found.companies, *found.firms])
