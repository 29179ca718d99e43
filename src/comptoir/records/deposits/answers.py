"""What the sender of a file is told of it, whatever way it came."""

from dataclasses import asdict, dataclass
from typing import ClassVar
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Answer:
    """One file, what became of it, and the sentence that says so."""

    RECEIVED: ClassVar = "received"
    TWIN: ClassVar = "twin"
    REFUSED: ClassVar = "refused"
    LOCKED: ClassVar = "locked"

    filename: str
    kind: str
    sentence: str
    document: UUID | None = None

    @classmethod
    def refused(cls, filename: str, sentence: str) -> "Answer":
        """Not kept, and why."""
        return cls(filename, cls.REFUSED, sentence)

    def said(self) -> dict[str, str | None]:
        """As rows and scripts keep it."""
        return asdict(self) | {"document": str(self.document) if self.document else None}
