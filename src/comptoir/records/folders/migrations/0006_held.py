"""While a hold stands, nothing goes to the bin nor out of it, whatever asks."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION folders_refuse_while_held() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM firms_legalhold WHERE company_id = NEW.company_id AND lifted_at IS NULL) THEN
        RAISE EXCEPTION '%: deletions of this dossier are held', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""


def _guard(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"""
        CREATE TRIGGER {table}_held BEFORE UPDATE OF withdrawn_at, emptied_at ON {table} FOR EACH ROW
            WHEN ((OLD.withdrawn_at IS NULL AND NEW.withdrawn_at IS NOT NULL)
                OR (OLD.emptied_at IS NULL AND NEW.emptied_at IS NOT NULL))
            EXECUTE FUNCTION folders_refuse_while_held();
        """,
        f"DROP TRIGGER {table}_held ON {table}",
    )


class Migration(migrations.Migration):
    dependencies = [("folders", "0005_arranged"), ("firms", "0056_hold_isolated")]

    operations = [
        migrations.RunSQL(REFUSE, "DROP FUNCTION folders_refuse_while_held()"),
        _guard("folders_sharedfile"),
        _guard("folders_subfolder"),
    ]
