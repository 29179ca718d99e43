"""Keyset paging: where the next page begins, as it stands in an address."""

from datetime import date, datetime
from uuid import UUID


def after_moment(written: str) -> tuple[datetime, UUID] | None:
    """`2026-11-14T09:00:00+00:00_<uuid>`; anything else is the first page."""
    moment, _, key = written.rpartition("_")
    try:
        return datetime.fromisoformat(moment), UUID(key)
    except ValueError:
        return None


def after_day(written: str) -> tuple[date, UUID] | None:
    """`2026-11-14_<uuid>`; anything else is the first page."""
    day, _, key = written.rpartition("_")
    try:
        return date.fromisoformat(day), UUID(key)
    except ValueError:
        return None
