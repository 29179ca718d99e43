"""Tables of banks whose columns somebody of the firm explains, and those that wait for it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import comptoir.lib.ids
from comptoir.lib.sql import isolated, isolated_by_firm, same_company, same_firm, tenant_key


class Migration(migrations.Migration):
    dependencies = [
        ("banking", "0006_taken_back_of_a_company"),
        ("firms", "0031_plain_text"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="alias",
            name="label",
            field=models.CharField(blank=True, default="", max_length=500),
            preserve_default=False,
        ),
        migrations.CreateModel(
            name="ExplainedColumns",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=comptoir.lib.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("signature", models.CharField(max_length=1000)),
                ("columns", models.JSONField()),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "firm",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="firms.firm"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("firm", "signature"), name="one_explanation_of_headings")
                ],
            },
        ),
        migrations.CreateModel(
            name="UnreadStatement",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=comptoir.lib.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("filename", models.CharField(max_length=255)),
                ("content", models.BinaryField()),
                ("at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="unread",
                        to="banking.bankaccount",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
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
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("account",), name="one_unread_statement_an_account")
                ],
            },
        ),
        *isolated_by_firm("banking_explainedcolumns"),
        tenant_key("banking_unreadstatement"),
        same_firm("banking_unreadstatement"),
        same_company("banking_unreadstatement", "account_id", "banking_bankaccount"),
        isolated("banking_unreadstatement"),
    ]
