"""Merges, and the lines that they keep, stay within their company."""

from django.db import migrations

from comptoir.lib.sql import isolated, same_company, same_firm, tenant_key

TABLES = ("ledger_merge", "ledger_mergedline")


class Migration(migrations.Migration):
    dependencies = [("ledger", "0025_merges")]

    operations = [
        *[tenant_key(table) for table in TABLES],
        *[same_firm(table) for table in TABLES],
        same_company("ledger_merge", "account_id", "banking_bankaccount"),
        same_company("ledger_mergedline", "merge_id", "ledger_merge"),
        same_company("ledger_mergedline", "line_id", "ledger_line"),
        same_company("ledger_mergedline", "transaction_id", "banking_transaction"),
        *[isolated(table) for table in TABLES],
    ]
