"""The platform by HTTPS, with a token: what goes wrong on the way is `Unreachable`, what it will never do `Refused`."""

import http.client
import json
import threading
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlencode, urlsplit

from comptoir.gateways.einvoice import Refused, Unreachable, Unrecognised
from comptoir.lib import wire
from comptoir.lib.wire import PATIENCE

LARGEST = 110 * 1024 * 1024
LARGEST_ANSWER = 16 * 1024 * 1024


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
            if not wire.is_safe(place):
                raise ValueError("COMPTOIR_PLATFORM: a secret goes by https only")
        return cls(base, token, unquote(parts.username), unquote(parts.password))


class Wire:
    """Asks the platform, with a token that is fetched when there is none and once more when it is refused.

    Threads share the token: many platforms end the last one when they give the next, so that whoever is refused
    takes what another thread has fetched since, rather than ending that one in turn.
    """

    def __init__(self, access: Access, *, patience: float = PATIENCE) -> None:
        self.access, self.patience = access, patience
        self._token = ""
        self._fetching = threading.Lock()

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
        headers = {"Accept": accept or "*/*"} | ({"Content-Type": kind} if kind else {})
        base, token = self.access.base, self._token or self._token_after("")

        def asked(token: str) -> wire.Answer:
            bearing = headers | {"Authorization": f"Bearer {token}"}
            return self._send(base, method, base.path + path, body, bearing, at_most)

        answer = asked(token)
        if answer.status == http.client.UNAUTHORIZED:
            answer = asked(self._token_after(token))
        if answer.status == http.client.UNAUTHORIZED:  # who asks is in doubt, not what is asked
            raise Unrecognised(f"({answer.status})")
        return _accepted(answer).body

    def _token_after(self, refused: str) -> str:
        with self._fetching:
            if self._token == refused:
                self._token = self._new_token()
            return self._token

    def _new_token(self) -> str:
        form = {
            "grant_type": "client_credentials",
            "client_id": self.access.client,
            "client_secret": self.access.secret,
        }
        place = self.access.token
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        answer = self._send(place, "POST", place.path, urlencode(form).encode(), headers, LARGEST_ANSWER)
        try:
            given = _parsed(_accepted(answer).body)
        except Refused as refused:
            raise Unrecognised(f"({answer.status})") from refused
        token = given.get("access_token") if isinstance(given, dict) else None
        if not isinstance(token, str) or not token or not token.isascii() or not token.isprintable():
            raise Unreachable("(jeton illisible)")
        return token

    def _send(
        self, place: SplitResult, method: str, path: str, body: bytes, headers: dict[str, str], at_most: int
    ) -> wire.Answer:
        try:
            return wire.send(place, method, path, body, headers, at_most=at_most, patience=self.patience)
        except wire.Cut as cut:
            raise Unreachable(str(cut)) from cut
        except wire.TooLarge as error:
            raise Refused("(réponse trop volumineuse)") from error


def _accepted(answer: wire.Answer) -> wire.Answer:
    if answer.is_yes:
        return answer
    if answer.is_later:
        raise Unreachable(f"({answer.status})", wait=answer.wait)
    raise Refused(f"({answer.status})")


def _parsed(body: bytes) -> Any:
    try:
        return wire.parsed(body)
    except wire.Unreadable as error:
        raise Unreachable("(réponse illisible)") from error
