"""The portfolio's rows never cross from a company or a firm to another."""

from django.db import migrations

from comptoir.lib.sql import isolated, isolated_by_firm, same_firm, tenant_key

TABLES = ("missing_standing", "missing_moved", "missing_keeping")


class Migration(migrations.Migration):
    dependencies = [("missing", "0030_portfolio")]

    operations = [
        *[act(table) for table in TABLES for act in (tenant_key, same_firm, isolated)],
        *isolated_by_firm("missing_savedview"),
    ]
