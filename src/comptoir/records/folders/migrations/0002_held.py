"""What the ORM cannot say: keys that cannot cross tenants, rows that are not there for others, and that only withdraw."""

from django.db import migrations

from comptoir.lib.sql import isolated, same_company, same_firm, tenant_key

ONLY_WITHDRAWN = """
CREATE FUNCTION folders_only_withdrawn() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE' OR OLD.withdrawn_at IS NOT NULL
        OR (NEW.id, NEW.firm_id, NEW.company_id, NEW.folder, NEW.name, NEW.original_id, NEW.put_by_id, NEW.put_at)
            IS DISTINCT FROM
            (OLD.id, OLD.firm_id, OLD.company_id, OLD.folder, OLD.name, OLD.original_id, OLD.put_by_id, OLD.put_at)
    THEN
        RAISE EXCEPTION 'a shared file is withdrawn once, and never changed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER folders_sharedfile_only_withdrawn BEFORE UPDATE OR DELETE ON folders_sharedfile
    FOR EACH ROW EXECUTE FUNCTION folders_only_withdrawn();
CREATE TRIGGER folders_sharedfile_no_truncate BEFORE TRUNCATE ON folders_sharedfile
    FOR EACH STATEMENT EXECUTE FUNCTION folders_only_withdrawn();
"""

UNDO = """
DROP TRIGGER folders_sharedfile_only_withdrawn ON folders_sharedfile;
DROP TRIGGER folders_sharedfile_no_truncate ON folders_sharedfile;
DROP FUNCTION folders_only_withdrawn();
"""


class Migration(migrations.Migration):
    dependencies = [("folders", "0001_initial"), ("deposits", "0002_tenant_keys")]

    operations = [
        tenant_key("folders_sharedfile"),
        same_firm("folders_sharedfile"),
        same_company("folders_sharedfile", "original_id", "deposits_original"),
        isolated("folders_sharedfile"),
        migrations.RunSQL(ONLY_WITHDRAWN, UNDO),
    ]
