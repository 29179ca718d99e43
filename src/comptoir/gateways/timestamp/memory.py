"""An authority that only tests believe: its token is a keyed hash over what it stamps and the moment."""

import hmac
import json
from datetime import UTC, datetime

from comptoir.gateways.timestamp.faults import NotAStamp

_KEY = b"tests alone"


class Authority:
    """Stamps with the machine's own clock."""

    name = "memory"
    certificates = b""

    def stamp(self, said: bytes) -> bytes:
        """A token of its own kind."""
        moment = datetime.now(UTC).isoformat()
        return json.dumps({"at": moment, "mac": _mac(said, moment)}).encode()

    def judged(self, token: bytes, said: bytes) -> datetime:
        """The moment, where the token is ours and over these bytes."""
        try:
            found = json.loads(token)
            moment, mac = found["at"], found["mac"]
        except (ValueError, KeyError, TypeError) as error:
            raise NotAStamp from error
        if not hmac.compare_digest(mac, _mac(said, moment)):
            raise NotAStamp
        return datetime.fromisoformat(moment)


def _mac(said: bytes, moment: str) -> str:
    return hmac.new(_KEY, said + moment.encode(), "sha256").hexdigest()
