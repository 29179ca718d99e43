"""Whose rows the database shows: said at the start of each request, job and stream, forgotten with its transaction.

Row-level security (`lib/sql.py`) compares every row with these settings. Where nothing is said, there are no rows.
They are local to the transaction (`SET LOCAL`), so that a pooled connection never carries one person's view to the next.
"""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from uuid import UUID

from django.db import connection, transaction

WHOLE_FIRM = "*"
"""In place of a company: every company of the firm, for the firm's own lists."""


def enter(firm_id: UUID, company_id: UUID | None, *, origin: str = "") -> None:
    """From here to the end of the transaction: this company's rows; every company's of the firm without one.

    For a request, whose transaction ends with it; a block that goes on afterwards says `within`. `origin`, address and
    device, is what the log says of where its acts come from.
    """
    _set(str(firm_id), str(company_id) if company_id else WHOLE_FIRM, "")
    if origin:
        came_from(origin)


@contextmanager
def within(firm_id: UUID, company_id: UUID | None = None) -> Iterator[None]:
    """Inside the block, whole or not at all: this company's rows, or every company's of the firm."""
    # An error inside takes the settings back with the savepoint; else they are put back as they were.
    with transaction.atomic():
        before = _set(str(firm_id), str(company_id) if company_id else WHOLE_FIRM, "")
        yield
        _set(*before)


@contextmanager
def person(person_id: UUID) -> Iterator[None]:
    """Inside the block: the rows that say where this person may go, before any firm is known."""
    with nullcontext() if connection.in_atomic_block else transaction.atomic():
        before = _set("", "", str(person_id))
        try:
            yield
        finally:
            if not connection.needs_rollback:
                _set(*before)


def came_from(origin: str) -> None:
    """Remember for the log where the acts of this transaction come from: address and device."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.origin', %s, true)", [origin])


def firm_of(company_id: UUID) -> UUID | None:
    """The firm that keeps a company, whoever asks: what a refusal is recorded under."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenancy_firm_of(%s)", [company_id])
        found: UUID | None = cursor.fetchone()[0]
    return found


def every_firm() -> list[UUID]:
    """Every firm of the installation, for jobs that go round."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenancy_firms()")
        return [row[0] for row in cursor.fetchall()]


def _set(firm: str, company: str, person_id: str) -> tuple[str, str, str]:
    """Say whose rows, and return what was said before: one question, since every request asks it."""
    with connection.cursor() as cursor:
        # The list of a SELECT is computed from left to right: the former settings come first.
        cursor.execute(
            "SELECT current_setting('app.firm_id', true), current_setting('app.company_id', true), "
            "current_setting('app.person_id', true), set_config('app.firm_id', %s, true), "
            "set_config('app.company_id', %s, true), set_config('app.person_id', %s, true)",
            [firm, company, person_id],
        )
        before = cursor.fetchone()[:3]
    return tuple(value or "" for value in before)  # type: ignore[return-value]  # three, as asked
