"""The VAT regime says whether VAT is deducted; what the ORM cannot say of the new rows."""

from django.db import migrations

from comptoir.lib.sql import firm_key, isolated, isolated_by_firm, same_firm, same_firm_row, tenant_key


class Migration(migrations.Migration):
    dependencies = [("firms", "0020_company_file")]

    operations = [
        # Who did not deduct before goes on not deducting: the firm says later whether by franchise or exemption.
        migrations.RunSQL(
            "UPDATE firms_company SET vat_regime = 'franchise' WHERE NOT deducts_vat",
            "UPDATE firms_company SET deducts_vat = vat_regime NOT IN ('franchise', 'exonere')",
        ),
        migrations.RemoveField(model_name="company", name="deducts_vat"),
        tenant_key("firms_contact"),
        same_firm("firms_contact"),
        isolated("firms_contact"),
        tenant_key("firms_checklistitem"),
        same_firm("firms_checklistitem"),
        isolated("firms_checklistitem"),
        firm_key("firms_dossiermodel"),
        same_firm_row("firms_dossierimport", "model_id", "firms_dossiermodel"),
        *isolated_by_firm("firms_dossiermodel"),
        *isolated_by_firm("firms_dossierimport"),
    ]
