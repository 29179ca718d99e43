"""How many entries stand at each step, counted by the owner: once allowed, not asked of each row."""

from django.db import migrations

from comptoir.lib.sql import counted

STEPS = """
    count(*) FILTER (WHERE posted_at IS NULL),
    count(*) FILTER (WHERE posted_at IS NOT NULL AND validated_at IS NULL),
    count(*) FILTER (WHERE validated_at IS NOT NULL)
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0021_by_day")]

    operations = [
        counted(
            "entries_by_step", STEPS, "OUT drafts bigint, OUT posted bigint, OUT validated bigint", "ledger_entry"
        ),
    ]
