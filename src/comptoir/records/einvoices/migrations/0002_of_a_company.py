"""A company's e-invoices are its own; the fetching job asks four questions before it knows whose a flow is."""

from django.db import migrations

from comptoir.lib.sql import isolated, same_company, same_firm, tenant_key

TABLES = ("einvoices_mandate", "einvoices_flow", "einvoices_status")

# Asked before any firm is known, by an owner whom the policies do not bind: each tells one fact and no row.
SIGNED = (
    "m.signed_at IS NOT NULL AND m.signed_at >= coalesce(m.asked_at, m.signed_at)"
    " AND (m.refused_at IS NULL OR m.signed_at > m.refused_at)"
)
QUESTIONS = f"""
CREATE FUNCTION tenancy_of_receiver(asked text) RETURNS TABLE (firm uuid, company uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
    $$ SELECT c.firm_id, c.id FROM firms_company c JOIN einvoices_mandate m ON m.company_id = c.id
       WHERE c.siren = asked AND {SIGNED} $$;
CREATE FUNCTION tenancy_any_mandate() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
    $$ SELECT EXISTS (SELECT 1 FROM einvoices_mandate m WHERE {SIGNED}) $$;
CREATE FUNCTION tenancy_knows_flow(asked text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
    $$ SELECT EXISTS (SELECT 1 FROM einvoices_flow WHERE flow_id = asked)
           OR EXISTS (SELECT 1 FROM einvoices_status WHERE key = asked AND key <> '') $$;
CREATE FUNCTION tenancy_of_invoice(asked text, seller text, day date, sale boolean)
RETURNS TABLE (firm uuid, company uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
    $$ SELECT DISTINCT f.firm_id, f.company_id FROM einvoices_flow f
       JOIN einvoices_mandate m ON m.company_id = f.company_id
       WHERE f.number = asked AND f.seller_siren = seller AND f.is_sale = sale AND {SIGNED}
         AND (day IS NULL OR f.issued_on IS NULL OR f.issued_on = day) $$;
"""  # noqa: S608 - put together from constants
FORGOTTEN = """
DROP FUNCTION tenancy_of_receiver(text);
DROP FUNCTION tenancy_any_mandate();
DROP FUNCTION tenancy_knows_flow(text);
DROP FUNCTION tenancy_of_invoice(text, text, date, boolean);
"""


class Migration(migrations.Migration):
    dependencies = [("einvoices", "0001_initial"), ("deposits", "0007_uploads_of_a_company")]

    operations = [
        *[tenant_key(table) for table in TABLES],
        *[same_firm(table) for table in TABLES],
        same_company("einvoices_flow", "document_id", "deposits_document"),
        same_company("einvoices_status", "flow_id", "einvoices_flow"),
        *[isolated(table) for table in TABLES],
        migrations.RunSQL(QUESTIONS, FORGOTTEN),
    ]
