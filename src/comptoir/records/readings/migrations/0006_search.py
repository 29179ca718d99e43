"""Pieces are found by any word that is read on them, or in their name, in the session's company alone."""

from django.db import migrations

from comptoir.lib.words import COMPANY, WORDS_OF, holds, indexed

READ = "text || ' ' || supplier || ' ' || customer || ' ' || number"

# Asked by the working role, answered by an owner whom the policies do not bind: the company is the session's own.
SEARCH = f"""
CREATE FUNCTION pieces_holding(asked text, low numeric, high numeric, kinds text[]) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT document_id FROM readings_reading WHERE asked <> '' AND {holds(READ)}
    UNION SELECT id FROM deposits_document WHERE asked <> '' AND {holds("filename")}
    UNION SELECT document_id FROM readings_reading
        WHERE low IS NOT NULL AND company_id = {COMPANY} AND total >= low AND total <= high
    UNION SELECT document_id FROM readings_reading
        WHERE kinds <> '{{}}' AND company_id = {COMPANY} AND kind = ANY (kinds)
$$;
"""  # noqa: S608  # its parts are ours


class Migration(migrations.Migration):
    dependencies = [("readings", "0005_resemblances_of_a_company")]

    operations = [
        WORDS_OF,
        indexed("readings_reading", READ),
        indexed("deposits_document", "filename"),
        migrations.RunSQL(SEARCH, "DROP FUNCTION pieces_holding(text, numeric, numeric, text[])"),
    ]
