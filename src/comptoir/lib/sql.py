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
