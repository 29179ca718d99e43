"""Open sessions: when each was last seen, and how one is ended."""

from collections.abc import Callable
from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from comptoir.records.accounts import actions as accounts
from comptoir.records.accounts import queries
from comptoir.records.firms.models import Person
from comptoir.web import doors
from comptoir.web.account.devices import cookie_of

COOKIE = "comptoir_seen"
SEEN_FOR = timedelta(minutes=5)


class SeenMiddleware:
    """Notes when and from where a session is used: every five minutes, since every request would be a write."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and remember that the session lives; a cookie that expires says that it is time again."""
        answer = self.get_response(request)
        if self._is_due(request):
            accounts.see_session(request=request)
            answer.set_cookie(
                COOKIE,
                "1",
                max_age=SEEN_FOR,
                httponly=True,
                samesite="Lax",
                secure=request.is_secure(),
            )
        return answer

    def _is_due(self, request: HttpRequest) -> bool:
        return (
            COOKIE not in request.COOKIES and request.user.is_authenticated and bool(request.session.session_key)
        )


@doors.signed_in
@require_POST
def revoke(request: HttpRequest, session_id: int) -> HttpResponse:
    """End one of one's own sessions; this one is left by « Se déconnecter »."""
    session = queries.session(doors.person(request), session_id)
    if session is None or session.session_key == request.session.session_key:
        raise Http404
    doors.say_origin(request)
    accounts.revoke_session(session=session, by=doors.person(request), at=timezone.now())
    messages.success(request, "Cet appareil est déconnecté.")
    return redirect("profile")


@doors.signed_in
@require_POST
def revoke_others(request: HttpRequest) -> HttpResponse:
    """End all of one's sessions but this one."""
    person: Person = doors.person(request)
    doors.say_origin(request)
    accounts.revoke_other_sessions(
        person=person, session_key=request.session.session_key, cookie=cookie_of(request), at=timezone.now()
    )
    messages.success(request, "Tous vos autres appareils sont déconnectés.")
    return redirect("profile")
