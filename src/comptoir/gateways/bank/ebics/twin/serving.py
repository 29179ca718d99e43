"""The twin bank while it listens, on loopback alone."""

import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from comptoir.gateways.bank.ebics.twin import counter
from comptoir.gateways.bank.ebics.twin.state import Fault, Twin


@dataclass(frozen=True, slots=True)
class Paper:
    """What a bank sends by post, for a browser to show."""

    title: str
    words: str
    lines: tuple[tuple[str, str], ...]


class Serving:
    """On a port of this machine, a free one unless it is said, until the block ends; `url` is what the contract says.

    `paper` is shown to whoever opens the address in a browser.
    """

    def __init__(
        self,
        twin: Twin,
        tls: ssl.SSLContext | None = None,
        port: int = 0,
        paper: Callable[[], Paper] | None = None,
    ) -> None:
        self.server = ThreadingHTTPServer(("127.0.0.1", port), _handler(twin, paper))
        self.server.daemon_threads = True
        if tls:
            self.server.socket = tls.wrap_socket(self.server.socket, server_side=True)
        self.url = f"{'https' if tls else 'http'}://localhost:{self.server.server_port}/ebics"

    def __enter__(self) -> "Serving":
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()


def _handler(twin: Twin, paper: Callable[[], Paper] | None) -> type[BaseHTTPRequestHandler]:
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        """One question."""

        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: object) -> None:
            """Nothing on the console."""

        def do_GET(self) -> None:  # http.server's name
            """The bank's letter, where it has one to show."""
            page = _drawn(paper()) if paper else b""
            self.close_connection = True
            self.send_response(200 if paper else 405)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def do_POST(self) -> None:  # http.server's name
            """A step of EBICS."""
            request = self._received()
            if wait := twin.limit.wait() if twin.limit else 0:
                self._say(b"", Fault(status=503), wait=wait)
                return
            with lock:
                fault = _fault(twin, counter.label(twin, request))
                is_before = fault and (fault.status or fault.elsewhere) and not fault.after_the_act
                answer = b"" if is_before else counter.answered(twin, request)
            if fault and fault.hangs:
                threading.Event().wait(fault.hangs)
            self._say(answer, fault or Fault())

        def _received(self) -> bytes:
            if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
                return self.rfile.read(int(self.headers.get("Content-Length", "0")))
            parts = []
            while size := int(self.rfile.readline().split(b";")[0] or b"0", 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(parts)

        def _say(self, answer: bytes, fault: Fault, wait: int = 120) -> None:
            self.close_connection = True
            self.send_response(fault.status or (307 if fault.elsewhere else 502 if fault.after_the_act else 200))
            if fault.elsewhere:
                self.send_header("Location", fault.elsewhere)
            if fault.status == 503:
                self.send_header("Retry-After", str(wait))
            answer = fault.alters(answer) if fault.alters else answer
            self.send_header("Connection", "close")
            self.send_header("Content-Type", "text/xml; charset=UTF-8")
            self.send_header("Content-Length", str(10**12 if fault.huge else len(answer)))
            self.end_headers()
            try:
                self.wfile.write(answer[: len(answer) // 2] if fault.truncated else answer)
            except OSError:
                return

    return Handler


def _drawn(paper: Paper) -> bytes:
    rows = "".join(f"<dt>{escape(name)}<dd><code>{escape(said)}</code>" for name, said in paper.lines)
    title = escape(paper.title)
    return (
        f'<!doctype html><html lang="fr"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{title}</title><style>:root{{color-scheme:light dark;font:16px/1.5 system-ui}}body{{max-width:42rem;margin:2rem auto;"
        f"padding:0 1rem}}dt{{margin-top:1rem;opacity:.75}}dd{{margin:0}}code{{overflow-wrap:anywhere;user-select:all}}</style>"
        f"<h1>{title}</h1><p>{escape(paper.words)}</p><dl>{rows}</dl></html>"
    ).encode()


def _fault(twin: Twin, label: str) -> Fault | None:
    for number, (start, fault) in enumerate(twin.faults):
        if label.startswith(start):
            del twin.faults[number]
            return fault
    return None
