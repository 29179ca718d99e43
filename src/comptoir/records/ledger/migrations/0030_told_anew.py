"""The movement of a validated entry that was reversed is told anew: the entry gives it away, and nothing else of it changes."""

import django.db.models.deletion
from django.db import migrations, models

from comptoir.lib.sql import same_company

# As letters do, which movement an entry tells stands beside what is sealed of it: no line, day or word of it changes.
FINALITY = """
CREATE FUNCTION ledger_refuse_final_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.transaction_id IS NULL AND NEW.once_told_id = OLD.transaction_id
        AND to_jsonb(NEW) - ARRAY['transaction_id', 'once_told_id'] = to_jsonb(OLD) - ARRAY['transaction_id', 'once_told_id']
        AND EXISTS (SELECT 1 FROM ledger_entry mirror WHERE mirror.reverses_id = OLD.id AND mirror.posted_at IS NOT NULL)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a validated entry is never changed (%)', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
DROP TRIGGER ledger_entry_final ON ledger_entry;
CREATE TRIGGER ledger_entry_final BEFORE UPDATE OR DELETE ON ledger_entry
    FOR EACH ROW WHEN (OLD.validated_at IS NOT NULL) EXECUTE FUNCTION ledger_refuse_final_entry();
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0029_held_back"), ("banking", "0018_no_files_in_the_database")]

    operations = [
        migrations.AddField(
            model_name="entry",
            name="once_told",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="undone_entries",
                to="banking.transaction",
            ),
        ),
        same_company("ledger_entry", "once_told_id", "banking_transaction"),
        migrations.RunSQL(FINALITY),
    ]
