"""The portfolio counts a firm's dossiers once allowed, and reads their legal forms from an index."""

from django.db import migrations, models

from comptoir.lib.sql import counted_of_firm


class Migration(migrations.Migration):
    dependencies = [("firms", "0053_logo_isolated")]

    operations = [
        migrations.AddIndex(
            model_name="company",
            index=models.Index(fields=["firm", "legal_form"], name="company_by_legal_form"),
        ),
        counted_of_firm("dossiers_counted", "count(*)", "OUT n bigint", "firms_company"),
    ]
