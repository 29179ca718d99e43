"""Two pieces that may be one paper are of one company, and shown to it alone."""

from django.db import migrations

from comptoir.lib.sql import isolated, same_company, same_firm, tenant_key


class Migration(migrations.Migration):
    dependencies = [("readings", "0004_resemblances"), ("deposits", "0008_pages_of_an_upload")]

    operations = [
        tenant_key("readings_resemblance"),
        same_firm("readings_resemblance"),
        same_company("readings_resemblance", "document_id", "deposits_document"),
        same_company("readings_resemblance", "other_id", "deposits_document"),
        isolated("readings_resemblance"),
    ]
