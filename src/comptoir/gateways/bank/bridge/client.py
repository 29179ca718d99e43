"""What the product asks of Bridge: who a client is there, a page to connect a bank, accounts, and what moved on them."""

import datetime
import re
from collections.abc import Iterator
from urllib.parse import quote

from comptoir.domain.movement import Movement
from comptoir.gateways.bank.bridge import (
    Access,
    Account,
    Item,
    Refused,
    Transaction,
    Unreachable,
    answers,
)
from comptoir.gateways.bank.bridge.wire import PATH, Wire, query
from comptoir.lib.wire import PATIENCE

__all__ = ["Bridge", "later", "movement"]

PAGE = 500
MOST_PAGES = 2000
MARGIN = datetime.timedelta(minutes=10)
"""How far back a list begins again: what Bridge stored late under an earlier moment is seen all the same."""
COUNTRY = "FR"
REPAIRED = "item_id"
"""The field that names the connection to repair: documented as « the item id in the body », without its name."""

_CONTEXT = re.compile(r"[A-Za-z0-9-]{0,100}")

later = answers.later


class Bridge:
    """Bridge, for one firm. Each call raises `Unreachable` (later) or `Refused` (never so)."""

    def __init__(self, access: Access, *, patience: float = PATIENCE) -> None:
        self.wire = Wire(access, patience=patience)

    def user(self, external_id: str) -> str:
        """Who our client is at Bridge, made known there if need be; asked twice, it is the same."""
        try:
            return answers.user_uuid(self.wire.ask("POST", "/users", {"external_user_id": external_id}))
        except Refused as refusal:
            if refusal.status != 409:
                raise
        return self.wire.user_of(external_id)

    def connect(
        self, user: str, *, email: str, callback: str, context: str, item: str | None = None
    ) -> tuple[str, str]:
        """A session (its identifier and page) in which the client connects a bank, or repairs a connection."""
        if not _CONTEXT.fullmatch(context):
            raise ValueError("context: at most 100 of A-Z a-z 0-9 -")
        body: dict[str, object] = {
            "user_email": email,
            "country_code": COUNTRY,
            "callback_url": callback,
            "context": context,
            "account_types": "all",
        }
        if item:
            body[REPAIRED] = int(item) if item.isdecimal() else item
        answer = self.wire.ask_for(user, "POST", "/connect-sessions", body)
        return answers.session(answer, self.wire.access.base)

    def items(self, user: str) -> list[Item]:
        """The client's connections to banks, and how each is."""
        return [answers.item(row) for row in self._rows(user, "/items", query(limit=str(PAGE)))]

    def bank(self, provider_id: str) -> str:
        """What the bank of a connection is called."""
        return answers.bank(self.wire.ask_of_bank(quote(provider_id, safe="")))

    def accounts(self, user: str) -> list[Account]:
        """The client's accounts."""
        return [answers.account(row) for row in self._rows(user, "/accounts", query(limit=str(PAGE)))]

    def transactions(
        self, user: str, *, since: str = "", account: str = "", min_date: datetime.date | None = None
    ) -> Iterator[Transaction]:
        """What is new or has changed since, page after page; some of it perhaps for the second time.

        A list that breaks off has to be asked again from the same `since`: its pages come in no promised order.
        """
        asked = query(
            limit=str(PAGE),
            since=_earlier(since),
            account_id=account,
            min_date=min_date.isoformat() if min_date else "",
        )
        for row in self._rows(user, "/transactions", asked):
            found = answers.transaction(row)
            if not account or found.account_id == account:
                yield found

    def forget(self, user: str, item_id: str) -> None:
        """Cut a connection, its data at Bridge included; one that is gone already is gone."""
        try:
            self.wire.ask_for(user, "DELETE", f"/items/{quote(item_id, safe='')}")
        except Refused as refusal:
            if refusal.status != 404:
                raise

    def _rows(self, user: str, path: str, asked: str) -> Iterator[object]:
        seen: set[str] = set()
        while asked not in seen and len(seen) < MOST_PAGES:
            seen.add(asked)
            answer = self.wire.ask_for(user, "GET", path, query=asked)
            page = answers.page(answer, self.wire.access.base, PATH + path)
            yield from page.rows
            if not page.following:
                return
            asked = page.following
        raise Unreachable("(liste sans fin)")


def movement(transaction: Transaction) -> Movement:
    """The movement as any statement would tell it: the bank's own label and amount, on the day it was booked."""
    return Movement(
        booked_on=transaction.booking_date or transaction.date,
        amount=transaction.amount,
        label=transaction.provider_description or transaction.clean_description or "Opération",
        value_on=transaction.value_date,
    )


def _earlier(since: str) -> str:
    found = answers.moment(since)
    if found is None:
        return ""
    begun = (found - MARGIN).astimezone(datetime.UTC)
    return begun.isoformat(timespec="milliseconds").replace("+00:00", "Z")
