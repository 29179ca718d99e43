"""The list is counted from its index alone: what is summed and who may count stand in it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("missing", "0051_standings_summed"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="item",
            name="missing_counted",
        ),
        migrations.AddIndex(
            model_name="item",
            index=models.Index(
                fields=["company", "status", "is_optional"],
                include=("firm", "transaction", "amount"),
                name="missing_counted",
            ),
        ),
    ]
