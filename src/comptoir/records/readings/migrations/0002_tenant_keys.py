"""What the ORM cannot say: keys that cannot cross tenants."""

from django.db import migrations

from comptoir.lib.sql import same_company, same_firm, tenant_key


class Migration(migrations.Migration):
    dependencies = [("readings", "0001_initial"), ("deposits", "0002_tenant_keys")]

    operations = [
        tenant_key("readings_reading"),
        same_firm("readings_reading"),
        tenant_key("readings_correction"),
        same_firm("readings_correction"),
        same_company("readings_reading", "document_id", "deposits_document"),
        same_company("readings_correction", "document_id", "deposits_document"),
    ]
