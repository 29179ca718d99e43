"""One at a time, across processes: without a transaction for acts that speak with the outside, or within one."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def alone(name: str) -> Iterator[bool]:
    """Whether this process may act now under the name; nobody else may until the block ends, or the process does."""
    is_ours = _asked("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", name)
    try:
        yield is_ours
    finally:
        if is_ours and not connection.needs_rollback:
            _asked("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", name)


def in_turn(name: str) -> None:
    """Wait until nobody else acts under the name, then act until the transaction ends."""
    _asked("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0)) IS NOT NULL", name)


def _asked(question: str, name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(question, [name])
        return bool(cursor.fetchone()[0])
