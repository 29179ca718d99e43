"""Rows of another company are not there, whatever asks."""

from django.db import migrations

from comptoir.lib.sql import isolated


class Migration(migrations.Migration):
    dependencies = [("matching", "0002_tenant_keys")]

    operations = [
        isolated("matching_match"),
        isolated("matching_proposal"),
        isolated("matching_rejection"),
    ]
