"""A dossier that was asked for is its company's."""

from django.db import migrations

from comptoir.lib.sql import isolated, same_firm, tenant_key


class Migration(migrations.Migration):
    dependencies = [("exports", "0004_takeout")]

    operations = [
        tenant_key("exports_takeout"),
        same_firm("exports_takeout"),
        isolated("exports_takeout"),
    ]
