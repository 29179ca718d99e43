"""An upload is its company's."""

from django.db import migrations

from comptoir.lib.sql import isolated, same_firm, tenant_key


class Migration(migrations.Migration):
    dependencies = [("deposits", "0006_uploads")]

    operations = [tenant_key("deposits_upload"), same_firm("deposits_upload"), isolated("deposits_upload")]
