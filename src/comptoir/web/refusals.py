"""How a page says no: itself again, with the sentence on it, the status 422, and what was typed still there."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

P = ParamSpec("P")


def refused(
    request: HttpRequest,
    sentence: str,
    page: Callable[Concatenate[HttpRequest, P], HttpResponse],
    *args: P.args,
    **kwargs: P.kwargs,
) -> HttpResponse:
    """The page, told why; its address is the page's own, so that a reload asks nothing twice."""
    messages.error(request, sentence)
    answer = page(request, *args, **kwargs)
    answer.status_code = 422
    return answer
