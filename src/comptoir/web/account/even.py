"""An answer about an address takes one time, whether or not the address has an account: the clock tells nothing either."""

import time
from collections.abc import Callable

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse

ROUTES = frozenset({"account_login", "account_reset_password"})
"""Where somebody gives an address without being known: what is written for an account, and for it alone, takes time."""


class EvenMiddleware:
    """Holds what these forms answer until a whole number of steps has passed; who signs in does not wait."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer, on the next step of its clock."""
        began = time.monotonic()
        answer = self.get_response(request)
        if self._tells_of_an_address(request, answer):
            _hold(time.monotonic() - began)
        return answer

    def _tells_of_an_address(self, request: HttpRequest, answer: HttpResponse) -> bool:
        route = request.resolver_match.view_name if request.resolver_match else ""
        if request.method != "POST" or route not in ROUTES:
            return False
        return route != "account_login" or answer.status_code != 302


def _hold(passed: float) -> None:
    step: float = settings.EVEN_STEP
    if not step:
        return
    # Whoever guesses must not hold the database's few connections while they wait.
    if not connection.in_atomic_block:
        connection.close()
    time.sleep(step - passed % step)
