"""What the ORM cannot say: keys that cannot cross tenants, originals that never change."""

from django.db import migrations

from comptoir.lib.sql import append_only, same_company, same_firm, tenant_key


class Migration(migrations.Migration):
    dependencies = [("deposits", "0001_initial")]

    operations = [
        tenant_key("deposits_original"),
        same_firm("deposits_original"),
        tenant_key("deposits_document"),
        same_firm("deposits_document"),
        tenant_key("deposits_dismissal"),
        same_firm("deposits_dismissal"),
        same_company("deposits_document", "original_id", "deposits_original"),
        same_company("deposits_dismissal", "document_id", "deposits_document"),
        append_only("deposits_original"),
    ]
