"""What the ORM cannot say: keys that cannot cross tenants."""

from django.db import migrations

from comptoir.lib.sql import same_company, same_firm, tenant_key


class Migration(migrations.Migration):
    dependencies = [
        ("matching", "0001_initial"),
        ("deposits", "0002_tenant_keys"),
        ("banking", "0002_tenant_keys"),
    ]

    operations = [
        tenant_key("matching_match"),
        same_firm("matching_match"),
        tenant_key("matching_proposal"),
        same_firm("matching_proposal"),
        tenant_key("matching_rejection"),
        same_firm("matching_rejection"),
        same_company("matching_match", "document_id", "deposits_document"),
        same_company("matching_match", "transaction_id", "banking_transaction"),
        same_company("matching_proposal", "document_id", "deposits_document"),
        same_company("matching_proposal", "transaction_id", "banking_transaction"),
        same_company("matching_rejection", "document_id", "deposits_document"),
        same_company("matching_rejection", "transaction_id", "banking_transaction"),
    ]
