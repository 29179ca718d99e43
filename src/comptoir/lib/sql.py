"""Migration operations for what the ORM cannot say: keys that cannot cross tenants, rows that never change."""

from django.db import migrations


def tenant_key(table: str) -> migrations.RunSQL:
    """Make (company_id, id) a key, so that rows of one company may be pointed at together with their company."""
    return migrations.RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_tenant UNIQUE (company_id, id)",
        f"ALTER TABLE {table} DROP CONSTRAINT {table}_tenant",
    )


def same_company(table: str, column: str, target: str) -> migrations.RunSQL:
    """Hold that `column` points at a row of the same company: a plain foreign key would accept another's."""
    name = f"{table}_{column}_company"
    return migrations.RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY (company_id, {column}) "
        f"REFERENCES {target} (company_id, id) DEFERRABLE INITIALLY DEFERRED",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )


def same_firm(table: str) -> migrations.RunSQL:
    """Hold that the row's company belongs to the row's firm."""
    name = f"{table}_firm"
    return migrations.RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY (firm_id, company_id) "
        "REFERENCES firms_company (firm_id, id) DEFERRABLE INITIALLY DEFERRED",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )


def firm_key(table: str) -> migrations.RunSQL:
    """Make (firm_id, id) a key, so that rows of one firm may be pointed at together with their firm."""
    return migrations.RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_of_firm UNIQUE (firm_id, id)",
        f"ALTER TABLE {table} DROP CONSTRAINT {table}_of_firm",
    )


def same_firm_row(table: str, column: str, target: str) -> migrations.RunSQL:
    """Hold that `column` points at a row of the same firm."""
    name = f"{table}_{column}_firm"
    return migrations.RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY (firm_id, {column}) "
        f"REFERENCES {target} (firm_id, id) DEFERRABLE INITIALLY DEFERRED",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )


def append_only(table: str) -> migrations.RunSQL:
    """Refuse every update, delete and truncate of the table."""
    return migrations.RunSQL(
        f"""
        CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '%: rows are never changed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
        END $$;
        CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
        """,
        f"DROP TRIGGER {table}_append_only ON {table}; DROP TRIGGER {table}_no_truncate ON {table};",
    )


def isolated(table: str, company: str = "company_id", *, or_own: bool = False) -> migrations.RunSQL:
    """Show and take only rows of the company that the session says, or of its firm where it says the whole firm.

    The settings are those of `lib/tenancy.py`. They stand in one sub-select, so that they are looked up once a query and
    planned once a table; one comparison a row is enough, since a row's key holds its company to its firm (`same_firm`)
    and no company has a firm's identifier. It is a CASE rather than an operator, because every query names its company
    too and the planner would count that twice.
    `or_own`: rows that no key holds to a firm, and whose person owns those without one: there both are compared.
    """
    if or_own:
        shared = f"firm_id = {_FIRM} AND ({company} = {_COMPANY} OR {_WHOLE_FIRM})"
        return _policy(table, "tenant", f"({shared}) OR (firm_id IS NULL AND person_id = {_PERSON})")
    return _policy(table, "tenant", _of_scope(company))


def isolated_by_firm(table: str, firm: str = "firm_id", *, to_clients: bool = False) -> list[migrations.RunSQL]:
    """The same for rows of a firm: who sees one company only may read them at most (`to_clients`)."""
    written = _policy(table, "tenant", f"{firm} = {_SCOPE}")
    return [written, _policy(table, "clients", f"{firm} = {_FIRM}", "SELECT")] if to_clients else [written]


def isolated_anew() -> migrations.RunSQL:
    """Give the policies of a house that stands already the words that `isolated` and its kin write today."""

    def rows(words: str) -> str:
        return words.replace("'", "''")

    # Known by what the former words compared with: `uuid_eq` in a company's tables, the star in a firm's.
    return migrations.RunSQL(
        f"""
        DO $$ DECLARE found record; BEGIN
            FOR found IN
                SELECT tablename, CASE
                    WHEN tablename = 'firms_company' THEN '{rows(_of_scope("id"))}'
                    WHEN tablename = 'firms_firm' THEN '{rows(f"id = {_SCOPE}")}'
                    WHEN qual LIKE '%uuid_eq%' THEN '{rows(_of_scope("company_id"))}'
                    ELSE '{rows(f"firm_id = {_SCOPE}")}' END AS rows
                FROM pg_policies
                WHERE schemaname = current_schema() AND policyname = 'tenant'
                    AND (qual LIKE '%uuid_eq%' OR qual LIKE '%= ''*''%') AND qual NOT LIKE '%person_id%'
            LOOP
                EXECUTE format('ALTER POLICY tenant ON %I USING (%s) WITH CHECK (%s)', found.tablename, found.rows, found.rows);
            END LOOP;
            FOR found IN
                SELECT tablename FROM pg_policies
                WHERE schemaname = current_schema() AND policyname = 'person' AND qual NOT LIKE '%tenancy_meets%'
            LOOP
                EXECUTE format('ALTER POLICY person ON %I USING (%s)', found.tablename, '{rows(f"person_id = {_PERSON}")}');
            END LOOP;
        END $$;
        """,  # noqa: S608  # its parts are ours
        migrations.RunSQL.noop,
    )


def counted(
    name: str, figures: str, types: str, table: str, *, per: str = "", since: str = ""
) -> migrations.RunSQL:
    """A function of the owner's that counts a company's rows: allowed once, where a policy would ask of each row.

    `name(asked)` gives `figures` of the rows of `table` that are the asked company's, and finds none unless the session
    says that company or its whole firm; of each value of the columns `per`, where they are named, and from a day on,
    the second argument, where `since` names its column. `types` names and types the figures.
    """
    allowed = f"firm_id = {_FIRM} AND (asked = {_COMPANY} OR {_WHOLE_FIRM})"
    returned, grouped = ("RETURNS SETOF record", f"AND ({per}) IS NOT NULL GROUP BY {per}") if per else ("", "")
    day, later = (", from_day date", f"AND {since} >= from_day") if since else ("", "")
    return migrations.RunSQL(
        f"""
        CREATE FUNCTION {name}(asked uuid{day}, {types}) {returned}
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
            SELECT {figures} FROM {table} WHERE company_id = asked AND {allowed} {later} {grouped}
        $$;
        """,  # noqa: S608  # its parts are ours
        f"DROP FUNCTION {name}",
    )


def counted_of_firm(name: str, figures: str, types: str, table: str) -> migrations.RunSQL:
    """The same for a firm's rows, of every company: told to a session that says that whole firm, and to no other."""
    return migrations.RunSQL(
        f"""
        CREATE FUNCTION {name}(asked uuid, {types})
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
            SELECT {figures} FROM {table} WHERE firm_id = asked AND asked = {_FIRM} AND {_WHOLE_FIRM}
        $$;
        """,  # noqa: S608  # its parts are ours
        f"DROP FUNCTION {name}(uuid)",
    )


def shown_to_person(table: str, rows: str) -> migrations.RunSQL:
    """Show a person the rows that say where they may go, before any firm is known; `{person}` stands for who asks."""
    return _policy(table, "person", rows.format(person=_PERSON), "SELECT")


def _setting(name: str) -> str:
    return f"nullif(current_setting('app.{name}', true), '')"


# Without nullif, a pooled connection that once had a local setting would raise on the empty string.
_FIRM = f"(SELECT {_setting('firm_id')}::uuid)"
_COMPANY = f"(SELECT nullif({_setting('company_id')}, '*')::uuid)"
_WHOLE_FIRM = f"(SELECT {_setting('company_id')} = '*')"
_PERSON = f"(SELECT {_setting('person_id')}::uuid)"
_SCOPE = (
    "(SELECT nullif(CASE current_setting('app.company_id', true) WHEN '*' THEN current_setting('app.firm_id', true) "
    "ELSE current_setting('app.company_id', true) END, '')::uuid)"
)
"""The company that the session says, or the firm where it says the whole firm."""


def _of_scope(company: str) -> str:
    return f"CASE {_SCOPE} WHEN {company} THEN true WHEN firm_id THEN true ELSE false END"


def _policy(table: str, name: str, rows: str, act: str = "ALL") -> migrations.RunSQL:
    checked = f" WITH CHECK ({rows})" if act == "ALL" else ""
    return migrations.RunSQL(
        f"""
        ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
        ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
        CREATE POLICY {name} ON {table} FOR {act} USING ({rows}){checked};
        """,
        f"DROP POLICY {name} ON {table};",
    )
