"""What people said of missing documents never crosses from a company to another; the kept lines are found and sorted."""

from typing import Any

from django.db import migrations
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Abs

from comptoir.lib.plainly import plainly
from comptoir.lib.sql import isolated, same_company, same_firm, tenant_key

TABLES = (
    "missing_answer", "missing_decision", "missing_question", "missing_waiver", "missing_series",
    "missing_optionalaccount",
)  # fmt: skip
KEYS = (
    ("missing_item", "document_id", "deposits_document"),
    ("missing_answer", "transaction_id", "banking_transaction"),
    ("missing_decision", "transaction_id", "banking_transaction"),
    ("missing_decision", "answer_id", "missing_answer"),
    ("missing_decision", "document_id", "deposits_document"),
    ("missing_question", "transaction_id", "banking_transaction"),
    ("missing_question", "document_id", "deposits_document"),
    ("missing_waiver", "auxiliary_id", "ledger_auxiliary"),
    ("missing_series", "document_id", "deposits_document"),
    ("missing_series", "first_id", "banking_transaction"),
)


def fill(apps: Any, schema_editor: Any) -> None:
    rows = apps.get_model("banking", "Transaction").objects.filter(pk=OuterRef("transaction"))
    apps.get_model("missing", "Item").objects.update(
        size=Abs(F("amount")),
        party=Subquery(rows.values("payee")[:1]),
        said=Subquery(rows.annotate(found=plainly("payee", "label")).values("found")[:1]),
    )


class Migration(migrations.Migration):
    dependencies = [
        ("missing", "0034_decided_by_people"),
        ("ledger", "0002_tenant_keys"),
        ("deposits", "0002_tenant_keys"),
        ("banking", "0002_tenant_keys"),
    ]

    operations = [
        *[act(table) for table in TABLES for act in (tenant_key, same_firm)],
        *[same_company(*key) for key in KEYS],
        *[isolated(table) for table in TABLES],
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
