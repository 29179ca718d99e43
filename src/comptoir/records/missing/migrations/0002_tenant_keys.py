"""What the ORM cannot say: keys that cannot cross tenants."""

from django.db import migrations

from comptoir.lib.sql import same_company, same_firm, tenant_key


class Migration(migrations.Migration):
    dependencies = [("missing", "0001_initial"), ("banking", "0002_tenant_keys")]

    operations = [
        tenant_key("missing_item"),
        same_firm("missing_item"),
        same_company("missing_item", "transaction_id", "banking_transaction"),
    ]
