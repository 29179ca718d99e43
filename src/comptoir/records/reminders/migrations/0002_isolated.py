"""Reminders never cross from a company or a firm to another; a link is found before anybody is known."""

from django.db import migrations

from comptoir.lib.sql import isolated, isolated_by_firm, same_company, same_firm, tenant_key

TABLES = (
    "reminders_ownplan", "reminders_round", "reminders_reminder", "reminders_reminded", "reminders_pass",
    "reminders_unsubscription",
)  # fmt: skip
KEYS = (
    ("reminders_reminded", "reminder_id", "reminders_reminder"),
    ("reminders_reminded", "transaction_id", "banking_transaction"),
    ("reminders_reminded", "document_id", "deposits_document"),
    ("reminders_pass", "reminder_id", "reminders_reminder"),
)
FOUND = """
CREATE FUNCTION tenancy_of_pass(hash text, OUT firm uuid, OUT company uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
    $$ SELECT firm_id, company_id FROM reminders_pass WHERE token_hash = hash AND hash <> '' $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("reminders", "0001_initial"),
        ("deposits", "0002_tenant_keys"),
        ("banking", "0002_tenant_keys"),
        ("firms", "0004_row_level_security"),
    ]

    operations = [
        *[act(table) for table in TABLES for act in (tenant_key, same_firm)],
        *[same_company(*key) for key in KEYS],
        *[isolated(table) for table in TABLES],
        *isolated_by_firm("reminders_firmplan"),
        migrations.RunSQL(FOUND, "DROP FUNCTION tenancy_of_pass(text)"),
    ]
