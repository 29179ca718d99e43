"""How many pieces of each kind a company has, counted from an index by the owner: once allowed, not asked of each row."""

from django.db import migrations

from comptoir.lib.words import COMPANY

COUNT = f"""
CREATE FUNCTION pieces_by_kind(asked uuid, OUT said text, OUT n bigint) RETURNS SETOF record
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT kind::text, count(*) FROM readings_reading
    WHERE company_id = asked AND (
        asked = {COMPANY} OR (
            current_setting('app.company_id', true) = '*' AND EXISTS (
                SELECT 1 FROM firms_company
                WHERE id = asked AND firm_id = nullif(current_setting('app.firm_id', true), '')::uuid)))
    GROUP BY kind
$$;
"""  # noqa: S608  # its parts are ours


class Migration(migrations.Migration):
    dependencies = [("readings", "0006_search")]

    operations = [migrations.RunSQL(COUNT, "DROP FUNCTION pieces_by_kind(uuid)")]
