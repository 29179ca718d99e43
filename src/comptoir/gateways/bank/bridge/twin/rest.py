"""Bridge's questions answered as Bridge answers them, and refused where it would refuse: nothing is guessed kindly."""

import base64
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from comptoir.gateways.bank.bridge.twin.books import (
    CONSENT,
    DEMO_BANK,
    INFOS,
    BankAccount,
    Books,
    Connection,
    Row,
)

PATH = "/v3/aggregation"
BANKS = "/v3/providers"
VERSION = "2025-01-15"
MOST = 500
_CONTEXT = re.compile(r"[A-Za-z0-9-]{0,100}")
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True, slots=True)
class Asked:
    """One question."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes = b""
    query: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, method: str, target: str, headers: dict[str, str], body: bytes) -> "Asked":
        """From what came over the wire; header names without case."""
        parts = urlsplit(target)
        names = {name.lower(): value for name, value in headers.items()}
        return cls(method, parts.path, names, body, dict(parse_qsl(parts.query)))


@dataclass(frozen=True, slots=True)
class Said:
    """One answer."""

    status: int
    body: bytes = b""


class No(Exception):
    """A refusal, as Bridge writes one."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.said = Said(status, written({"code": code, "message": message}).encode())


@dataclass(frozen=True, slots=True)
class Rest:
    """The interface over one set of books. `opened` is where the page of a session is."""

    books: Books
    client: str
    secret: str
    opened: Callable[[str], str]
    forgotten: Callable[[int, str], None]

    def answer(self, asked: Asked) -> Said:
        """What Bridge says."""
        try:
            self._admit(asked)
            return self._routed(asked)
        except No as refusal:
            return refusal.said

    def _admit(self, asked: Asked) -> None:
        if (asked.headers.get("client-id"), asked.headers.get("client-secret")) != (self.client, self.secret):
            raise No(401, "invalid_client_credentials", "Client-Id or Client-Secret is wrong")
        if asked.headers.get("bridge-version") != VERSION:
            raise No(400, "invalid_version", "Bridge-Version is missing or unknown")

    def _routed(self, asked: Asked) -> Said:
        if asked.path.startswith(f"{BANKS}/"):
            return self._bank(asked)
        place = asked.path.removeprefix(PATH)
        kind, _, one = place.strip("/").partition("/")
        match asked.method, kind, one:
            case "POST", "users", "":
                return self._new_user(_body(asked, {"external_user_id"}))
            case "POST", "authorization", "token":
                return self._new_token(_body(asked, {"user_uuid", "external_user_id"}))
            case "POST", "connect-sessions", "":
                return self._new_session(self._user(asked), _body(asked, _SESSION))
            case "DELETE", "items", one if one:
                return self._forget(self._user(asked), one)
            case "GET", ("items" | "accounts" | "transactions"), "":
                return self._list(self._user(asked), asked, kind)
            case "GET", "transactions", one:
                return self._one(self._user(asked), one)
        raise No(404, "not_found", "No such resource")

    def _bank(self, asked: Asked) -> Said:
        if (asked.method, asked.path) != ("GET", f"{BANKS}/{DEMO_BANK}"):
            raise No(404, "provider_not_found", "No such provider")
        return _ok({"id": DEMO_BANK, "name": "Demo Bank", "country_code": "FR", "group_name": "Demo Bank"})

    def _user(self, asked: Asked) -> str:
        scheme, _, token = asked.headers.get("authorization", "").partition(" ")
        user = self.books.user_of(token) if scheme == "Bearer" else ""
        if not user:
            raise No(401, "invalid_token", "Access token is missing, wrong or expired")
        return user

    def _new_user(self, body: dict[str, Any]) -> Said:
        external = body.get("external_user_id", f"anonymous-{len(self.books.users)}")
        if not isinstance(external, str) or not external:
            raise No(400, "invalid_external_user_id", "external_user_id is a string")
        if external in self.books.users:
            raise No(409, "user_already_exists", "A user with this external_user_id already exists")
        return _ok({"uuid": self.books.new_user(external), "external_user_id": external}, 201)

    def _new_token(self, body: dict[str, Any]) -> Said:
        user = body.get("user_uuid") or self.books.users.get(str(body.get("external_user_id")))
        if user not in self.books.users.values():
            raise No(404, "user_not_found", "No such user")
        value, until = self.books.new_token(str(user))
        whose = {"uuid": user, "external_user_id": self.books.external_id(str(user))}
        return _ok({"access_token": value, "expires_at": _moment(until), "user": whose})

    def _new_session(self, user: str, body: dict[str, Any]) -> Said:
        callback, context, item_id = body.get("callback_url", ""), body.get("context", ""), body.get("item_id")
        if not _MAIL.fullmatch(str(body.get("user_email", ""))):
            raise No(400, "invalid_user_email", "user_email is missing or wrong")
        if callback and urlsplit(callback).scheme not in ("http", "https"):
            raise No(400, "invalid_callback_url", "callback_url is wrong")
        if not isinstance(context, str) or not _CONTEXT.fullmatch(context):
            raise No(400, "invalid_context", "context is at most 100 letters, digits and hyphens")
        if body.get("account_types", "payment") not in ("payment", "all"):
            raise No(400, "invalid_account_types", "account_types is payment or all")
        if item_id is not None:
            self._item(user, str(item_id))
        session = self.books.new_session(user, callback, context, item_id)
        return _ok({"id": session.id, "url": self.opened(session.id)}, 201)

    def _forget(self, user: str, one: str) -> Said:
        item = self._item(user, one)
        self.books.forget(item.id)
        self.forgotten(item.id, user)
        return Said(204)

    def _item(self, user: str, one: str) -> Connection:
        item = self.books.items.get(int(one)) if one.isdecimal() else None
        if item is None:
            raise No(404, "item_not_found", "No such item")
        if item.user != user:
            raise No(403, "forbidden", "The item is another user's")
        return item

    def _one(self, user: str, one: str) -> Said:
        for row in self.books.seen_by(user):
            if str(row.id) == one:
                return _ok(self._transaction(row))
        raise No(404, "transaction_not_found", "No such transaction")

    def _list(self, user: str, asked: Asked, kind: str) -> Said:
        known = {"limit", "after"} | (
            {"since", "min_date", "max_date", "account_id"} if kind == "transactions" else set()
        )
        if not set(asked.query) <= known | {"item_id"}:
            raise No(400, "invalid_parameter", "A parameter is unknown")
        limit, after = _limit(asked.query), _after(asked.query)
        found = [row for row in self._rows(user, asked.query, kind) if after is None or row["id"] < after]
        page = found[:limit]
        further = {**asked.query, "after": _cursor(page[-1]["id"])} if len(found) > limit else None
        uri = f"{PATH}/{kind}?{urlencode(further)}" if further else None
        return _ok({"resources": page, "pagination": {"next_uri": uri}})

    def _rows(self, user: str, query: dict[str, str], kind: str) -> list[dict[str, Any]]:
        items = self.books.of(user)
        if kind == "transactions":
            is_asked = _filter(query)
            return [self._transaction(row) for row in self.books.seen_by(user) if is_asked(row)]
        if kind == "items":
            return sorted((self._told(item) for item in items), key=lambda row: -row["id"])
        accounts = [account for item in items for account in self.books.accounts_of(item)]
        return sorted((self._account(account) for account in accounts), key=lambda row: -row["id"])

    def _told(self, item: Connection) -> dict[str, Any]:
        return {
            "id": item.id,
            "status": item.status,
            "status_code_info": INFOS.get(item.status, "other"),
            "provider_id": DEMO_BANK,
            "account_types": "all",
            "last_successful_refresh": _moment(item.refreshed_at),
            "last_try_refresh": _moment(item.tried_at),
            "created_at": _moment(item.created_at),
            "authentication_expires_at": _moment(item.agreed_at + CONSENT),
        }

    def _account(self, account: BankAccount) -> dict[str, Any]:
        told = {
            "id": account.id,
            "item_id": account.item_id,
            "name": account.held.name,
            "provider_id": DEMO_BANK,
            "type": account.held.type,
            "currency_code": account.held.currency,
            "pro": True,
            "data_access": "enabled" if account.is_shared else "disabled",
        }
        if not account.is_shared:
            return told
        return told | {
            "balance": self.books.balance(account),
            "accounting_balance": self.books.balance(account),
            "instant_balance": self.books.balance(account, with_future=True),
            "iban": account.held.iban or None,
            "last_refresh_status": "successful",
            "updated_at": _moment(account.updated_at),
        }

    def _transaction(self, row: Row) -> dict[str, Any]:
        moved, account = row.moved, self.books.accounts[row.account_id]
        is_future = self.books.is_future(row)
        return {
            "id": row.id,
            "account_id": row.account_id,
            "clean_description": moved.clean or moved.label.title(),
            "provider_description": moved.label,
            "amount": moved.amount,
            "currency_code": account.held.currency,
            "date": moved.on.isoformat(),
            "booking_date": None if is_future else moved.on.isoformat(),
            "transaction_date": (moved.paid_on or moved.on).isoformat(),
            "value_date": moved.value_on.isoformat() if moved.value_on else None,
            "updated_at": _moment(row.updated_at),
            "deleted": row.is_withdrawn,
            "category_id": 9,
            "operation_type": "other",
            "future": is_future,
        }


def written(value: object) -> str:
    """JSON whose amounts are written digit for digit, and whose fields without a value are left out as v3 does."""
    if isinstance(value, dict):
        told = (f"{json.dumps(name)}: {written(each)}" for name, each in value.items() if each is not None)
        return "{" + ", ".join(told) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    return f"{value:f}" if isinstance(value, Decimal) else json.dumps(value, ensure_ascii=False)


_SESSION = {
    "user_email", "country_code", "capabilities", "allow_account_selection", "max_selectable_accounts",
    "callback_url", "context", "account_types", "item_id",
}  # fmt: skip


def _ok(told: dict[str, Any], status: int = 200) -> Said:
    return Said(status, written(told).encode())


def _body(asked: Asked, known: set[str]) -> dict[str, Any]:
    if asked.headers.get("content-type", "").partition(";")[0] != "application/json":
        raise No(415, "unsupported_media_type", "Content-Type is application/json")
    try:
        told = json.loads(asked.body)
    except ValueError as error:
        raise No(422, "invalid_json", "The body is no JSON") from error
    if not isinstance(told, dict) or not set(told) <= known:
        raise No(400, "invalid_body", "A field is unknown")
    return told


def _limit(query: dict[str, str]) -> int:
    asked = query.get("limit", "50")
    if not asked.isdecimal() or not 1 <= int(asked) <= MOST:
        raise No(400, "invalid_limit", f"limit is 1 to {MOST}")
    return int(asked)


def _after(query: dict[str, str]) -> int | None:
    if "after" not in query:
        return None
    try:
        return int(base64.urlsafe_b64decode(query["after"]))
    except ValueError as error:
        raise No(400, "invalid_after", "after is none of ours") from error


def _cursor(last: int) -> str:
    return base64.urlsafe_b64encode(str(last).encode()).decode()


def _filter(query: dict[str, str]) -> Callable[[Row], bool]:
    since, least, most = _since(query), _day(query, "min_date"), _day(query, "max_date")
    account = query.get("account_id")
    return lambda row: (
        (since is None or row.updated_at > since)
        and (least is None or row.moved.on >= least)
        and (most is None or row.moved.on <= most)
        and (account is None or str(row.account_id) == account)
    )


def _since(query: dict[str, str]) -> datetime | None:
    if "since" not in query:
        return None
    try:
        found = datetime.fromisoformat(query["since"])
    except ValueError as error:
        raise No(400, "invalid_since", "since is a moment") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _day(query: dict[str, str], name: str) -> date | None:
    if name not in query:
        return None
    try:
        return date.fromisoformat(query[name])
    except ValueError as error:
        raise No(400, f"invalid_{name}", f"{name} is a day") from error


def _moment(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z") if at else None
