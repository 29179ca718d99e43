"""A company's connections are its own; news from Bridge asks one question before it knows whose it is."""

from django.db import migrations

from comptoir.lib.sql import isolated, same_company, same_firm, tenant_key

TABLES = (
    "connections_choice", "connections_bridgeuser", "connections_connection",
    "connections_errand", "connections_feed", "connections_told",
)  # fmt: skip

# Asked before any firm is known, by an owner whom the policies do not bind: it tells whose a name at Bridge is.
QUESTION = """
CREATE FUNCTION tenancy_of_bridge_user(asked text) RETURNS TABLE (firm uuid, company uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
    $$ SELECT firm_id, company_id FROM connections_bridgeuser WHERE uuid = asked $$;
"""


class Migration(migrations.Migration):
    dependencies = [("connections", "0001_initial"), ("banking", "0006_taken_back_of_a_company")]

    operations = [
        tenant_key("connections_connection"),
        tenant_key("connections_feed"),
        *[same_firm(table) for table in TABLES],
        same_company("connections_errand", "repairs_id", "connections_connection"),
        same_company("connections_feed", "connection_id", "connections_connection"),
        same_company("connections_feed", "account_id", "banking_bankaccount"),
        same_company("connections_told", "feed_id", "connections_feed"),
        same_company("connections_told", "transaction_id", "banking_transaction"),
        *[isolated(table) for table in TABLES],
        migrations.RunSQL(QUESTION, "DROP FUNCTION tenancy_of_bridge_user(text)"),
    ]
