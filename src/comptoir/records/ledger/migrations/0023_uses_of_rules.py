"""How many entries each rule has booked, counted by the owner: once allowed, not asked of each row."""

from django.db import migrations

from comptoir.lib.sql import counted


class Migration(migrations.Migration):
    dependencies = [("ledger", "0022_counted_once_allowed")]

    operations = [
        counted(
            "uses_of_rules", "rule_id, count(*)", "OUT rule uuid, OUT uses bigint", "ledger_entry", per="rule_id"
        ),
    ]
