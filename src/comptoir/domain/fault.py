"""A fault that a person must see: returned, never raised."""

from dataclasses import dataclass
from enum import StrEnum


class Gravity(StrEnum):
    """Whether the fault refuses the work or only asks for a look."""

    FAULT = "fault"
    ALERT = "alert"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, where, and what to do about it, in a French sentence."""

    code: str
    message: str
    remedy: str = ""
    line: int | None = None
    gravity: Gravity = Gravity.FAULT

    def __str__(self) -> str:
        where = f"Ligne {self.line} : " if self.line is not None else ""
        return f"{where}{self.message} {self.remedy}".strip()
