"""Rows of another company are not there, whatever asks."""

from django.db import migrations

from comptoir.lib.sql import isolated


class Migration(migrations.Migration):
    dependencies = [("readings", "0002_tenant_keys")]

    operations = [
        isolated("readings_reading"),
        isolated("readings_correction"),
    ]
