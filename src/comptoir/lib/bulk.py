"""Many rows at once: PostgreSQL takes no COPY into a table whose rows are held apart, so it goes by a table of the moment."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

from django.db import connection, transaction
from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)

MANY = 5000
"""Below, an INSERT is as fast."""


def insert(rows: list[M], *, many: int = MANY) -> list[M]:
    """Keep new rows, whose keys are made already; every check and policy of their table holds as for an INSERT."""
    if not rows:
        return []
    if len(rows) < many:
        return type(rows[0])._base_manager.bulk_create(rows, batch_size=2000)
    with transaction.atomic():
        _copy(rows)
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias
    return rows


def batches(rows: Iterable[M], *, size: int = MANY) -> Iterator[list[M]]:
    """The rows, so many at a time: those of a query are never in memory together."""
    told = iter(rows.iterator(chunk_size=size) if isinstance(rows, QuerySet) else rows)
    while some := list(islice(told, size)):
        yield some


def _copy(rows: list[M]) -> None:
    meta, quote = rows[0]._meta, connection.ops.quote_name
    names = [field.attname for field in meta.concrete_fields]
    columns = ", ".join(quote(str(field.column)) for field in meta.concrete_fields)
    table = quote(meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE arriving AS SELECT {columns} FROM {table} WITH NO DATA")  # noqa: S608  # ours
        with cursor.copy(f"COPY arriving ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row([getattr(row, name) for name in names])
        cursor.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM arriving")  # noqa: S608  # ours
        cursor.execute("DROP TABLE arriving")
