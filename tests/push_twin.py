"""A push service on this machine, and the browser that its messages are for: it opens what came."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.hazmat.primitives.asymmetric import ec

from comptoir.gateways import push

AUTH = bytes(range(16))


class Twin:
    """Answers with `status`, and keeps what it opened and how it was asked."""

    def __init__(self, port):
        self.key, self.status, self.retry_after = ec.generate_private_key(ec.SECP256R1()), 201, ""
        self.shown, self.headers, self.port = [], [], port

    def subscription(self, name="a"):
        point = push.encoded(push.point(self.key.public_key()))
        return push.Subscription(f"http://127.0.0.1:{self.port}/{name}", point, push.encoded(AUTH))

    def take(self, headers, body):
        self.headers.append(headers)
        if self.status < 300:
            self.shown.append(json.loads(push.opened(body, key=self.key, auth=AUTH)))


@contextmanager
def serving():
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            twin.take(dict(self.headers), self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(twin.status)
            if twin.retry_after:
                self.send_header("Retry-After", twin.retry_after)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        twin = Twin(server.server_address[1])
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield twin
        server.shutdown()
