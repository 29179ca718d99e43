"""Rows of another company are not there, whatever asks."""

from django.db import migrations

from comptoir.lib.sql import isolated


class Migration(migrations.Migration):
    dependencies = [("exports", "0002_tenant_keys")]

    operations = [
        isolated("exports_fecexport"),
    ]
