"""What moved on each account each day, summed by the owner: once allowed, not asked of each row."""

from django.db import migrations

from comptoir.lib.sql import counted


class Migration(migrations.Migration):
    dependencies = [("banking", "0014_bytes_known_again")]

    operations = [
        counted(
            "moved_by_day",
            "account_id, booked_on, sum(amount)",
            "OUT account uuid, OUT day date, OUT moved numeric",
            "banking_transaction",
            per="account_id, booked_on",
            since="booked_on",
        ),
    ]
