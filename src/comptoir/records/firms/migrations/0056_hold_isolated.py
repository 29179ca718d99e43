"""A hold is its dossier's."""

from django.db import migrations

from comptoir.lib.sql import isolated, same_firm, tenant_key


class Migration(migrations.Migration):
    dependencies = [("firms", "0055_retention")]

    operations = [
        tenant_key("firms_legalhold"),
        same_firm("firms_legalhold"),
        isolated("firms_legalhold"),
    ]
