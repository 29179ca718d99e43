"""Keyset paging: a list of 100,000 rows costs what one of ten costs, and no row is shown twice while others come."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet

M = TypeVar("M", bound=Model)

Key = tuple[date, UUID]
"""A row's day or moment, and its id: where a page ends and the next begins."""


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    """Rows of one page, and the key after which the next begins as an address holds it; empty on the last."""

    rows: list[M]
    next_after: str


def page(rows: QuerySet[M], *, by: str, after: Key | None, size: int, oldest_first: bool = False) -> Page[M]:
    """One page of rows ordered by a day or moment, then by id; the latest first unless said otherwise."""
    sign, beyond = ("", "gt") if oldest_first else ("-", "lt")
    if after:
        day, key = after
        # The first says nothing that the second does not, but an index can follow it.
        rows = rows.filter(**{f"{by}__{beyond}e": day})
        rows = rows.filter(Q(**{f"{by}__{beyond}": day}) | Q(**{by: day, f"pk__{beyond}": key}))
    found = list(rows.order_by(f"{sign}{by}", f"{sign}pk")[: size + 1])
    return Page(found[:size], written(found[size - 1], by) if len(found) > size else "")


def written(row: Model, by: str) -> str:
    """A row's key as an address holds it: `2026-11-14_<uuid>`."""
    value: Any = getattr(row, by)
    return f"{value.isoformat()}_{row.pk}"


def day_key(text: str) -> Key | None:
    """The key of a list by day; what is none begins at the first page."""
    return _key(text, date.fromisoformat)


def moment_key(text: str) -> Key | None:
    """The key of a list by moment; what is none begins at the first page."""
    return _key(text, datetime.fromisoformat)


def _key(text: str, parse: Any) -> Key | None:
    value, _, key = text.rpartition("_")
    try:
        return parse(value), UUID(key)
    except ValueError:
        return None
