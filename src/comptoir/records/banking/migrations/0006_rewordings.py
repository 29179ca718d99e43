"""Other words in which a bank told a movement that was kept already."""

import django.db.models.deletion
from django.db import migrations, models

import comptoir.lib.ids
from comptoir.lib.sql import isolated, same_company, same_firm, tenant_key


class Migration(migrations.Migration):
    dependencies = [
        ("banking", "0005_explained_columns"),
        ("firms", "0031_plain_text"),
    ]

    operations = [
        migrations.CreateModel(
            name="Rewording",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=comptoir.lib.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("fingerprint", models.CharField(max_length=64)),
                ("label", models.CharField(max_length=500)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rewordings",
                        to="banking.bankaccount",
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="firms.company"
                    ),
                ),
                (
                    "firm",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="firms.firm"
                    ),
                ),
                (
                    "statement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rewordings",
                        to="banking.statement",
                    ),
                ),
                (
                    "transaction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rewordings",
                        to="banking.transaction",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("account", "fingerprint"), name="one_rewording_a_movement")
                ],
            },
        ),
        tenant_key("banking_rewording"),
        same_firm("banking_rewording"),
        same_company("banking_rewording", "account_id", "banking_bankaccount"),
        same_company("banking_rewording", "transaction_id", "banking_transaction"),
        same_company("banking_rewording", "statement_id", "banking_statement"),
        isolated("banking_rewording"),
    ]
