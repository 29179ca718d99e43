"""What the ORM cannot say: keys that cannot cross tenants."""

from django.db import migrations

from comptoir.lib.sql import same_company, same_firm, tenant_key


class Migration(migrations.Migration):
    dependencies = [("exports", "0001_initial"), ("ledger", "0002_tenant_keys")]

    operations = [
        tenant_key("exports_fecexport"),
        same_firm("exports_fecexport"),
        same_company("exports_fecexport", "fiscal_year_id", "ledger_fiscalyear"),
    ]
