"""Whose rows the database shows: said at the start of each request, job and stream, forgotten with its transaction.

Row-level security (`lib/sql.py`) compares every row with these settings. Where nothing is said, there are no rows.
They are local to the transaction (`SET LOCAL`), so that a pooled connection never carries one person's view to the next.
"""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from uuid import UUID

from django.db import connection, transaction

WHOLE_FIRM = "*"
"""In place of a company: every company of the firm, for the firm's own lists."""


def enter(firm_id: UUID, company_id: UUID | None, *, origin: str = "") -> None:
    """From here to the end of the transaction: this company's rows; every company's of the firm without one.

    For a request, whose transaction ends with it; a block that goes on afterwards says `within`. `origin`, address and
    device, is what the log says of where its acts come from.
    """
    _inside.set(None)
    _set(*_said(firm_id, company_id), origin=origin)


@contextmanager
def within(firm_id: UUID, company_id: UUID | None = None) -> Iterator[None]:
    """Inside the block, whole or not at all: this company's rows, or every company's of the firm."""
    said = _said(firm_id, company_id)
    # An error inside takes the settings back with the savepoint; else they are put back as they were.
    with transaction.atomic():
        if said == _inside.get():  # a block of the same company's around this one has said it
            yield
            return
        before = _set(*said)
        around = _inside.set(said)
        try:
            yield
        finally:
            _inside.reset(around)
        _set(*before)


@contextmanager
def person(person_id: UUID) -> Iterator[None]:
    """Inside the block: the rows that say where this person may go, before any firm is known."""
    with nullcontext() if connection.in_atomic_block else transaction.atomic():
        before = _set("", "", str(person_id))
        around = _inside.set(None)
        try:
            yield
        finally:
            _inside.reset(around)
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


_Said = tuple[str, str, str]
_inside: ContextVar[_Said | None] = ContextVar("inside", default=None)
"""What the innermost block says, so that one of the same company's within it need not say it again."""


def _said(firm_id: UUID, company_id: UUID | None) -> _Said:
    return str(firm_id), str(company_id) if company_id else WHOLE_FIRM, ""


def _set(firm: str, company: str, person_id: str, *, origin: str = "") -> _Said:
    """Say whose rows, and return what was said before: one question, since every request asks it."""
    settings = {"firm_id": firm, "company_id": company, "person_id": person_id}
    said = settings | ({"origin": origin} if origin else {})
    with connection.cursor() as cursor:
        # The list of a SELECT is computed from left to right: the former settings come first.
        asked = [f"current_setting('app.{name}', true)" for name in settings]
        asked += [f"set_config('app.{name}', %s, true)" for name in said]
        cursor.execute(f"SELECT {', '.join(asked)}", list(said.values()))
        firm, company, person_id = (value or "" for value in cursor.fetchone()[:3])
    return firm, company, person_id
