"""A platform in memory: what it holds is put there, what it is told is kept, and it fails where it is asked to."""

from collections.abc import Iterator

from comptoir.gateways.einvoice import Kind, Listed, Message, Refused


class Platform:
    """Holds flows by identifier; keeps what was acknowledged and said."""

    def __init__(self) -> None:
        self.flows: dict[str, tuple[Listed, bytes]] = {}
        self.acknowledged: list[str] = []
        self.sent: dict[str, Message] = {}
        self.fetched: list[str] = []
        self.faults: dict[str, list[Exception]] = {}
        """What each of the four calls raises, first first; afterwards it answers."""

    def hold(
        self, flow_id: str, content: bytes, kind: Kind = Kind.PURCHASE, syntax: str = "CII", moment: str = ""
    ) -> None:
        """A flow arrives at the platform."""
        moment = moment or f"2026-11-24T{len(self.flows) // 60:02}:{len(self.flows) % 60:02}:00.000Z"
        self.flows[flow_id] = (Listed(flow_id, kind, syntax, moment), content)

    def received(self, since: str) -> Iterator[Listed]:
        """Everything newer, in its order."""
        self._fail("received")
        yield from (listed for listed, _ in self.flows.values() if listed.updated_at > since)

    def fetch(self, flow_id: str) -> bytes:
        """The bytes as they were put there."""
        self._fail("fetch")
        self.fetched.append(flow_id)
        if flow_id not in self.flows:
            raise Refused(flow_id)
        return self.flows[flow_id][1]

    def acknowledge(self, flow_id: str) -> None:
        """Remember it."""
        self._fail("acknowledge")
        self.acknowledged.append(flow_id)

    def send_status(self, message: Message) -> str:
        """Keep the message, once a key."""
        self._fail("send_status")
        self.sent.setdefault(message.key, message)
        return f"lc-{message.key}"

    def _fail(self, call: str) -> None:
        if self.faults.get(call):
            raise self.faults[call].pop(0)
