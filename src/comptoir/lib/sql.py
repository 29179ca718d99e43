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

    The settings are those of `lib/tenancy.py`. Each stands in a sub-select, so that it is looked up once a query. Within a
    company one comparison a row is enough, since its key holds the company to its firm (`same_firm`); and it is a call
    rather than an operator, because every query names its company too and the planner would count that twice.
    `or_own`: rows that no key holds to a firm, and whose person owns those without one: there both are compared.
    """
    if or_own:
        shared = f"firm_id = {_FIRM} AND ({company} = {_COMPANY} OR {_WHOLE_FIRM})"
        return _policy(table, "tenant", f"({shared}) OR (firm_id IS NULL AND person_id = {_PERSON})")
    rows = f"uuid_eq({company}, {_COMPANY}) OR ({_WHOLE_FIRM} AND uuid_eq(firm_id, {_FIRM}))"
    return _policy(table, "tenant", rows)


def isolated_by_firm(table: str, firm: str = "firm_id", *, to_clients: bool = False) -> list[migrations.RunSQL]:
    """The same for rows of a firm: who sees one company only may read them at most (`to_clients`)."""
    own = f"{firm} = {_FIRM}"
    written = _policy(table, "tenant", f"{own} AND {_WHOLE_FIRM}")
    return [written, _policy(table, "clients", own, "SELECT")] if to_clients else [written]


def counted(name: str, figures: str, types: str, table: str, *, per: str = "") -> migrations.RunSQL:
    """A function of the owner's that counts a company's rows: allowed once, where a policy would ask of each row.

    `name(asked)` gives `figures` of the rows of `table` that are the asked company's, and finds none unless the session
    says that company or its whole firm; of each value of the column `per`, where one is named. `types` names and types
    the figures.
    """
    allowed = f"firm_id = {_FIRM} AND (asked = {_COMPANY} OR {_WHOLE_FIRM})"
    returned, grouped = ("RETURNS SETOF record", f"AND {per} IS NOT NULL GROUP BY {per}") if per else ("", "")
    return migrations.RunSQL(
        f"""
        CREATE FUNCTION {name}(asked uuid, {types}) {returned}
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
            SELECT {figures} FROM {table} WHERE company_id = asked AND {allowed} {grouped}
        $$;
        """,  # noqa: S608  # its parts are ours
        f"DROP FUNCTION {name}(uuid)",
    )


def shown_to_person(table: str, rows: str) -> migrations.RunSQL:
    """Show a person the rows that say where they may go, before any firm is known; `{person}` stands for who asks."""
    return _policy(table, "person", f"{_PERSON} IS NOT NULL AND ({rows.format(person=_PERSON)})", "SELECT")


def _setting(name: str) -> str:
    return f"nullif(current_setting('app.{name}', true), '')"


# Without nullif, a pooled connection that once had a local setting would raise on the empty string.
_FIRM = f"(SELECT {_setting('firm_id')}::uuid)"
_COMPANY = f"(SELECT nullif({_setting('company_id')}, '*')::uuid)"
_WHOLE_FIRM = f"(SELECT {_setting('company_id')} = '*')"
_PERSON = f"(SELECT {_setting('person_id')}::uuid)"


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
