"""What names and undoes a movement is of the movement's company."""

from django.db import migrations

from comptoir.lib.sql import isolated, same_company, same_firm

TABLES = ("banking_alias", "banking_withdrawal")


class Migration(migrations.Migration):
    dependencies = [("banking", "0005_taken_back")]

    operations = [
        *[same_firm(table) for table in TABLES],
        same_company("banking_alias", "account_id", "banking_bankaccount"),
        same_company("banking_alias", "transaction_id", "banking_transaction"),
        same_company("banking_withdrawal", "transaction_id", "banking_transaction"),
        same_company("banking_withdrawal", "mirror_id", "banking_transaction"),
        *[isolated(table) for table in TABLES],
    ]
