"""The log is only ever added to."""

from django.db import migrations

from comptoir.lib.sql import append_only


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [append_only("audit_event")]
