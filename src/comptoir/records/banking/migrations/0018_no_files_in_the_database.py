"""Long statements stay within their company, and no file lies in the database any more."""

from django.db import migrations

from comptoir.lib.sql import isolated, same_company, same_firm, tenant_key


class Migration(migrations.Migration):
    dependencies = [("banking", "0017_waiting_files_move")]

    operations = [
        migrations.RemoveField(model_name="unreadstatement", name="content"),
        tenant_key("banking_sentstatement"),
        same_firm("banking_sentstatement"),
        same_company("banking_sentstatement", "account_id", "banking_bankaccount"),
        isolated("banking_sentstatement"),
    ]
