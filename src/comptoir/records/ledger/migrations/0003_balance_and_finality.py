"""What must hold whatever writes: posted entries balance at commit, validated ones never change."""

from django.db import migrations

BALANCE = """
-- Entries that this transaction touched; a row lives until the commit that checks it.
CREATE TABLE ledger_touched (entry_id uuid PRIMARY KEY);

-- SECURITY DEFINER: the check sees every row, whatever tenant the session says it is at commit.
CREATE FUNCTION ledger_check_entry() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    posted boolean;
    debit numeric;
    credit numeric;
BEGIN
    DELETE FROM ledger_touched WHERE entry_id = NEW.entry_id;
    SELECT posted_at IS NOT NULL INTO posted FROM ledger_entry WHERE id = NEW.entry_id;
    IF posted IS NOT TRUE THEN
        RETURN NULL;
    END IF;
    SELECT sum(l.debit), sum(l.credit) INTO debit, credit FROM ledger_line l WHERE l.entry_id = NEW.entry_id;
    -- A sum over no line is NULL: an entry without lines does not balance either.
    IF debit IS NULL OR debit <> credit THEN
        RAISE EXCEPTION 'entry % does not balance: debit %, credit %', NEW.entry_id, debit, credit
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER ledger_balance AFTER INSERT ON ledger_touched
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_check_entry();

CREATE FUNCTION ledger_touch_by_lines() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO ledger_touched SELECT DISTINCT entry_id FROM after_rows ON CONFLICT DO NOTHING;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO ledger_touched SELECT DISTINCT entry_id FROM before_rows ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_line_inserted AFTER INSERT ON ledger_line
    REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION ledger_touch_by_lines();
CREATE TRIGGER ledger_line_updated AFTER UPDATE ON ledger_line
    REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_touch_by_lines();
CREATE TRIGGER ledger_line_deleted AFTER DELETE ON ledger_line
    REFERENCING OLD TABLE AS before_rows FOR EACH STATEMENT EXECUTE FUNCTION ledger_touch_by_lines();

CREATE FUNCTION ledger_touch_by_entries() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO ledger_touched SELECT id FROM after_rows WHERE posted_at IS NOT NULL ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_entry_inserted AFTER INSERT ON ledger_entry
    REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION ledger_touch_by_entries();
CREATE TRIGGER ledger_entry_updated AFTER UPDATE ON ledger_entry
    REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION ledger_touch_by_entries();
"""

FINALITY = """
-- PCG art. 1031-1 and LPF art. A47 A-1: what is validated is final; it is corrected by reversal.
CREATE FUNCTION ledger_refuse_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a validated entry is never changed (%)', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER ledger_entry_final BEFORE UPDATE OR DELETE ON ledger_entry
    FOR EACH ROW WHEN (OLD.validated_at IS NOT NULL) EXECUTE FUNCTION ledger_refuse_final();
CREATE TRIGGER ledger_line_final BEFORE UPDATE OR DELETE ON ledger_line
    FOR EACH ROW WHEN (OLD.validated_at IS NOT NULL) EXECUTE FUNCTION ledger_refuse_final();

CREATE FUNCTION ledger_refuse_added_line() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM added_rows a JOIN ledger_entry e ON e.id = a.entry_id WHERE e.validated_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'a validated entry is never changed (line added)' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_line_added AFTER INSERT ON ledger_line
    REFERENCING NEW TABLE AS added_rows FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_added_line();

CREATE TRIGGER ledger_entry_no_truncate BEFORE TRUNCATE ON ledger_entry
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_final();
CREATE TRIGGER ledger_line_no_truncate BEFORE TRUNCATE ON ledger_line
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_final();
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_tenant_keys")]

    operations = [migrations.RunSQL(BALANCE), migrations.RunSQL(FINALITY)]
