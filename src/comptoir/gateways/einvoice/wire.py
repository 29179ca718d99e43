"""HTTPS to one host with a token: nothing followed elsewhere, nothing larger than said, nothing shorter than promised."""

import email.utils
import http.client
import json
import ssl
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlencode, urlsplit

from comptoir.gateways.einvoice import Refused, Unreachable

PATIENCE = 30
"""Seconds without a byte."""
LONGEST = 300
"""Seconds for one answer in all: a platform that sends a byte a minute holds no worker for ever."""
LARGEST = 110 * 1024 * 1024
LARGEST_ANSWER = 16 * 1024 * 1024
LONGEST_WAIT = 24 * 3600
_CHUNK = 256 * 1024
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Access:
    """Where the platform is, and who asks. The secret is in no message and no representation."""

    base: SplitResult
    token: SplitResult
    client: str
    secret: str = field(repr=False)

    @classmethod
    def of(cls, address: str) -> "Access":
        """From the setting; raises `ValueError`, which names no secret."""
        parts = urlsplit(address.removeprefix("afnor+"))
        asked = parse_qs(parts.query)
        host = parts.netloc.rpartition("@")[2]
        base = urlsplit(f"{parts.scheme}://{host}{parts.path.rstrip('/')}")
        token = urlsplit(asked.get("token", [f"{parts.scheme}://{host}/oauth2/token"])[0])
        if not parts.username or not parts.password:
            raise ValueError("COMPTOIR_PLATFORM: afnor+https://client:secret@host/path")
        for place in (base, token):
            if place.scheme != "https" and place.hostname not in _LOOPBACK:
                raise ValueError("COMPTOIR_PLATFORM: a secret goes by https only")
        return cls(base, token, unquote(parts.username), unquote(parts.password))


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    retry_after: str
    body: bytes


class Wire:
    """Asks the platform, with a token that is fetched when there is none and once more when it is refused."""

    def __init__(self, access: Access, *, patience: float = PATIENCE) -> None:
        self.access, self.patience = access, patience
        self._token = ""

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """A question in JSON, and its answer."""
        raw = b"" if body is None else json.dumps(body).encode()
        return _parsed(self.raw(method, path, raw, "application/json", at_most=LARGEST_ANSWER))

    def raw(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        kind: str = "",
        *,
        at_most: int = LARGEST,
        accept: str = "",
    ) -> bytes:
        """A question, and the whole of its answer; raises `Unreachable` or `Refused`."""
        headers = {"Content-Type": kind} if kind else {}
        answer = self._asked(method, path, body, headers | {"Accept": accept or "*/*"}, at_most)
        if answer.status == http.client.UNAUTHORIZED:
            self._token = ""
            answer = self._asked(method, path, body, headers | {"Accept": accept or "*/*"}, at_most)
        return _accepted(answer).body

    def _asked(self, method: str, path: str, body: bytes, headers: dict[str, str], at_most: int) -> _Answer:
        self._token = self._token or self._new_token()
        base = self.access.base
        return self._send(
            base, method, base.path + path, body, headers | {"Authorization": f"Bearer {self._token}"}, at_most
        )

    def _new_token(self) -> str:
        form = {
            "grant_type": "client_credentials",
            "client_id": self.access.client,
            "client_secret": self.access.secret,
        }
        place = self.access.token
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        answer = self._send(place, "POST", place.path, urlencode(form).encode(), headers, LARGEST_ANSWER)
        given = _parsed(_accepted(answer).body)
        token = given.get("access_token") if isinstance(given, dict) else None
        if not isinstance(token, str) or not token or not token.isascii() or not token.isprintable():
            raise Unreachable("(jeton illisible)")
        return token

    def _send(
        self, place: SplitResult, method: str, path: str, body: bytes, headers: dict[str, str], at_most: int
    ) -> _Answer:
        link = _opened(place, self.patience)
        try:
            link.request(method, path, body or None, headers)
            response = link.getresponse()
            return _Answer(response.status, response.headers.get("Retry-After", ""), _whole(response, at_most))
        except (OSError, http.client.HTTPException) as error:
            raise Unreachable(f"({type(error).__name__})") from error
        finally:
            link.close()


def _opened(place: SplitResult, patience: float) -> http.client.HTTPConnection:
    host = place.hostname or ""
    if place.scheme == "https":
        return http.client.HTTPSConnection(
            host, place.port, timeout=patience, context=ssl.create_default_context()
        )
    return http.client.HTTPConnection(host, place.port, timeout=patience)


def _whole(response: http.client.HTTPResponse, at_most: int) -> bytes:
    """The body to its last byte. What is shorter than promised, or larger than we take, is no body."""
    promised, until = response.length, time.monotonic() + LONGEST
    if promised is not None and promised > at_most:
        raise Refused("(réponse trop volumineuse)")
    parts: list[bytes] = []
    size = 0
    while part := response.read1(_CHUNK):
        parts.append(part)
        size += len(part)
        if size > at_most:
            raise Refused("(réponse trop volumineuse)")
        if time.monotonic() > until:
            raise Unreachable("(trop lente)")
    if promised is not None and size != promised:
        raise Unreachable("(réponse tronquée)")
    return b"".join(parts)


def _accepted(answer: _Answer) -> _Answer:
    if 200 <= answer.status < 300:
        return answer
    if answer.status in (408, 425, 429) or answer.status >= 500:
        raise Unreachable(f"({answer.status})", wait=_wait(answer.retry_after))
    raise Refused(f"({answer.status})")


def _wait(asked: str) -> int:
    """Seconds, or a moment (RFC 9110 §10.2.3)."""
    if asked.strip().isdigit():
        return min(int(asked), LONGEST_WAIT)
    try:
        moment = email.utils.parsedate_to_datetime(asked)
    except ValueError:
        return 0
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0, min(int((moment - datetime.now(UTC)).total_seconds()), LONGEST_WAIT))


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unreachable("(réponse illisible)") from error
