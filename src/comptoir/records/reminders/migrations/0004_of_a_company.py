"""What a reminder told of is of the same company as the reminder."""

from django.db import migrations

from comptoir.lib.sql import same_company


class Migration(migrations.Migration):
    dependencies = [("reminders", "0003_asked_documents"), ("requests", "0002_isolated")]

    operations = [same_company("reminders_reminded", "requested_id", "requests_requesteditem")]
