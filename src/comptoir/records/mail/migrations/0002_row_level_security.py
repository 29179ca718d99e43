"""A letter is there for its firm, or for its person alone."""

from django.db import migrations

from comptoir.lib.sql import isolated


class Migration(migrations.Migration):
    dependencies = [("mail", "0001_initial")]

    operations = [isolated("mail_letter", or_own=True)]
