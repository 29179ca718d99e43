"""Each request is answered in its person's language; who chose none, in the one that this browser was asked for."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from comptoir.lib.english import FRENCH, NAMES, speaking
from comptoir.records.firms.models import Person

ASKED = "langue"
"""In the address of a page before one is signed in, and the cookie that remembers it."""
A_YEAR = 365 * 24 * 60 * 60


class Tongue:
    """Speaks one language while a request is answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in that language, and remember the one that was asked for."""
        asked = request.GET.get(ASKED, "")
        with speaking(spoken_by(request)):
            answer = self.get_response(request)
        if asked in NAMES:
            remember(request, answer, asked)
        return answer


def spoken_by(request: HttpRequest) -> str:
    """The person's own language, else the one asked for in the address, else this browser's, else French."""
    own = request.user.language if isinstance(request.user, Person) else ""
    said = (own, request.GET.get(ASKED), request.COOKIES.get(ASKED))
    return next((language for language in said if language in NAMES), FRENCH)


def remember(request: HttpRequest, answer: HttpResponse, language: str) -> None:
    """Keep on this browser what its next sign-in page speaks."""
    answer.set_cookie(ASKED, language, max_age=A_YEAR, samesite="Lax", httponly=True, secure=request.is_secure())
