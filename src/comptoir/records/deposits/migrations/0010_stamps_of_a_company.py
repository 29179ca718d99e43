"""A stamp is of one company, shown to it alone, and never changed."""

from django.db import migrations

from comptoir.lib.sql import append_only, isolated, same_firm, tenant_key


class Migration(migrations.Migration):
    dependencies = [("deposits", "0009_stamps")]

    operations = [
        tenant_key("deposits_stamp"),
        same_firm("deposits_stamp"),
        isolated("deposits_stamp"),
        append_only("deposits_stamp"),
    ]
