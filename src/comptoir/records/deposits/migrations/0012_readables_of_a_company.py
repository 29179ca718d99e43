"""A readable page is its company's."""

from django.db import migrations

from comptoir.lib.sql import isolated, same_company, same_firm, tenant_key


class Migration(migrations.Migration):
    dependencies = [("deposits", "0011_readable")]

    operations = [
        tenant_key("deposits_readable"),
        same_firm("deposits_readable"),
        same_company("deposits_readable", "document_id", "deposits_document"),
        same_company("deposits_readable", "original_id", "deposits_original"),
        isolated("deposits_readable"),
    ]
