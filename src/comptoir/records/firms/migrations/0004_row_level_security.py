"""Rows of another firm are not there, whatever asks; a person is shown where they may go."""

from django.db import migrations

from comptoir.lib.sql import isolated, isolated_by_firm, same_firm, shown_to_person

# Asked before any firm is known, by an owner whom the policies do not bind: each tells one fact and no row.
QUESTIONS = """
CREATE FUNCTION tenancy_firm_of(company uuid) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
    $$ SELECT firm_id FROM firms_company WHERE id = company $$;

CREATE FUNCTION tenancy_firms() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
    $$ SELECT id FROM firms_firm ORDER BY id $$;

-- Of a person and one row, so that no other policy has to be looked through (a plan of ten sub-plans otherwise).
CREATE FUNCTION tenancy_meets_firm(person uuid, firm uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
    $$ SELECT EXISTS (SELECT FROM firms_firmmembership WHERE person_id = person AND firm_id = firm)
        OR EXISTS (SELECT FROM firms_companymembership WHERE person_id = person AND firm_id = firm) $$;

CREATE FUNCTION tenancy_meets_company(person uuid, company uuid, firm uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
    $$ SELECT EXISTS (SELECT FROM firms_firmmembership WHERE person_id = person AND firm_id = firm)
        OR EXISTS (SELECT FROM firms_companymembership WHERE person_id = person AND company_id = company) $$;

CREATE FUNCTION tenancy_of_invitation(hash text, OUT firm uuid, OUT company uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
    $$ SELECT firm_id, company_id FROM firms_invitation WHERE token_hash = hash AND hash <> '' $$;
"""
FORGOTTEN = """
DROP FUNCTION tenancy_meets_firm(uuid, uuid); DROP FUNCTION tenancy_meets_company(uuid, uuid, uuid);
DROP FUNCTION tenancy_firm_of(uuid); DROP FUNCTION tenancy_firms(); DROP FUNCTION tenancy_of_invitation(text);
"""


class Migration(migrations.Migration):
    dependencies = [("firms", "0003_people")]

    operations = [
        same_firm("firms_invitation"),
        *isolated_by_firm("firms_firm", "id", to_clients=True),
        *isolated_by_firm("firms_firmmembership", to_clients=True),
        isolated("firms_company", "id"),
        isolated("firms_assignment"),
        isolated("firms_companymembership"),
        isolated("firms_invitation"),
        shown_to_person("firms_firmmembership", "person_id = {person}"),
        shown_to_person("firms_companymembership", "person_id = {person}"),
        shown_to_person("firms_assignment", "person_id = {person}"),
        migrations.RunSQL(QUESTIONS, FORGOTTEN),
        shown_to_person("firms_firm", "{person} IS NOT NULL AND tenancy_meets_firm({person}, id)"),
        shown_to_person("firms_company", "{person} IS NOT NULL AND tenancy_meets_company({person}, id, firm_id)"),
    ]
