"""HTTPS to one host: nothing followed elsewhere, nothing larger than said, nothing shorter than promised."""

import contextlib
import email.utils
import http.client
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn
from urllib.parse import SplitResult

PATIENCE = 30
"""Seconds without a byte."""
LONGEST = 300
"""Seconds for one answer in all: a host that sends a byte a minute holds no worker for ever."""
LONGEST_WAIT = 24 * 3600
LATER = (408, 425, 429)
"""What a host says that would have answered at another moment; 5xx is the same."""
_CHUNK = 256 * 1024
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Cut(Exception):
    """No whole answer came."""


class TooLarge(Exception):
    """The answer is larger than what was to be taken."""


class Unreadable(Exception):
    """The answer is no JSON."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a host said, to its last byte."""

    status: int
    retry_after: str
    body: bytes

    @property
    def is_yes(self) -> bool:
        """Whether the question was answered."""
        return 200 <= self.status < 300

    @property
    def is_later(self) -> bool:
        """Whether the same question may be answered at another moment."""
        return self.status in LATER or self.status >= 500

    @property
    def wait(self) -> int:
        """How many seconds the host asks us to stay away: a number, or a moment (RFC 9110 §10.2.3)."""
        return _wait(self.retry_after)


def is_safe(place: SplitResult) -> bool:
    """Whether a secret may go there: by https, or without leaving this machine."""
    return place.scheme == "https" or (place.scheme == "http" and place.hostname in _LOOPBACK)


def send(
    place: SplitResult,
    method: str,
    path: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    at_most: int,
    patience: float = PATIENCE,
) -> Answer:
    """Ask one question on a connection of its own; raises `Cut` or `TooLarge`."""
    link, until = _opened(place, patience), time.monotonic() + LONGEST
    clock = threading.Timer(LONGEST, _hang_up, [link])
    clock.daemon = True
    clock.start()
    try:
        link.request(method, path, body or None, dict(headers))
        response = link.getresponse()
        return Answer(response.status, response.headers.get("Retry-After", ""), _whole(response, at_most, until))
    except (OSError, http.client.HTTPException) as error:
        raise Cut(f"({type(error).__name__})") from error
    finally:
        clock.cancel()
        link.close()


def parsed(body: bytes, *, number: Callable[[str], Any] = float) -> Any:
    """The JSON of an answer, its fractions read by `number`; raises `Unreadable`."""
    try:
        return json.loads(body, parse_float=number, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise Unreadable from error


def exact(written: str) -> Decimal:
    """A number as it was written, digit for digit: money never passes through a float."""
    try:
        return Decimal(written)
    except InvalidOperation as error:  # an exponent that no machine holds
        raise ValueError(written[:40]) from error


def _opened(place: SplitResult, patience: float) -> http.client.HTTPConnection:
    host = place.hostname or ""
    if place.scheme == "https":
        return http.client.HTTPSConnection(
            host, place.port, timeout=patience, context=ssl.create_default_context()
        )
    return http.client.HTTPConnection(host, place.port, timeout=patience)


def _hang_up(link: http.client.HTTPConnection) -> None:
    # Headers that drip keep every single wait short: only who looks at the clock from outside can end them.
    with contextlib.suppress(OSError):
        if link.sock:
            socket.socket.shutdown(link.sock, socket.SHUT_RDWR)


def _whole(response: http.client.HTTPResponse, at_most: int, until: float) -> bytes:
    """The body to its last byte. What is shorter than promised, or larger than we take, is no body."""
    promised = response.length
    if promised is not None and promised > at_most:
        raise TooLarge
    parts: list[bytes] = []
    size = 0
    while (part := response.read1(_CHUNK)) and time.monotonic() < until:
        parts.append(part)
        size += len(part)
        if size > at_most:
            raise TooLarge
    if time.monotonic() >= until:  # where no length is promised, being hung up on looks like an end
        raise Cut("(trop lente)")
    if promised is not None and size != promised:
        raise Cut("(réponse tronquée)")
    return b"".join(parts)


def _wait(asked: str) -> int:
    if asked.strip().isdecimal():
        return min(int(asked.strip()[:9]), LONGEST_WAIT)
    try:
        moment = email.utils.parsedate_to_datetime(asked)
    except (ValueError, OverflowError):
        return 0
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0, min(int((moment - datetime.now(UTC)).total_seconds()), LONGEST_WAIT))


def _no_number(constant: str) -> NoReturn:
    # Python's JSON takes NaN and Infinity, which RFC 8259 §6 does not know: no amount is either.
    raise ValueError(constant)
