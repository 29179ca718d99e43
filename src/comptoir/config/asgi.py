"""The web server's application: the live stream apart, everything else through Django."""

import os
import signal
from collections.abc import Callable
from types import FrameType
from typing import Any

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comptoir.config.settings")

_django = get_asgi_application()

from comptoir.web import live  # noqa: E402  # needs Django's registry, made on the line above


async def application(scope: live.Scope, receive: live.Receive, send: live.Send) -> None:
    """One entry for the server; its start and end are ours too, so that open streams never delay a stop."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "http" and scope["path"].startswith(live.PREFIX):
        await live.application(scope, receive, send)
    else:
        await _django(dict(scope), receive, send)  # type: ignore[arg-type]  # stubs narrower than ASGI


async def _lifespan(receive: live.Receive, send: live.Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            _close_streams_on(signal.SIGTERM)
            _close_streams_on(signal.SIGINT)
            await send({"type": "lifespan.startup.complete"})
        else:
            await send({"type": "lifespan.shutdown.complete"})
            return


def _close_streams_on(number: signal.Signals) -> None:
    """Servers wait for open responses: ours must end first, then the server's own handler goes on."""
    before: Callable[[int, FrameType | None], Any] | int | None = signal.getsignal(number)

    def close(signum: int, frame: FrameType | None) -> None:
        live.hub.close()
        if callable(before):
            before(signum, frame)

    signal.signal(number, close)
