"""A platform on this machine that speaks XP Z12-013 for real: for tests, and for who wants to try without one.

It pages, gives tokens, keeps what it is told, and fails as platforms do where it is asked to.
"""

import json
import threading
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from comptoir.gateways.einvoice import Kind


@dataclass(frozen=True, slots=True)
class Fault:
    """How one answer goes wrong: with a status, cut short, endless, late, or after the act was done."""

    status: int = 0
    retry_after: str = ""
    truncated: bool = False
    huge: bool = False
    hangs: float = 0
    after_the_act: bool = False


@dataclass
class Twin:
    """What the platform holds, what it was told, and what will go wrong next (by the start of a path)."""

    flows: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    acknowledged: list[str] = field(default_factory=list)
    posted: list[tuple[dict[str, Any], bytes]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    faults: list[tuple[str, Fault]] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    repeats_pages: bool = False
    newest_first: bool = False
    keeps_receipts: bool = True

    def hold(
        self, flow_id: str, content: bytes, kind: Kind = Kind.PURCHASE, *, moment: str = "", **more: Any
    ) -> None:
        """A flow arrives."""
        number = len(self.flows)
        self.files[flow_id] = content
        self.flows.append(
            {
                "flowId": flow_id,
                "flowType": kind.value,
                "flowSyntax": "CII",
                "flowDirection": "In",
                "updatedAt": moment or f"2026-11-24T{number // 60:02}:{number % 60:02}:00.000Z",
                "acknowledgement": {"status": "Ok"},
                **more,
            }
        )

    def serve(self, port: int = 0) -> "Serving":
        """Listen on a port of this machine, a free one where none is said, until the block ends."""
        return Serving(self, port)


def address(port: int) -> str:
    """What the setting is for the twin that listens there."""
    return f"afnor+http://client:secret@127.0.0.1:{port}/flow-service"


class Serving:
    """The twin while it listens; `address` is what the setting would be."""

    def __init__(self, twin: Twin, port: int = 0) -> None:
        self.server = ThreadingHTTPServer(("127.0.0.1", port), _handler(twin))
        self.server.daemon_threads = True
        self.address = address(self.server.server_port)

    def __enter__(self) -> "Serving":
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()


def _handler(twin: Twin) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """One question."""

        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: object) -> None:
            """Nothing on the console."""

        def do_GET(self) -> None:  # http.server's name
            """A flow's original."""
            self._answer(b"")

        def do_POST(self) -> None:
            """A search, a message, a receipt, a token."""
            self._answer(self.rfile.read(int(self.headers.get("Content-Length", "0"))))

        def _answer(self, body: bytes) -> None:
            path = urlsplit(self.path).path
            twin.asked.append(path)
            fault = self._fault(path)
            if fault and fault.status and not fault.after_the_act:
                self._say(fault.status, b"", retry_after=fault.retry_after)
                return
            status, answer = self._done(path, body)
            if fault and fault.hangs:
                threading.Event().wait(fault.hangs)
            if fault and fault.after_the_act:
                self._say(fault.status or 502, b"")
                return
            self._say(status, answer, fault)

        def _done(self, path: str, body: bytes) -> tuple[int, bytes]:
            if path == "/oauth2/token":
                return _token(twin, body)
            if self.headers.get("Authorization", "") not in [f"Bearer {token}" for token in twin.tokens[-1:]]:
                return 401, b""
            if not path.startswith("/flow-service/v1/flows"):
                return 404, b""
            return _told(
                twin, path.removeprefix("/flow-service/v1/flows"), body, self.headers["Content-Type"] or ""
            )

        def _fault(self, path: str) -> Fault | None:
            for number, (start, fault) in enumerate(twin.faults):
                if path.removeprefix("/flow-service").startswith(start):
                    del twin.faults[number]
                    return fault
            return None

        def _say(self, status: int, body: bytes, fault: Fault | None = None, *, retry_after: str = "") -> None:
            self.close_connection = True
            self.send_response(status)
            if retry_after:
                self.send_header("Retry-After", retry_after)
            self.send_header("Content-Length", str(10**12 if fault and fault.huge else len(body)))
            self.end_headers()
            try:
                self.wfile.write(body[: len(body) // 2] if fault and fault.truncated else body)
            except OSError:
                return

    return Handler


def _token(twin: Twin, body: bytes) -> tuple[int, bytes]:
    form = parse_qs(body.decode())
    if (form.get("client_id"), form.get("client_secret")) != (["client"], ["secret"]):
        return 401, b""
    twin.tokens.append(f"token-{len(twin.tokens) + 1}")
    return 200, json.dumps({"access_token": twin.tokens[-1], "token_type": "Bearer", "expires_in": 300}).encode()


def _told(twin: Twin, path: str, body: bytes, kind: str) -> tuple[int, bytes]:
    if path == "/search":
        return 200, json.dumps({"results": _found(twin, json.loads(body))}).encode()
    if path == "":
        return _posted(twin, body, kind)
    flow_id, _, act = unquote(path[1:]).partition("/")
    if flow_id not in twin.files or (act and not twin.keeps_receipts):
        return 404, b""
    if act == "acknowledgement":
        twin.acknowledged.append(flow_id)
        return 204, b""
    return 200, twin.files[flow_id]


def _found(twin: Twin, asked: dict[str, Any]) -> list[dict[str, Any]]:
    where, limit = asked["where"], asked["limit"]
    if key := where.get("trackingId"):
        return [row for row in twin.flows if row.get("trackingId") == key][:limit]
    after = "" if twin.repeats_pages else where.get("updatedAfter", "")
    rows = [row for row in twin.flows if row["updatedAt"] > after and row["flowType"] in where["flowType"]]
    return sorted(rows, key=lambda row: str(row["updatedAt"]), reverse=twin.newest_first)[:limit]


def _posted(twin: Twin, body: bytes, kind: str) -> tuple[int, bytes]:
    parsed = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body)
    parts = {
        part.get_param("name", header="Content-Disposition"): part.get_payload(decode=True)
        for part in parsed.iter_parts()
        if isinstance(part, EmailMessage)
    }
    info, file = parts.get("flowInfo"), parts.get("file")
    if not isinstance(info, bytes) or not isinstance(file, bytes):
        return 400, b""
    said = json.loads(info)
    twin.posted.append((said, file))
    twin.hold(
        f"sent-{len(twin.posted)}",
        file,
        Kind(said["flowType"]),
        flowDirection="Out",
        trackingId=said["trackingId"],
    )
    return 202, json.dumps({**said, "flowId": f"sent-{len(twin.posted)}"}).encode()
