"""Adding a row that may be there already, in one question."""

from django.db import connection
from django.db.models import Model


def add(row: Model) -> bool:
    """Add the row unless one with its key is there; says whether it is new.

    Whoever adds the same key at the same time waits for this transaction. `bulk_create(ignore_conflicts=True)` does not
    say which of the two it was, so that each row would have to be asked for again.
    """
    fields, quote = row._meta.local_concrete_fields, connection.ops.quote_name
    columns = ", ".join(quote(field.column or "") for field in fields)
    values = [field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields]
    marks = ", ".join(["%s"] * len(fields))
    insert = f"INSERT INTO {quote(row._meta.db_table)} ({columns}) VALUES ({marks}) ON CONFLICT DO NOTHING"  # noqa: S608  # names of ours
    with connection.cursor() as cursor:
        cursor.execute(insert, values)
        is_new: bool = cursor.rowcount == 1
    row._state.adding = not is_new
    return is_new
