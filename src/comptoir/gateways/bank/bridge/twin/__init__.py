"""Bridge on this machine, spoken to for real: for tests, for the demo firm, and for who wants to try without a contract.

Strict where Bridge is strict, it fails as Bridge does where it is asked to, and connects one bank: Demo Bank.
"""

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlencode, urlsplit

from comptoir.gateways.bank.bridge.twin.bakery import Held, Moved, bakery
from comptoir.gateways.bank.bridge.twin.books import INFOS, LOGINS, BankAccount, Books, Connection, Row
from comptoir.gateways.bank.bridge.twin.page import Shown, Typed, filled, shown
from comptoir.gateways.bank.bridge.twin.post import News, Post
from comptoir.gateways.bank.bridge.twin.rest import PATH, Asked, Rest, Said
from comptoir.lib.turnstile import Turnstile

__all__ = ["Held", "Moved", "News", "Twin", "address", "bakery"]

CLIENT, SECRET, WEBHOOK = "client", "secret", "webhook-secret"
LARGEST = 1024 * 1024

Told = tuple[str, dict[str, Any]]
"""News: its type and its content."""


@dataclass(frozen=True, slots=True)
class Fault:
    """How one answer goes wrong: with a status, cut short, or late."""

    on: str = ""
    status: int = 0
    retry_after: str = ""
    is_cut: bool = False
    hangs: float = 0


def address(port: int, secrets: tuple[str, ...] = (WEBHOOK,)) -> str:
    """The setting that leads to a twin at this port."""
    return f"bridge+http://{CLIENT}:{SECRET}@127.0.0.1:{port}?{urlencode([('webhook', one) for one in secrets])}"


class Twin:
    """Bridge while it listens. `address` is the setting; the other methods are what happens at the bank."""

    def __init__(
        self,
        *,
        seed: Mapping[str, Iterable[Held]] | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        webhook: str = "",
        refresh_after: float | None = 5.0,
        port: int = 0,
        limit: Turnstile | None = None,
    ) -> None:
        self.limit = limit
        self._clock, self._ahead = clock, timedelta()
        self._held = {external_id: tuple(held) for external_id, held in (seed or {}).items()}
        self.books = Books(self.now, self._held_by)
        self.post = Post([WEBHOOK], webhook)
        self.asked: list[str] = []
        self._faults: list[Fault] = []
        self._refresh_after = refresh_after
        self._timers: list[threading.Timer] = []
        self._gone: list[Told] = []
        self._lock = threading.RLock()
        self._port = port

    def __enter__(self) -> "Twin":
        self._server = ThreadingHTTPServer(("127.0.0.1", self._port), _handler(self))
        self._server.daemon_threads = True
        self._port = self._server.server_port
        self._rest = Rest(self.books, CLIENT, SECRET, self._page_of, self._has_forgotten)
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        for timer in self._timers:
            timer.cancel()
        self._server.shutdown()
        self._server.server_close()

    @property
    def address(self) -> str:
        """What the setting would be."""
        return address(self._port, tuple(reversed(self.post.secrets)))

    def now(self) -> datetime:
        """The twin's time."""
        return self._clock() + self._ahead

    def pass_time(self, ahead: timedelta) -> None:
        """Time goes on: tokens end, what was announced falls due."""
        self._ahead += ahead

    def accounts_of(self, external_id: str, *held: Held) -> None:
        """What the bank holds for whom our own identifier names; a bakery's accounts for everybody else."""
        self._held[external_id] = held

    def connect(self, external_id: str, *, login: str = "success", item_id: int | None = None) -> int:
        """A bank is connected (or repaired) as if by the page, all accounts shared; the item's identifier."""
        with self._lock:
            user = self.books.users.get(external_id) or self.books.new_user(external_id)
            if login not in LOGINS:
                raise ValueError(login)
            item = self.books.connect(user, login, None, item_id)
        self._has_connected(item, item_id)
        return item.id

    def refresh(self, item_id: int | None = None) -> None:
        """Bridge visits the bank, or all of them."""
        items = [item for item in list(self.books.items.values()) if item_id in (None, item.id)]
        for item in items:
            with self._lock:
                is_read = self.books.refresh(item)
                news = self._refreshed(item, "scheduler", is_full=is_read)
            self._tell(news)

    def set_status(self, item_id: int, code: int) -> None:
        """How a connection is from now on."""
        self.books.items[item_id].status = code

    def accounts(self, item_id: int) -> list[BankAccount]:
        """A connection's accounts."""
        with self._lock:
            return self.books.accounts_of(self.books.items[item_id])

    def rows(self, account_id: int) -> list[Row]:
        """What moved on an account, seen or not yet."""
        with self._lock:
            return [row for row in self.books.rows.values() if row.account_id == account_id]

    def arrive(self, account_id: int, moved: Moved) -> int:
        """The bank adds a movement, of today or long ago; its identifier."""
        with self._lock:
            return self.books.arrive(account_id, moved).id

    def withdraw(self, transaction_id: int) -> None:
        """The bank takes a movement back."""
        with self._lock:
            self.books.withdraw(transaction_id)

    def relabel(self, transaction_id: int, label: str) -> None:
        """The bank finds better words for a movement."""
        with self._lock:
            self.books.relabel(transaction_id, label)

    def rotate(self, secret: str) -> None:
        """The webhook's secret is changed: both sign until `end_rotation`."""
        self.post.secrets.append(secret)

    def end_rotation(self) -> None:
        """Only the newest secret signs."""
        del self.post.secrets[:-1]

    def test_event(self) -> None:
        """The message that Bridge's own console sends."""
        self._tell([("TEST_EVENT", {})])

    def fail_next(self, n: int, status: int, retry_after: str = "", *, on: str = "") -> None:
        """The next n questions (whose path begins so) are answered by a status."""
        self._faults += [Fault(on, status, retry_after)] * n

    def cut_next(self, n: int = 1, *, on: str = "") -> None:
        """The next n answers break off in the middle."""
        self._faults += [Fault(on, is_cut=True)] * n

    def hang_next(self, seconds: float, n: int = 1, *, on: str = "") -> None:
        """The next n answers come late."""
        self._faults += [Fault(on, hangs=seconds)] * n

    def taken_fault(self, path: str) -> Fault:
        """What goes wrong with this question; nothing for most."""
        with self._lock:
            for number, fault in enumerate(self._faults):
                if path.removeprefix(PATH).startswith(fault.on):
                    return self._faults.pop(number)
        return Fault()

    def answer(self, asked: Asked) -> Said:
        """One question of the interface."""
        with self._lock:
            said = self._rest.answer(asked)
            news, self._gone = self._gone, []
        self._tell(news)
        return said

    def show(self, session_id: str) -> Shown:
        """The page of a session."""
        with self._lock:
            return shown(self.books, session_id)

    def fill(self, session_id: str, body: bytes) -> Shown:
        """The page of a session, filled in."""
        with self._lock:
            session = self.books.sessions.get(session_id)
            repaired = session.item_id if session else None
            page, item = filled(self.books, session_id, Typed.of(body))
        if item:
            self._has_connected(item, repaired)
        return page

    def _held_by(self, external_id: str) -> tuple[Held, ...]:
        return self._held.get(external_id) or bakery(self.books.today())

    def _page_of(self, session_id: str) -> str:
        return f"http://127.0.0.1:{self._port}/connect/{session_id}"

    def _has_connected(self, item: Connection, repaired: int | None) -> None:
        with self._lock:
            created: list[Told] = [] if repaired else [("item.created", self._about(item))]
            refreshed = self._refreshed(item, "connect", is_full=False) if item.refreshed_at else []
        self._tell(created + refreshed)
        if self._refresh_after is not None:
            timer = threading.Timer(self._refresh_after, self.refresh, [item.id])
            timer.daemon = True
            self._timers.append(timer)
            timer.start()

    def _has_forgotten(self, item_id: int, user: str) -> None:
        self._gone.append(("item.deleted", {"item_id": item_id, "user_uuid": user}))

    def _refreshed(self, item: Connection, trigger: str, *, is_full: bool) -> list[Told]:
        told = {"full_refresh": is_full, "refresh_trigger": trigger}
        is_read = is_full or trigger == "connect"
        shared = [account for account in self.books.accounts_of(item) if is_read and account.is_shared]
        return [("item.refreshed", self._about(item) | told), *(self._updated(item, each) for each in shared)]

    def _updated(self, item: Connection, account: BankAccount) -> Told:
        changes = self.books.taken_changes(account.id)
        return "item.account.updated", {
            "account_id": account.id,
            "item_id": item.id,
            "user_uuid": item.user,
            "balance": self.books.balance(account),
            "nb_new_transactions": changes.new,
            "nb_updated_transactions": changes.updated,
            "nb_deleted_transactions": changes.deleted,
        }

    def _about(self, item: Connection) -> dict[str, Any]:
        info = INFOS.get(item.status)
        return {
            "item_id": item.id,
            "user_uuid": item.user,
            "status_code": item.status,
            "status_code_info": info,
        }

    def _tell(self, news: list[Told]) -> None:
        # Never with the lock held: who takes the news may come to ask about it before answering.
        for kind, content in news:
            self.post.send(kind, content, int(self.now().timestamp() * 1000))


def _handler(twin: Twin) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """One question."""

        protocol_version = "HTTP/1.1"
        timeout = 30

        def log_message(self, format: str, *args: object) -> None:
            """Nothing on the console."""

        def do_GET(self) -> None:  # http.server's name
            """A list, or the page."""
            self._take()

        def do_POST(self) -> None:
            """A user, a token, a session, or the page filled in."""
            self._take()

        def do_DELETE(self) -> None:
            """A connection goes."""
            self._take()

        def _take(self) -> None:
            self.close_connection = True
            length = self.headers.get("Content-Length", "0")
            if not length.isdecimal() or int(length) > LARGEST:
                self._say(413, b"")
                return
            body = self.rfile.read(int(length))
            path = urlsplit(self.path).path
            if path.startswith("/connect/"):
                self._visit(path.removeprefix("/connect/"), body)
            else:
                self._ask(path, body)

        def _visit(self, session_id: str, body: bytes) -> None:
            page = twin.fill(session_id, body) if self.command == "POST" else twin.show(session_id)
            headers = {"Content-Type": "text/html; charset=utf-8"}
            if page.location:
                headers["Location"] = page.location
            self._say(page.status, page.html.encode(), headers)

        def _ask(self, path: str, body: bytes) -> None:
            twin.asked.append(f"{self.command} {self.path}")
            if wait := twin.limit.wait() if twin.limit else 0:
                self._say(429, b"", {"Retry-After": str(wait)})
                return
            fault = twin.taken_fault(path)
            if fault.hangs:
                threading.Event().wait(fault.hangs)
            if fault.status:
                self._say(fault.status, b"", {"Retry-After": fault.retry_after} if fault.retry_after else {})
                return
            said = twin.answer(Asked.of(self.command, self.path, dict(self.headers.items()), body))
            self._say(said.status, said.body, {"Content-Type": "application/json"}, is_cut=fault.is_cut)

        def _say(
            self, status: int, body: bytes, headers: dict[str, str] | None = None, *, is_cut: bool = False
        ) -> None:
            try:
                self.send_response(status)
                for name, value in (headers or {}).items():
                    self.send_header(name, value)
                self.send_header("Connection", "close")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body[: len(body) // 2] if is_cut else body)
            except OSError:
                return  # whoever asked has gone

    return Handler
