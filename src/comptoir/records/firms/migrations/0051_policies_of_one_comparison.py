"""The policies look their settings up once: three sub-plans fewer a table in the plan of each question."""

from django.db import migrations

from comptoir.lib.sql import isolated_anew


class Migration(migrations.Migration):
    dependencies = [("firms", "0050_messaging")]

    operations = [isolated_anew()]
