"""What the ORM cannot say: keys that cannot cross tenants."""

from django.db import migrations

from comptoir.lib.sql import same_firm, tenant_key


class Migration(migrations.Migration):
    dependencies = [("firms", "0001_initial")]

    operations = [
        tenant_key("firms_assignment"),
        same_firm("firms_assignment"),
        tenant_key("firms_companymembership"),
        same_firm("firms_companymembership"),
    ]
