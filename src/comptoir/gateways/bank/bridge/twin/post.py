"""The twin's news: signed as Bridge signs, and posted on this machine only."""

import http.client
import logging
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, urlsplit

from comptoir.gateways.bank.bridge import webhook
from comptoir.gateways.bank.bridge.twin.rest import written
from comptoir.lib import wire

PATIENCE = 5.0
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class News:
    """One message as it was signed, and how it was answered: 0 where nobody did."""

    type: str
    raw: bytes
    signature: str
    status: int


@dataclass
class Post:
    """Where news goes, and what signs it: two secrets while one is being changed."""

    secrets: list[str]
    address: str = ""
    sent: list[News] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.address:
            _place(self.address)

    def send(self, kind: str, content: dict[str, Any], timestamp: int) -> None:
        """One message; kept in `sent` even where no address is given."""
        raw = written({"content": content, "timestamp": timestamp, "type": kind}).encode()
        signature = ",".join(f"v1={webhook.signature(secret, raw)}" for secret in self.secrets)
        status = _posted(_place(self.address), raw, signature) if self.address else 0
        self.sent.append(News(kind, raw, signature, status))


def _place(address: str) -> SplitResult:
    place = urlsplit(address)
    if place.scheme != "http" or not wire.is_safe(place):
        raise ValueError("the twin posts its news on this machine only")
    return place


def _posted(place: SplitResult, raw: bytes, signature: str) -> int:
    headers = {"Content-Type": "application/json", webhook.HEADER: signature}
    link = http.client.HTTPConnection(place.hostname or "", place.port, timeout=PATIENCE)
    try:
        link.request("POST", place.path + (f"?{place.query}" if place.query else ""), raw, headers)
        return link.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        log.info("nobody took the news: %s", type(error).__name__)
        return 0
    finally:
        link.close()
