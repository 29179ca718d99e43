"""What Bridge says, read with suspicion: whatever is not as its documentation promises is no answer at all.

Nothing that a broken or hostile host can write raises anything but `Unreachable`: the same question is asked later.
"""

import datetime
import logging
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import SplitResult, urlsplit

from comptoir.domain import limits
from comptoir.domain.money import is_payable
from comptoir.gateways.bank.bridge import Account, Item, ItemStatus, Transaction, Unreachable
from comptoir.lib import wire

LONGEST_ID = 64
LONGEST_LABEL = 500
LONGEST_NAME = 200
LONGEST_URL = 2000
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CURRENCY = re.compile(r"[A-Za-z]{3}")
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_QUERY = re.compile(r"[!-~]{1,2000}")
_MOST_DIGITS, _MOST_DECIMALS = 12, 16

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list, and the query that gives the next; empty at the end."""

    rows: list[object]
    following: str


def parsed(body: bytes) -> object:
    """The JSON of an answer, amounts digit for digit."""
    try:
        return wire.parsed(body, number=wire.exact)
    except wire.Unreadable as error:
        raise _broken("JSON") from error


def page(answer: object, base: SplitResult, path: str) -> Page:
    """A page. Of where the next one is, only the query is believed, and only of the same list on the same host."""
    told = _Row.of(answer)
    rows = told.fields.get("resources")
    if not isinstance(rows, list):
        raise _broken("resources")
    where = _Row.of(told.fields.get("pagination") or {}).fields.get("next_uri")
    return Page(rows, _following(where, base, path) if where else "")


def user_uuid(answer: object) -> str:
    """Who a new user of Bridge is."""
    return _Row.of(answer).id("uuid")


def token(answer: object) -> tuple[str, str]:
    """A token of two hours, and the user whose it is (empty where Bridge does not repeat it)."""
    told = _Row.of(answer)
    value = told.fields.get("access_token")
    if not isinstance(value, str) or not re.fullmatch(r"[!-~]{1,4096}", value):
        raise _broken("access_token")
    owner = told.fields.get("user")
    return value, _Row.of(owner).id("uuid") if owner else ""


def session(answer: object, base: SplitResult) -> tuple[str, str]:
    """A connect session: its identifier, and the page that the client's browser is sent to."""
    told = _Row.of(answer)
    url = told.fields.get("url")
    if not isinstance(url, str) or not _is_page(url, base):
        raise _broken("url")
    return told.id("id"), url


def item(row: object) -> Item:
    """One connection to a bank."""
    told = _Row.of(row)
    status = ItemStatus(
        told.code("status"), told.text("status_code_info"), told.text("status_code_description", LONGEST_LABEL)
    )
    return Item(
        told.id("id"),
        status,
        provider_id=told.some_id("provider_id"),
        account_types=told.text("account_types"),
        last_successful_refresh=told.moment("last_successful_refresh"),
        last_try_refresh=told.moment("last_try_refresh"),
        created_at=told.moment("created_at"),
        authentication_expires_at=told.moment("authentication_expires_at"),
    )


def bank(answer: object) -> str:
    """What a bank is called."""
    return _Row.of(answer).text("name")


def account(row: object) -> Account:
    """One account."""
    told = _Row.of(row)
    return Account(
        told.id("id"),
        told.id("item_id"),
        told.text("name"),
        told.currency("currency_code"),
        type=told.text("type"),
        balance=told.number("balance"),
        accounting_balance=told.number("accounting_balance"),
        instant_balance=told.number("instant_balance"),
        iban=told.iban("iban"),
        provider_id=told.some_id("provider_id"),
        is_shared=told.text("data_access") != "disabled",
        is_professional=told.flag("pro"),
        last_refresh_status=told.text("last_refresh_status"),
        updated_at=told.moment("updated_at"),
    )


def transaction(row: object) -> Transaction:
    """One movement; an amount that nobody can pay is no amount."""
    told = _Row.of(row)
    amount, currency = told.number("amount"), told.currency("currency_code")
    day = told.day("date")
    if amount is None or day is None or not is_payable(amount, currency):
        raise _broken("amount or date")
    return Transaction(
        told.id("id"),
        told.id("account_id"),
        amount,
        currency,
        day,
        told.stamp("updated_at"),
        provider_description=told.text("provider_description", LONGEST_LABEL),
        clean_description=told.text("clean_description", LONGEST_LABEL),
        booking_date=told.day("booking_date"),
        transaction_date=told.day("transaction_date"),
        value_date=told.day("value_date"),
        deleted=told.flag("deleted"),
        future=told.flag("future"),
        category_id=told.some_id("category_id"),
        operation_type=told.text("operation_type"),
    )


def later(one: str, other: str) -> str:
    """The later of two `updated_at`, each as Bridge wrote it; either may be empty."""
    first, second = moment(one), moment(other)
    if first is None or second is None:
        return one if first else other
    return one if first >= second else other


def moment(written: object) -> datetime.datetime | None:
    """A moment that this product can live; None for anything else."""
    if not isinstance(written, str) or len(written) > 40 or not written.isascii():
        return None
    try:
        found = datetime.datetime.fromisoformat(written)
    except ValueError:
        return None
    if not limits.is_day(found.date()):
        return None
    return found if found.tzinfo else found.replace(tzinfo=datetime.UTC)


@dataclass(frozen=True, slots=True)
class _Row:
    """An object of an answer, each field taken as what it must be. Fields without a value are left out in v3."""

    fields: dict[str, Any]

    @classmethod
    def of(cls, row: object) -> "_Row":
        if not isinstance(row, dict):
            raise _broken("object")
        return cls(row)

    def id(self, name: str) -> str:
        """An identifier, a number in some answers and letters in others."""
        value = self.fields.get(name)
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**LONGEST_ID:
            return str(value)
        if isinstance(value, str) and _ID.fullmatch(value):
            return value
        raise _broken(name)

    def some_id(self, name: str) -> str:
        return "" if self.fields.get(name) is None else self.id(name)

    def text(self, name: str, length: int = LONGEST_NAME) -> str:
        value = self.fields.get(name)
        if value is not None and not isinstance(value, str):
            raise _broken(name)
        return limits.plain((value or "")[: 4 * length], length)

    def flag(self, name: str) -> bool:
        value = self.fields.get(name)
        if value is not None and not isinstance(value, bool):
            raise _broken(name)
        return bool(value)

    def code(self, name: str) -> int:
        value = self.fields.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or not -10_000 < value < 10_000:
            raise _broken(name)
        return value

    def number(self, name: str) -> Decimal | None:
        value = self.fields.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise _broken(name)
        return _number(value, name)

    def currency(self, name: str) -> str:
        value = self.fields.get(name)
        if not isinstance(value, str) or not _CURRENCY.fullmatch(value):
            raise _broken(name)
        return value.upper()

    def iban(self, name: str) -> str | None:
        """Whole, or none: some banks hide its middle."""
        value = self.text(name).replace(" ", "").upper()
        return value if _IBAN.fullmatch(value) else None

    def day(self, name: str) -> datetime.date | None:
        value = self.fields.get(name)
        if value is None:
            return None
        if not isinstance(value, str) or not _DAY.fullmatch(value):
            raise _broken(name)
        try:
            found = datetime.date.fromisoformat(value)
        except ValueError as error:
            raise _broken(name) from error
        if not limits.is_day(found):
            raise _broken(name)
        return found

    def moment(self, name: str) -> datetime.datetime | None:
        value = self.fields.get(name)
        if value is None:
            return None
        found = moment(value)
        if found is None:
            raise _broken(name)
        return found

    def stamp(self, name: str) -> str:
        """A moment as it is written, to be given back."""
        value = self.fields.get(name)
        if not isinstance(value, str) or moment(value) is None:
            raise _broken(name)
        return value


def _number(value: int | Decimal, name: str) -> Decimal:
    # Looked at before any arithmetic: an exponent of a million overflows in the sum that would compare it.
    found = Decimal(value)
    exponent = found.as_tuple().exponent
    is_short = isinstance(exponent, int) and exponent >= -_MOST_DECIMALS and found.adjusted() < _MOST_DIGITS
    if not is_short or not limits.is_amount(found):
        raise _broken(name)
    return found if found else Decimal(0)  # no minus zero


def _following(where: object, base: SplitResult, path: str) -> str:
    if not isinstance(where, str) or len(where) > LONGEST_URL:
        raise _broken("next_uri")
    try:
        parts = urlsplit(where)
        is_here = not parts.netloc or (parts.scheme, parts.netloc) == (base.scheme, base.netloc)
    except ValueError as error:
        raise _broken("next_uri") from error
    if not is_here or not parts.path.endswith(path) or not _QUERY.fullmatch(parts.query):
        raise _broken("next_uri")
    return parts.query


def _is_page(url: str, base: SplitResult) -> bool:
    """Whether a browser may be sent there: https, or a Bridge on this machine when that is who we speak to."""
    if len(url) > LONGEST_URL or not _QUERY.fullmatch(url):
        return False
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    is_ours = parts.scheme == base.scheme == "http" and wire.is_safe(parts)
    return bool(host) and parts.username is None and (parts.scheme == "https" or is_ours)


def _broken(what: str) -> Unreachable:
    log.warning("Bridge said something that is no answer: %s", what)
    return Unreachable("(réponse illisible)")
