"""The deposit log: what came, when and how, each line sealed upon the one before it."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Arrival:
    """What is true of a deposit for ever (LPF art. A102 B-2: integrity from the moment it came).

    `number` counts the company's deposits from 1; `way` is the channel; `sent` what that channel says of itself
    (a mail's sender and identifier, a phone's name).
    """

    number: int
    document: UUID
    sha256: str
    size: int
    filename: str
    way: str
    by: UUID | None
    at: datetime
    sent: dict[str, str]


def seal(arrival: Arrival, *, previous: str) -> str:
    """SHA-256 over the whole line and the seal before it: one line changed, lost or put between breaks all later ones."""
    return hashlib.sha256(written(arrival, previous=previous).encode("utf-8")).hexdigest()


def written(arrival: Arrival, *, previous: str) -> str:
    """The line to the letter as it is sealed: one line of JSON that begins with the seal before it."""
    content = [
        previous,
        arrival.number,
        str(arrival.document),
        arrival.sha256,
        arrival.size,
        arrival.filename,
        arrival.way,
        str(arrival.by or ""),
        arrival.at.astimezone(UTC).isoformat(),
        sorted(arrival.sent.items()),
    ]
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))
