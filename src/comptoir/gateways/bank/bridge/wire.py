"""Bridge by HTTPS: who asks is said each time, for whom by a token of two hours."""

import http.client
import json
from urllib.parse import urlencode

from comptoir.domain.limits import plain
from comptoir.gateways.bank.bridge import Access, Refused, TokenRefused, Unreachable, answers
from comptoir.lib import wire
from comptoir.lib.wire import PATIENCE

PATH = "/v3/aggregation"
BANKS = "/v3/providers"
"""Where Bridge says what a bank is called: it stands beside what it knows of its users."""
VERSION = "2025-01-15"
LARGEST_ANSWER = 16 * 1024 * 1024


class Wire:
    """Asks Bridge, with a token that is fetched when there is none and once more when it is refused."""

    def __init__(self, access: Access, *, patience: float = PATIENCE) -> None:
        self.access, self.patience = access, patience
        self._tokens: dict[str, str] = {}

    def ask(self, method: str, path: str, body: dict[str, object] | None = None) -> object:
        """A question of the firm's own, and its answer; raises `Unreachable` or `Refused`."""
        return _accepted(self._send(method, path, body))

    def ask_of_bank(self, provider_id: str) -> object:
        """What Bridge says of a bank."""
        return _accepted(self._send("GET", f"/{provider_id}", None, root=BANKS))

    def ask_for(
        self, user: str, method: str, path: str, body: dict[str, object] | None = None, query: str = ""
    ) -> object:
        """A question on behalf of a user of Bridge."""
        asked = f"{path}?{query}" if query else path
        answer = self._send(method, asked, body, self._tokens.get(user) or self._new_token(user))
        if answer.status == http.client.UNAUTHORIZED:
            answer = self._send(method, asked, body, self._new_token(user))
        if answer.status == http.client.UNAUTHORIZED:
            raise _refusal(answer, TokenRefused)
        return _accepted(answer)

    def user_of(self, external_id: str) -> str:
        """Who a user is that Bridge already knows by our own identifier."""
        value, user = self._token({"external_user_id": external_id})
        if not user:
            raise Unreachable("(réponse illisible)")
        self._tokens[user] = value
        return user

    def _new_token(self, user: str) -> str:
        self._tokens.pop(user, None)
        self._tokens[user], _ = self._token({"user_uuid": user})
        return self._tokens[user]

    def _token(self, whose: dict[str, object]) -> tuple[str, str]:
        answer = self._send("POST", "/authorization/token", whose)
        if not answer.is_yes and not answer.is_later:
            raise _refusal(answer, TokenRefused)
        return answers.token(_accepted(answer))

    def _send(
        self, method: str, path: str, body: dict[str, object] | None, token: str = "", *, root: str = PATH
    ) -> wire.Answer:
        base = self.access.base
        raw = b"" if body is None else json.dumps(body).encode()
        headers = self._headers(token) | ({"Content-Type": "application/json"} if raw else {})
        try:
            return wire.send(
                base, method, base.path + root + path, raw, headers, at_most=LARGEST_ANSWER, patience=self.patience
            )
        except wire.Cut as cut:
            raise Unreachable(str(cut)) from cut
        except wire.TooLarge as error:
            raise Unreachable("(réponse trop volumineuse)") from error

    def _headers(self, token: str) -> dict[str, str]:
        who = {
            "Accept": "application/json",
            "Bridge-Version": VERSION,
            "Client-Id": self.access.client,
            "Client-Secret": self.access.secret,
        }
        return who | ({"Authorization": f"Bearer {token}"} if token else {})


def query(**asked: str) -> str:
    """What is asked for, without what is not."""
    return urlencode({name: value for name, value in asked.items() if value})


def _accepted(answer: wire.Answer) -> object:
    if answer.is_yes:
        return answers.parsed(answer.body) if answer.body else None
    if answer.is_later:
        raise Unreachable(f"({answer.status})", wait=answer.wait)
    raise _refusal(answer, Refused)


def _refusal(answer: wire.Answer, kind: type[Refused]) -> Refused:
    """Why Bridge refuses, in its own words: a code and a message, alone or in a list."""
    try:
        told = answers.parsed(answer.body)
    except Unreachable:
        told = None  # a proxy's page: the status says enough
    listed = told.get("errors") if isinstance(told, dict) else None
    first = listed[0] if isinstance(listed, list) and listed else told
    said = first if isinstance(first, dict) else {}
    code, message = (_text(said.get(name)) for name in ("code", "message"))
    words = " : ".join(filter(None, (f"{answer.status} {code}".strip(), message)))
    return kind(f"({words})", status=answer.status, code=code)


def _text(value: object) -> str:
    return plain(value[:800], 200) if isinstance(value, str) else ""
