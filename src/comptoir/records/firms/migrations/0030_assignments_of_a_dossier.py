"""The dossier's own names for who keeps it and whom to call: nothing changes in the database."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("firms", "0021_one_truth_about_vat")]

    operations = [
        migrations.AlterField(
            "assignment",
            "company",
            models.ForeignKey("firms.company", django.db.models.deletion.PROTECT, related_name="assignments"),
        ),
        migrations.AlterField(
            "contact",
            "company",
            models.ForeignKey("firms.company", django.db.models.deletion.PROTECT, related_name="contacts"),
        ),
    ]
