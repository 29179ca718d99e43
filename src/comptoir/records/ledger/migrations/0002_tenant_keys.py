"""What the ORM cannot say: keys that cannot cross tenants."""

from django.db import migrations

from comptoir.lib.sql import same_company, same_firm, tenant_key


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0001_initial"),
        ("deposits", "0002_tenant_keys"),
        ("banking", "0002_tenant_keys"),
    ]

    operations = [
        tenant_key("ledger_fiscalyear"),
        same_firm("ledger_fiscalyear"),
        tenant_key("ledger_journal"),
        same_firm("ledger_journal"),
        tenant_key("ledger_auxiliary"),
        same_firm("ledger_auxiliary"),
        tenant_key("ledger_entry"),
        same_firm("ledger_entry"),
        tenant_key("ledger_line"),
        same_firm("ledger_line"),
        tenant_key("ledger_lettrage"),
        same_firm("ledger_lettrage"),
        tenant_key("ledger_letteredline"),
        same_firm("ledger_letteredline"),
        same_company("ledger_entry", "fiscal_year_id", "ledger_fiscalyear"),
        same_company("ledger_entry", "journal_id", "ledger_journal"),
        same_company("ledger_entry", "document_id", "deposits_document"),
        same_company("ledger_entry", "transaction_id", "banking_transaction"),
        same_company("ledger_entry", "reverses_id", "ledger_entry"),
        same_company("ledger_line", "entry_id", "ledger_entry"),
        same_company("ledger_line", "auxiliary_id", "ledger_auxiliary"),
        same_company("ledger_lettrage", "auxiliary_id", "ledger_auxiliary"),
        same_company("ledger_letteredline", "lettrage_id", "ledger_lettrage"),
        same_company("ledger_letteredline", "line_id", "ledger_line"),
    ]
