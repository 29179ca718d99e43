"""How long things are kept: ten years at least from the closing of their year (C. com. art. L123-22), and while a hold stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from comptoir.domain.folder import Folder

LEGAL = 10
"""Years that books and vouchers are kept, from the closing of the year (C. com. art. L123-22)."""
MOST = 30
LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class Retention:
    """How many years a dossier's things are kept, and when its known years closed or will."""

    years: int
    closings: tuple[date, ...] = ()

    def until(self, came_on: date) -> date:
        """The last day on which a thing that came then is kept."""
        closed = closing(came_on, self.closings)
        return _moved(closed, self.years)


def binds(folder: Folder) -> bool:
    """Whether what a folder holds is kept that long: the firm's own notes are no vouchers of its client's."""
    return not folder.is_private


def closing(on: date, known: Sequence[date]) -> date:
    """When the year of a day closes: as the books say, else a year later than the last one that they know, else 31 December."""
    later = [day for day in known if day >= on]
    if later:
        return min(later)
    last = max(known, default=date(on.year, 12, 31))
    turns = max(on.year - last.year, 0)
    found = _moved(last, turns)
    return found if found >= on else _moved(last, turns + 1)


def fault(years: int) -> str:
    """Why so many years cannot be chosen; empty where they can."""
    if LEGAL <= years <= MOST:
        return ""
    return f"Choisissez de {LEGAL} à {MOST} ans : la loi demande dix ans après la clôture."


def _moved(day: date, years: int) -> date:
    """The same day so many years later; 28 February where that year has no 29th."""
    last_day = 28 if (day.month, day.day) == (2, 29) else day.day
    return day.replace(year=day.year + years, day=last_day)
