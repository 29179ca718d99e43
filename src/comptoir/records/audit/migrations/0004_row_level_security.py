"""The log of another firm is not there; what concerns nobody's firm is there for its person alone."""

from django.db import migrations

from comptoir.lib.sql import isolated


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_origin")]

    operations = [isolated("audit_event", or_own=True)]
