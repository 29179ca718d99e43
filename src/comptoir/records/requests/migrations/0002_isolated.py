"""What the ORM cannot say: keys that cannot cross tenants, and rows that are not there for others."""

from django.db import migrations

from comptoir.lib.sql import isolated, isolated_by_firm, same_company, same_firm, tenant_key

OF_A_COMPANY = (
    "requests_documentrequest", "requests_requesteditem", "requests_itemanswer", "requests_itemdecision",
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("requests", "0001_initial"),
        ("folders", "0002_held"),
        ("firms", "0021_one_truth_about_vat"),
    ]

    operations = [
        *[tenant_key(table) for table in OF_A_COMPANY],
        *[same_firm(table) for table in OF_A_COMPANY],
        same_company("requests_requesteditem", "request_id", "requests_documentrequest"),
        same_company("requests_requesteditem", "checklist_id", "firms_checklistitem"),
        same_company("requests_itemanswer", "item_id", "requests_requesteditem"),
        same_company("requests_itemanswer", "file_id", "folders_sharedfile"),
        same_company("requests_itemdecision", "item_id", "requests_requesteditem"),
        *[isolated(table) for table in OF_A_COMPANY],
        *isolated_by_firm("requests_requestmodel"),
    ]
