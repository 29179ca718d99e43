"""The cookie by which a device is known again, and the mail about one that is not."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from comptoir.records.accounts import actions as accounts
from comptoir.records.firms.models import Person

COOKIE = "comptoir_device"
LASTS = timedelta(days=400)  # the longest that browsers keep one


def remember(request: HttpRequest, response: HttpResponse, person: Person, *, adapter: Any) -> None:
    """Know this device again next time; tell its owner where it is new, unless it is the first of all."""
    found = accounts.recognise(person=person, cookie=cookie_of(request), at=timezone.now())
    response.set_cookie(
        COOKIE,
        found.cookie,
        max_age=LASTS,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    if found.is_news:
        adapter.send_notification_mail("mail/new_device", person)


def cookie_of(request: HttpRequest) -> str:
    """What the device shows, or nothing."""
    return request.COOKIES.get(COOKIE, "")
