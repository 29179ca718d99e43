"""A firm's logo is its own, and its clients may read it."""

from django.db import migrations

from comptoir.lib.sql import isolated_by_firm


class Migration(migrations.Migration):
    dependencies = [("firms", "0052_branding")]

    operations = [*isolated_by_firm("firms_firmlogo", to_clients=True)]
