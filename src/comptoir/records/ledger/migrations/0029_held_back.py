"""Entries remember that a lock held back a change of their links."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0028_locks_hold")]

    operations = [
        migrations.AddField(
            model_name="entry",
            name="held_back_at",
            field=models.DateTimeField(null=True),
        ),
    ]
