"""Rows of another company are not there, whatever asks."""

from django.db import migrations

from comptoir.lib.sql import isolated


class Migration(migrations.Migration):
    dependencies = [("banking", "0002_tenant_keys")]

    operations = [
        isolated("banking_bankaccount"),
        isolated("banking_statement"),
        isolated("banking_transaction"),
        isolated("banking_rule"),
    ]
