"""Cards, their debits and their purchases stay within their company."""

from django.db import migrations

from comptoir.lib.sql import isolated, same_company, same_firm, tenant_key

TABLES = ("banking_deferredcard", "banking_carddebit", "banking_cardpurchase")


class Migration(migrations.Migration):
    dependencies = [("banking", "0010_deferred_cards")]

    operations = [
        *[tenant_key(table) for table in TABLES],
        *[same_firm(table) for table in TABLES],
        same_company("banking_deferredcard", "card_id", "banking_bankaccount"),
        same_company("banking_deferredcard", "pays_id", "banking_bankaccount"),
        same_company("banking_carddebit", "card_id", "banking_bankaccount"),
        same_company("banking_carddebit", "transaction_id", "banking_transaction"),
        same_company("banking_carddebit", "mirror_id", "banking_transaction"),
        same_company("banking_cardpurchase", "debit_id", "banking_carddebit"),
        same_company("banking_cardpurchase", "transaction_id", "banking_transaction"),
        *[isolated(table) for table in TABLES],
    ]
