"""No NUL comes in: no database, file name or page can hold one, and no person can type one."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, QueryDict


class PlainTextMiddleware:
    """Answers 400 to a form or a query with a NUL, before any view sees it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing on the way: what was sent is looked at once its view is known."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: Any) -> None:
        """Raise `BadRequest` for a NUL in the query or in the form."""
        if "\0" in request.path or _holds_nul(request.GET) or _holds_nul(request.POST):
            raise BadRequest("NUL")


def _holds_nul(sent: QueryDict) -> bool:
    return any("\0" in text for name, texts in sent.lists() for text in (name, *texts))
