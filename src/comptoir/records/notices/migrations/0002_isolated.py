"""A notice never crosses from a company to another; the day's digests are the firm's. A person's choices are their own."""

from django.db import migrations

from comptoir.lib.sql import isolated, isolated_by_firm, same_firm, tenant_key


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_initial"), ("firms", "0004_row_level_security")]

    operations = [
        tenant_key("notices_notice"),
        same_firm("notices_notice"),
        isolated("notices_notice"),
        *isolated_by_firm("notices_dailydigest"),
    ]
