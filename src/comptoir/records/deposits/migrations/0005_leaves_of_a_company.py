"""Keys that cannot cross tenants, a log that is only added to, and the deposits made before there was one."""

from typing import Any

from django.db import migrations

from comptoir.domain import deposit_log
from comptoir.lib.sql import append_only, isolated, same_company, same_firm, tenant_key

TABLES = ("deposits_leaf", "deposits_cutting", "deposits_arrival")


def log_what_is_there(apps: Any, schema_editor: Any) -> None:
    """Enter the pieces that stand already, in the order in which they came; their original's seal was known before."""
    documents, arrivals = (apps.get_model("deposits", name) for name in ("Document", "Arrival"))
    last: dict[Any, tuple[int, str]] = {}
    rows = []
    for row in documents.objects.select_related("original").order_by("company_id", "deposited_at", "pk"):
        number, previous = last.get(row.company_id, (0, deposit_log.GENESIS))
        arrival = deposit_log.Arrival(
            number=number + 1,
            document=row.pk,
            sha256=row.original.sha256,
            size=row.original.size,
            filename=row.filename,
            way=row.channel,
            by=row.deposited_by_id,
            at=row.deposited_at,
            sent={},
        )
        seal = deposit_log.seal(arrival, previous=previous)
        last[row.company_id] = (arrival.number, seal)
        rows.append(
            arrivals(
                firm_id=row.firm_id,
                company_id=row.company_id,
                number=arrival.number,
                document=row,
                original=row.original,
                filename=row.filename,
                way=row.channel,
                by_id=row.deposited_by_id,
                at=row.deposited_at,
                seal=seal,
            )
        )
    arrivals.objects.bulk_create(rows, batch_size=1000)


class Migration(migrations.Migration):
    dependencies = [("deposits", "0004_leaves")]

    operations = [
        *[tenant_key(table) for table in TABLES],
        *[same_firm(table) for table in TABLES],
        *[same_company(table, "document_id", "deposits_document") for table in TABLES],
        same_company("deposits_leaf", "original_id", "deposits_original"),
        same_company("deposits_arrival", "original_id", "deposits_original"),
        same_company("deposits_document", "cut_from_id", "deposits_document"),
        same_company("deposits_dismissal", "into_id", "deposits_document"),
        *[isolated(table) for table in TABLES],
        migrations.RunPython(log_what_is_there, migrations.RunPython.noop),
        append_only("deposits_arrival"),
    ]
