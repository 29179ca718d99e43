"""What the ORM cannot say: keys that cannot cross tenants."""

from django.db import migrations

from comptoir.lib.sql import same_company, same_firm, tenant_key


class Migration(migrations.Migration):
    dependencies = [("banking", "0001_initial")]

    operations = [
        tenant_key("banking_bankaccount"),
        same_firm("banking_bankaccount"),
        tenant_key("banking_statement"),
        same_firm("banking_statement"),
        tenant_key("banking_transaction"),
        same_firm("banking_transaction"),
        tenant_key("banking_rule"),
        same_firm("banking_rule"),
        same_company("banking_statement", "account_id", "banking_bankaccount"),
        same_company("banking_transaction", "account_id", "banking_bankaccount"),
        same_company("banking_transaction", "statement_id", "banking_statement"),
    ]
