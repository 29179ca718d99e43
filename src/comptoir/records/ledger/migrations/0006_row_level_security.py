"""Rows of another company are not there, whatever asks."""

from django.db import migrations

from comptoir.lib.sql import isolated


class Migration(migrations.Migration):
    dependencies = [("ledger", "0005_lettrage_refusal")]

    operations = [
        isolated("ledger_fiscalyear"),
        isolated("ledger_journal"),
        isolated("ledger_auxiliary"),
        isolated("ledger_entry"),
        isolated("ledger_line"),
        isolated("ledger_lettrage"),
        isolated("ledger_lettragerefusal"),
        isolated("ledger_letteredline"),
    ]
