"""A company's mail is its own; the server asks one question before it knows whose a token is."""

from django.db import migrations

from comptoir.lib.sql import isolated, same_company, same_firm, tenant_key

TABLES = ("inbox_token", "inbox_sender", "inbox_mail")

# Asked by the mail server before any firm is known, by an owner whom the policies do not bind: it tells one fact and no row.
QUESTION = """
CREATE FUNCTION tenancy_of_deposit_token(asked text, OUT firm uuid, OUT company uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
    $$ SELECT firm_id, company_id FROM inbox_token WHERE word = asked AND ended_at IS NULL $$;
"""


class Migration(migrations.Migration):
    dependencies = [("inbox", "0001_initial"), ("deposits", "0007_uploads_of_a_company")]

    operations = [
        *[tenant_key(table) for table in TABLES],
        *[same_firm(table) for table in TABLES],
        same_company("inbox_mail", "original_id", "deposits_original"),
        *[isolated(table) for table in TABLES],
        migrations.RunSQL(QUESTION, "DROP FUNCTION tenancy_of_deposit_token(text)"),
    ]
