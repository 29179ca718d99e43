"""Why a statement file is refused; each sentence says what happened, what was kept and what to do."""

from collections.abc import Sequence

from comptoir.domain.fault import Fault


class RefusedFile(ValueError):
    """A statement file is refused whole: nothing of it is kept."""


class NotAStatement(RefusedFile):
    """The file is no bank statement in a format that is known."""


class Unreadable(RefusedFile):
    """The file is a statement, but it is broken: the line is named. `problem` says it without the remedy."""

    def __init__(self, problem: str, *, line: int | None = None, remedy: str = "") -> None:
        self.line = line
        where = f"ligne {line} : " if line is not None else ""
        self.problem = f"{where}{problem}"
        remedy = remedy or "Rien n’en a été gardé : téléchargez à nouveau le relevé auprès de la banque."
        super().__init__(f"Relevé illisible, {self.problem} {remedy}")


class DoesNotAddUp(RefusedFile):
    """The old balance and the movements do not make the new balance: the difference is named."""

    def __init__(self, problem: str, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(" ".join([problem, *map(str, faults[:3]), *_others(len(faults) - 3)]))


def _others(count: int) -> list[str]:
    return [f"Et {count} autre{'s' if count > 1 else ''} relevé{'s' if count > 1 else ''}."] if count > 0 else []
