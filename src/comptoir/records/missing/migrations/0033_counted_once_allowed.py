"""How long the list is and for how much, read from its index alone: every page of a dossier says it."""

from django.db import migrations, models

from comptoir.lib.sql import counted


class Migration(migrations.Migration):
    dependencies = [("missing", "0032_standing_indexes")]

    operations = [
        migrations.RemoveIndex(model_name="item", name="missing_list"),
        migrations.AddIndex(
            model_name="item",
            index=models.Index(
                fields=["firm", "company", "-booked_on", "-id"], include=["amount"], name="missing_list"
            ),
        ),
        counted(
            "documents_missing", "count(*), sum(abs(amount))", "OUT n bigint, OUT total numeric", "missing_item"
        ),
    ]
