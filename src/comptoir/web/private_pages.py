"""Pages of who is signed in are not kept: after « Se déconnecter », the back button of a shared screen shows nothing."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class PrivatePages:
    """Tells the browser, and whatever stands between, to keep no page of somebody's; what says better is left alone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; pictures and what is never cached have said already how long they last."""
        was_somebody = request.user.is_authenticated
        answer = self.get_response(request)
        if was_somebody and not answer.has_header("Cache-Control"):
            answer["Cache-Control"] = "private, no-store"
        return answer
