"""What the twin knows: users, their connections, what the banks hold, and what of it can be seen already."""

import hashlib
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from comptoir.gateways.bank.bridge.twin.bakery import Held, Moved

AT_FIRST = timedelta(days=7)
"""What a bank gives at once; the rest comes at the next refresh."""
TOKEN_LIFE = timedelta(hours=2)
CONSENT = timedelta(days=180)
DEMO_BANK = 574
LOGINS = {
    "success": 0,
    "otp": 0,
    "otp_fail": 1010,
    "app2app": 0,
    "app2app_expiry": 1010,
    "402": 402,
    "429": 429,
    "1003": 1003,
    "1005_CLOSED_ACCOUNT": 1005,
    "success.1010": 1010,
}
"""Demo Bank's logins, and how the connection is afterwards."""
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
INFOS = {0: "ok", 402: "wrong_credentials", 429: "action_needed", 1003: "no_refresh", 1010: "otp_required"}


@dataclass(slots=True)
class Row:
    """One transaction, seen or not yet."""

    id: int
    account_id: int
    moved: Moved
    updated_at: datetime
    is_seen: bool
    is_withdrawn: bool = False


@dataclass(slots=True)
class BankAccount:
    """One account of a connection."""

    id: int
    item_id: int
    held: Held
    is_shared: bool
    updated_at: datetime


@dataclass(slots=True)
class Connection:
    """One item."""

    id: int
    user: str
    login: str
    status: int
    created_at: datetime
    agreed_at: datetime
    refreshed_at: datetime | None = None
    tried_at: datetime | None = None

    @property
    def is_well(self) -> bool:
        """Whether the bank lets itself be read."""
        return self.status in (0, -2, -3)


@dataclass(slots=True)
class Session:
    """One visit to the page that connects a bank; it serves once."""

    id: str
    user: str
    callback: str
    context: str
    item_id: int | None = None
    is_over: bool = False


@dataclass(slots=True)
class Changes:
    """What a refresh brought to one account."""

    new: int = 0
    updated: int = 0
    deleted: int = 0


@dataclass
class Books:
    """All of it. Identifiers follow from names and contents, so that a twin begun again gives the same ones."""

    clock: Callable[[], datetime]
    held_by: Callable[[str], tuple[Held, ...]]
    users: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)
    items: dict[int, Connection] = field(default_factory=dict)
    accounts: dict[int, BankAccount] = field(default_factory=dict)
    rows: dict[int, Row] = field(default_factory=dict)
    changes: dict[int, Changes] = field(default_factory=dict)
    _last: datetime = _NEVER
    _issued: int = 0

    def today(self) -> date:
        """The bank's day."""
        return self.clock().date()

    def tick(self) -> datetime:
        """Now, and later than anything before it."""
        now = self.clock().astimezone(UTC)
        now = now.replace(microsecond=now.microsecond // 1000 * 1000)
        self._last = max(now, self._last + timedelta(milliseconds=1))
        return self._last

    def new_user(self, external_id: str) -> str:
        """A user made known."""
        self.users[external_id] = str(uuid.uuid5(uuid.NAMESPACE_URL, external_id))
        return self.users[external_id]

    def external_id(self, user: str) -> str:
        """Who the user is to whom made it known."""
        return next(name for name, known in self.users.items() if known == user)

    def new_token(self, user: str) -> tuple[str, datetime]:
        """A token of two hours."""
        self._issued += 1
        value = f"token-{self._issued}-{_number(user, str(self.clock()))}"
        self.tokens[value] = (user, self.clock() + TOKEN_LIFE)
        return value, self.tokens[value][1]

    def user_of(self, token: str) -> str:
        """Whose a token is; empty when it is nobody's, or over."""
        user, until = self.tokens.get(token, ("", self.clock()))
        return user if until > self.clock() else ""

    def new_session(self, user: str, callback: str, context: str, item_id: int | None) -> Session:
        """A visit to the page."""
        session = Session(str(uuid.uuid4()), user, callback, context, item_id)
        self.sessions[session.id] = session
        return session

    def connect(self, user: str, login: str, shared: Iterable[str] | None, item_id: int | None) -> Connection:
        """A bank is connected, or a connection repaired: whoever signs in well is well again."""
        now, status = self.tick(), LOGINS.get(login, 402)
        is_welcome = status == 0 or login.startswith("success")
        if item_id is None:
            number = sum(1 for known in self.items.values() if known.user == user)
            item = Connection(_number(self.external_id(user), str(number)), user, login, status, now, now)
            self.items[item.id] = item
        else:
            item = self.items[item_id]
            item.login, item.status, item.agreed_at = login, 0 if is_welcome else status, now
        item.tried_at = now
        if is_welcome:
            item.refreshed_at = now
            self._open(item, shared, now)
        return item

    def refresh(self, item: Connection) -> bool:
        """The aggregator visits the bank: what was held back is seen, what was announced has come."""
        now = self.tick()
        item.tried_at = now
        if not item.is_well:
            return False
        item.status, item.refreshed_at = 0, now
        for account in self.accounts_of(item):
            account.updated_at = now
            for row in self.rows.values():
                if row.account_id == account.id:
                    self._reveal(row)
        return True

    def arrive(self, account_id: int, moved: Moved) -> Row:
        """The bank adds a movement, today's or an old one."""
        row = self._add(self.accounts[account_id], moved)
        row.is_seen = True
        self._changed(account_id).new += 1
        return row

    def withdraw(self, transaction_id: int) -> None:
        """The bank takes a movement back."""
        row = self.rows[transaction_id]
        row.is_withdrawn, row.updated_at = True, self.tick()
        self._changed(row.account_id).deleted += 1

    def relabel(self, transaction_id: int, label: str) -> None:
        """The bank finds better words."""
        row = self.rows[transaction_id]
        row.moved, row.updated_at = replace(row.moved, label=label), self.tick()
        self._changed(row.account_id).updated += 1

    def forget(self, item_id: int) -> None:
        """A connection goes with all it brought."""
        gone = {account.id for account in self.accounts.values() if account.item_id == item_id}
        self.rows = {key: row for key, row in self.rows.items() if row.account_id not in gone}
        self.accounts = {key: account for key, account in self.accounts.items() if key not in gone}
        del self.items[item_id]

    def of(self, user: str) -> list[Connection]:
        """A user's connections."""
        return [item for item in self.items.values() if item.user == user]

    def accounts_of(self, item: Connection) -> list[BankAccount]:
        """A connection's accounts."""
        return [account for account in self.accounts.values() if account.item_id == item.id]

    def seen_by(self, user: str) -> Iterator[Row]:
        """What a user's token shows, newest identifiers first."""
        mine = {account.id for item in self.of(user) for account in self.accounts_of(item) if account.is_shared}
        yield from sorted(
            (row for row in self.rows.values() if row.is_seen and row.account_id in mine), key=lambda row: -row.id
        )

    def is_future(self, row: Row) -> bool:
        """Whether it is announced only."""
        return row.moved.on > self.today()

    def balance(self, account: BankAccount, *, with_future: bool = False) -> Decimal:
        """What is on the account, seen or not."""
        counted = (
            row.moved.amount
            for row in self.rows.values()
            if row.account_id == account.id and not row.is_withdrawn and (with_future or not self.is_future(row))
        )
        return sum(counted, account.held.opening)

    def taken_changes(self, account_id: int) -> Changes:
        """What has changed on an account since this was last asked."""
        return self.changes.pop(account_id, Changes())

    def _open(self, item: Connection, shared: Iterable[str] | None, now: datetime) -> None:
        wanted = None if shared is None else set(shared)
        for number, held in enumerate(self.held_by(self.external_id(item.user))):
            account_id = _number(str(item.id), str(number))
            is_shared = wanted is None or str(number) in wanted
            if account_id in self.accounts:
                self.accounts[account_id].is_shared = is_shared
                continue
            account = BankAccount(account_id, item.id, held, is_shared, now)
            self.accounts[account_id] = account
            for moved in held.moved:
                row = self._add(account, moved)
                row.is_seen = moved.on > self.today() - AT_FIRST
                self._changed(account_id).new += row.is_seen

    def _add(self, account: BankAccount, moved: Moved) -> Row:
        rank = 0
        while (key := _number(str(account.id), f"{moved.on}{moved.amount}{moved.label}{rank}")) in self.rows:
            rank += 1
        self.rows[key] = Row(key, account.id, moved, self.tick(), is_seen=False)
        return self.rows[key]

    def _reveal(self, row: Row) -> None:
        if not row.is_seen:
            row.is_seen, row.updated_at = True, self.tick()
            self._changed(row.account_id).new += 1
        elif row.updated_at.date() < row.moved.on <= self.today():
            row.updated_at = self.tick()
            self._changed(row.account_id).updated += 1

    def _changed(self, account_id: int) -> Changes:
        return self.changes.setdefault(account_id, Changes())


def _number(*names: str) -> int:
    return int(hashlib.sha256("/".join(names).encode()).hexdigest()[:11], 16)
