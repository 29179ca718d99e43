"""While the database is away or starts again, a request says so in a sentence, and when to come again (503)."""

import logging
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.views import defaults

from comptoir.web import tus

AGAIN = 5
"""Seconds after which who asked may ask again: a server that is started again is back by then."""
SENTENCE = (
    "Comptoir est momentanément indisponible. Rien n’est perdu de ce qui a été reçu : réessayez dans un instant."
)
_GONE = ("08", "57P", "53300")
"""How PostgreSQL says that nobody is there, or not for long: connection lost, shutting down, starting, too many."""

log = logging.getLogger(__name__)


def is_away(fault: BaseException | None) -> bool:
    """Whether it is the database that cannot be reached; a question that it refuses is a fault of ours."""
    if isinstance(fault, InterfaceError):
        return True
    if not isinstance(fault, OperationalError):
        return False
    state = getattr(fault.__cause__, "sqlstate", None)
    return state is None or str(state).startswith(_GONE)


def fault(request: HttpRequest) -> HttpResponse:
    """The answer to a request that has failed (`handler500`)."""
    raised = sys.exc_info()[1]
    if not is_away(raised):
        return defaults.server_error(request)
    log.warning("the database is away: %s", str(raised).partition("\n")[0])
    return _answer(request)


def _answer(request: HttpRequest) -> HttpResponse:
    # No template of a signed-in page: it would ask the database who is there.
    if "Tus-Resumable" in request.headers:
        return tus.answer(503, {"sentence": SENTENCE}, Retry_After=AGAIN)
    page = loader.render_to_string("503.html", {"sentence": SENTENCE, "again": AGAIN})
    answer = HttpResponse(page, status=503)
    answer["Retry-After"], answer["Cache-Control"] = str(AGAIN), "no-store"
    return answer
