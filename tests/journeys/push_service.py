"""The push service that Firefox keeps a line to (autopush's web socket), on this machine: what a browser is really sent."""

import json
import queue
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

from comptoir.gateways import push


class PushService:
    """One browser's line; `endpoint` is what it hands to pages, and `send` what comes to it."""

    def __init__(self) -> None:
        self.port = 0
        self._line: ServerConnection | None = None
        self._channels: queue.Queue[str] = queue.Queue()

    def send(self, sealed: bytes) -> None:
        """A sealed body as `POST` on the endpoint would bring it."""
        assert self._line is not None
        channel = self._channels.get(timeout=20)
        headers = {"encoding": "aes128gcm"}
        told = {"messageType": "notification", "channelID": channel, "version": "1", "data": push.encoded(sealed)}
        self._line.send(json.dumps({**told, "headers": headers}))

    def serve(self, line: ServerConnection) -> None:
        """Answer the browser until it leaves."""
        self._line = line
        with suppress(ConnectionClosed):  # it leaves without a word
            for said in line:
                self._answer(json.loads(said), line)

    def _answer(self, heard: dict[str, str], line: ServerConnection) -> None:
        kind = heard.get("messageType", "")
        if kind in _ANSWERS:
            line.send(json.dumps({"messageType": kind, "status": 200, **_ANSWERS[kind](heard)}))
        if kind == "register":
            self._channels.put(heard["channelID"])


def _registered(heard: dict[str, str]) -> dict[str, str]:
    channel = heard["channelID"]
    return {"channelID": channel, "pushEndpoint": f"https://push.example.org/wpush/v2/{channel}"}


_ANSWERS = {
    "hello": lambda heard: {"uaid": heard.get("uaid") or uuid.uuid4().hex, "use_webpush": True, "broadcasts": {}},
    "register": _registered,
    "unregister": lambda heard: {"channelID": heard["channelID"]},
}


@contextmanager
def push_service() -> Iterator[PushService]:
    """One for the time of the block."""
    service = PushService()
    with serve(service.serve, "127.0.0.1", 0) as server:
        service.port = server.socket.getsockname()[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield service
        server.shutdown()
