"""When a client may be reminded: the firm's day and hour, never at night, on a Sunday or on a French public holiday."""

import calendar
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
"""Quiet hours are those of who reads, not of the server."""
STALE = timedelta(days=4)
"""Later than that a round is skipped rather than made up for: a server that was away does not write to everybody."""


class Every(StrEnum):
    """How often the firm reminds."""

    MONTH = "month"
    WEEK = "week"

    @property
    def french(self) -> str:
        """As it is chosen."""
        return "Chaque mois" if self is Every.MONTH else "Chaque semaine"


@dataclass(frozen=True, slots=True)
class Plan:
    """When reminders leave by themselves: `day` is of the month (1 to 31), or of the week (1 is Monday)."""

    is_on: bool
    every: Every = Every.MONTH
    day: int = 5
    hour: int = 9
    quiet_from: int = 20
    quiet_until: int = 8

    def faults(self) -> list[str]:
        """What is wrong, in words."""
        last = 7 if self.every is Every.WEEK else 31
        found = [] if 1 <= self.day <= last else [f"Le jour va de 1 à {last}."]
        if not all(0 <= hour <= 23 for hour in (self.hour, self.quiet_from, self.quiet_until)):
            return [*found, "Une heure va de 0 à 23."]
        if _is_between(self.hour, self.quiet_from, self.quiet_until):
            found.append("L’heure d’envoi tombe dans les heures calmes.")
        return found


def is_quiet(moment: datetime, plan: Plan) -> bool:
    """Whether nobody is to be disturbed then."""
    local = moment.astimezone(PARIS)
    return (
        _is_between(local.hour, plan.quiet_from, plan.quiet_until)
        or local.weekday() == calendar.SUNDAY
        or local.date() in holidays(local.year)
    )


def next_allowed(moment: datetime, plan: Plan) -> datetime:
    """That moment, or the first full hour after it when one may write."""
    found = moment
    while is_quiet(found, plan):
        local = found.astimezone(PARIS).replace(minute=0, second=0, microsecond=0)
        found = (local.astimezone(ZoneInfo("UTC")) + timedelta(hours=1)).astimezone(moment.tzinfo)
    return found


def round_due(plan: Plan, now: datetime) -> datetime | None:
    """The round that is due now: the last planned moment, unless it is long past or one may not write yet."""
    if not plan.is_on or is_quiet(now, plan):
        return None
    planned = _last_planned(plan, now.astimezone(PARIS))
    return planned if now - planned <= STALE else None


def holidays(year: int) -> frozenset[date]:
    """The public holidays of metropolitan France (Code du travail, art. L3133-1)."""
    sunday = easter(year)
    moved = (timedelta(days=1), timedelta(days=39), timedelta(days=50))
    fixed = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
    return frozenset([*(sunday + days for days in moved), *(date(year, month, day) for month, day in fixed)])


def easter(year: int) -> date:
    """Easter Sunday, after Gauss as Meeus and Butcher wrote it."""
    century, rest = divmod(year, 100)
    moon = (19 * (year % 19) + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    week = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    shift = moon + week - 7 * ((year % 19 + 11 * moon + 22 * week) // 451) + 114
    return date(year, shift // 31, shift % 31 + 1)


def _last_planned(plan: Plan, local: datetime) -> datetime:
    if plan.every is Every.WEEK:
        day = local.date() - timedelta(days=(local.isoweekday() - plan.day) % 7)
        found = _at(day, plan.hour)
        return found if found <= local else _at(day - timedelta(days=7), plan.hour)
    found = _at(_of_month(local.year, local.month, plan.day), plan.hour)
    if found <= local:
        return found
    before = local.date().replace(day=1) - timedelta(days=1)
    return _at(_of_month(before.year, before.month, plan.day), plan.hour)


def _of_month(year: int, month: int, day: int) -> date:
    """The day of that month; its last, where it is shorter."""
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), PARIS)


def _is_between(hour: int, begins: int, ends: int) -> bool:
    if begins <= ends:
        return begins <= hour < ends
    return hour >= begins or hour < ends
