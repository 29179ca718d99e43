"""Where somebody was going before they were asked for something first: a second factor, a passkey."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from comptoir.web import doors

KEY = "onward"


def remember(request: HttpRequest, address: str) -> None:
    """Keep an address of ours, to go on to afterwards."""
    request.session[KEY] = address


@doors.signed_in
@require_GET
def go(request: HttpRequest) -> HttpResponse:
    """On to where they were going, once; « Mon compte » where they were going nowhere."""
    return redirect(request.session.pop(KEY, "") or "profile")
