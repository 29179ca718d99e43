"""What the ORM cannot say of folders: keys that cannot cross tenants, rows not there for others, and what never changes."""

from django.db import migrations, models

from comptoir.lib.sql import append_only, isolated, same_company, same_firm, tenant_key

KEPT = """
CREATE FUNCTION folders_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE' OR OLD.emptied_at IS NOT NULL
        OR (NEW.id, NEW.firm_id, NEW.company_id) IS DISTINCT FROM (OLD.id, OLD.firm_id, OLD.company_id)
    THEN
        RAISE EXCEPTION 'what was shared is kept: %', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""


def kept(table: str) -> migrations.RunSQL:
    """Refuse to delete a row, to give it to somebody else, and to change one that the bin gave up."""
    return migrations.RunSQL(
        f"""
        CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION folders_kept();
        CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION folders_kept();
        """,
        f"DROP TRIGGER {table}_kept ON {table}; DROP TRIGGER {table}_no_truncate ON {table};",
    )


class Migration(migrations.Migration):
    dependencies = [("folders", "0004_filled")]

    operations = [
        migrations.AddConstraint(
            model_name="sharedfile",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn_at", None)),
                fields=("company", "folder", "inside", "name_key"),
                name="one_shared_file_a_name",
                nulls_distinct=False,
            ),
        ),
        *[
            operation(table)
            for table in ("folders_subfolder", "folders_fileversion", "folders_shelfaccess")
            for operation in (tenant_key, same_firm, isolated)
        ],
        same_company("folders_subfolder", "parent_id", "folders_subfolder"),
        same_company("folders_sharedfile", "inside_id", "folders_subfolder"),
        same_company("folders_fileversion", "file_id", "folders_sharedfile"),
        same_company("folders_fileversion", "original_id", "deposits_original"),
        append_only("folders_fileversion"),
        migrations.RunSQL(KEPT, "DROP FUNCTION folders_kept();"),
        kept("folders_sharedfile"),
        kept("folders_subfolder"),
    ]
