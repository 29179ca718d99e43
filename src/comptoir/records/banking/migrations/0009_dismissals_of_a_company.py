"""Suggestions turned down, and a rule's bank account, stay within their company."""

from django.db import migrations

from comptoir.lib.sql import isolated, same_company, same_firm, tenant_key


class Migration(migrations.Migration):
    dependencies = [("banking", "0008_whole_rules")]

    operations = [
        tenant_key("banking_ruledismissal"),
        same_firm("banking_ruledismissal"),
        isolated("banking_ruledismissal"),
        same_company("banking_rule", "bank_account_id", "banking_bankaccount"),
    ]
