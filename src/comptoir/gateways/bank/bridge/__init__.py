"""Bridge (v3): accounts and movements that a company's bank gives by an agreed aggregator, in Bridge's own words.

`bridge+https://client_id:client_secret@host[/path]?webhook=secret` names it; `webhook` twice while a secret is being
changed, the new one first. Nothing by default. What Bridge says is read in `answers`, before anybody else sees it.
"""

import datetime
from dataclasses import dataclass, field
from decimal import Decimal
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from comptoir.lib.wire import is_safe

HOW = "COMPTOIR_BRIDGE: bridge+https://client_id:client_secret@host[/path][?webhook=secret]"


@dataclass(frozen=True, slots=True)
class Access:
    """Where Bridge is, and who asks. The secrets are in no message and no representation."""

    base: SplitResult
    client: str
    secret: str = field(repr=False)
    webhook_secrets: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class ItemStatus:
    """How a connection to a bank is: 0 is well. `statuses.advice` says it to the client."""

    code: int
    info: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One connection to one bank. The client's consent ends at `authentication_expires_at`, 180 days after it was given."""

    id: str
    status: ItemStatus
    provider_id: str = ""
    account_types: str = ""
    last_successful_refresh: datetime.datetime | None = None
    last_try_refresh: datetime.datetime | None = None
    created_at: datetime.datetime | None = None
    authentication_expires_at: datetime.datetime | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """One account at the bank. Its balances are what the bank said, proof of nothing; none where it is not shared."""

    id: str
    item_id: str
    name: str
    currency_code: str
    type: str = ""
    balance: Decimal | None = None
    accounting_balance: Decimal | None = None
    instant_balance: Decimal | None = None
    iban: str | None = None
    provider_id: str = ""
    is_shared: bool = True
    is_professional: bool = False
    last_refresh_status: str = ""
    updated_at: datetime.datetime | None = None


@dataclass(frozen=True, slots=True)
class Transaction:
    """One movement as Bridge knows it today; `updated_at` is Bridge's own writing, given back as it came.

    `deleted`: the bank has withdrawn it. `future`: it is announced, and on no account yet.
    """

    id: str
    account_id: str
    amount: Decimal
    currency_code: str
    date: datetime.date
    updated_at: str
    provider_description: str = ""
    clean_description: str = ""
    booking_date: datetime.date | None = None
    transaction_date: datetime.date | None = None
    value_date: datetime.date | None = None
    deleted: bool = False
    future: bool = False
    category_id: str = ""
    operation_type: str = ""


class Unreachable(Exception):
    """Bridge ne répond pas : rien n’est perdu, Comptoir réessaie."""

    def __init__(self, why: str = "", wait: int = 0) -> None:
        super().__init__(f"{self.__class__.__doc__} {why}".strip())
        self.wait = wait
        """How many seconds Bridge asks us to stay away."""


class Refused(Exception):
    """Bridge refuse ce qui lui est demandé."""

    def __init__(self, why: str = "", *, status: int = 0, code: str = "") -> None:
        super().__init__(f"{self.__class__.__doc__} {why}".strip())
        self.status, self.code = status, code


class TokenRefused(Refused):
    """Bridge ne reconnaît pas, ou plus, le cabinet ou ce client."""


def access(address: str) -> Access | None:
    """Bridge as a setting names it; None where there is none. Raises `ValueError`, which names no secret."""
    if not address:
        return None
    try:
        return _access(address)
    except ValueError:
        # What urllib says of a wrong address repeats it, secret included.
        raise ValueError(HOW) from None


def _access(address: str) -> Access:
    parts = urlsplit(address.removeprefix("bridge+"))
    asked = parse_qs(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
    base = urlsplit(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path.rstrip('/')}")
    client, secret = unquote(parts.username or ""), unquote(parts.password or "")
    is_bridge = address.startswith("bridge+") and base.hostname and base.port != 0
    webhook_secrets = tuple(asked.get("webhook", ()))
    is_known = set(asked) <= {"webhook"} and all(webhook_secrets) and not parts.fragment
    is_sendable = all(_is_header(text) for text in (client, secret, base.netloc, base.path or "/"))
    if not (is_bridge and is_known and is_sendable and is_safe(base)):
        raise ValueError
    return Access(base, client, secret, webhook_secrets)


def _is_header(text: str) -> bool:
    return bool(text) and text.isascii() and text.isprintable() and " " not in text
