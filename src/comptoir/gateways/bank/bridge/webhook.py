"""Bridge's news: that something has changed, never what. It starts a visit, and is believed only when signed."""

import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from comptoir.gateways.bank.bridge import Refused
from comptoir.lib import wire

HEADER = "BridgeApi-Signature"
LARGEST = 64 * 1024
LONGEST_HEADER = 1024
_SCHEME = "v1"
_TYPE = re.compile(r"[A-Za-z_.]{1,60}")
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class Event:
    """What has changed, and whose. Bridge numbers none: `key` tells one that comes again."""

    type: str
    user_uuid: str
    item_id: str
    account_id: str
    key: str


def verify(secrets: Sequence[str], raw: bytes, header: str) -> bool:
    """Whether Bridge wrote it, by any secret of ours: there are two on the day one is changed, and two signatures."""
    if len(raw) > LARGEST or len(header) > LONGEST_HEADER:
        return False
    given = [value.strip().lower() for value in _values(header)]
    return any(_is_signed(secret, raw, value) for secret in secrets if secret for value in given)


def parse(raw: bytes) -> Event:
    """The event in a body, of a type that we know or not; raises `Refused` for what is none."""
    if len(raw) > LARGEST:
        raise Refused("(message trop volumineux)")
    try:
        told = wire.parsed(raw, number=wire.exact)
    except wire.Unreadable as error:
        raise Refused("(message illisible)") from error
    kind = told.get("type") if isinstance(told, dict) else None
    content = told.get("content", {}) if isinstance(told, dict) else None
    if not isinstance(kind, str) or not _TYPE.fullmatch(kind) or not isinstance(content, dict):
        raise Refused("(message illisible)")
    user, item, account = (_id(content, name) for name in ("user_uuid", "item_id", "account_id"))
    return Event(kind, user, item, account, hashlib.sha256(raw).hexdigest())


def signature(secret: str, raw: bytes) -> str:
    """What Bridge writes of a body in its header, in capitals as it does."""
    return hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest().upper()


def _values(header: str) -> list[str]:
    """The signatures of the scheme that we know; others may come beside it one day."""
    parts = (part.strip().partition("=") for part in header.split(","))
    return [value for scheme, _, value in parts if scheme == _SCHEME]


def _is_signed(secret: str, raw: bytes, given: str) -> bool:
    return hmac.compare_digest(signature(secret, raw).lower().encode(), given.encode("utf-8", "replace"))


def _id(content: dict[str, Any], name: str) -> str:
    value = content.get(name)
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise Refused("(message illisible)")
    return value
