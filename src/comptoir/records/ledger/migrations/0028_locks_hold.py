"""A lock stays within its company, and the database itself refuses what is dated behind it, whatever asks."""

from django.db import migrations

from comptoir.lib.sql import isolated, same_firm, tenant_key

TABLE = "ledger_periodlock"

# Statements, not rows, are asked: an import of 100,000 movements pays for one join with one row. SECURITY DEFINER as for
# the balance: the check sees the lock whatever tenant the session says it is.
HELD = """
CREATE FUNCTION ledger_entries_behind_lock() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    behind boolean;
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT EXISTS (
            SELECT FROM after_rows a JOIN ledger_periodlock l ON l.company_id = a.company_id AND l.ended_at IS NULL
            WHERE a.posted_at IS NOT NULL AND a.dated_on <= l.until) INTO behind;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT EXISTS (
            SELECT FROM before_rows b JOIN ledger_periodlock l ON l.company_id = b.company_id AND l.ended_at IS NULL
            WHERE b.posted_at IS NOT NULL AND b.dated_on <= l.until) INTO behind;
    ELSE
        SELECT EXISTS (
            SELECT FROM before_rows b JOIN after_rows a USING (id)
            JOIN ledger_periodlock l ON l.company_id = b.company_id AND l.ended_at IS NULL
            WHERE ((b.posted_at IS NOT NULL AND b.dated_on <= l.until) OR (a.posted_at IS NOT NULL AND a.dated_on <= l.until))
            AND (a.posted_at, a.dated_on, a.journal_id, a.fiscal_year_id, a.label, a.piece_ref, a.piece_on)
                IS DISTINCT FROM
                (b.posted_at, b.dated_on, b.journal_id, b.fiscal_year_id, b.label, b.piece_ref, b.piece_on)
        ) INTO behind;
    END IF;
    IF behind THEN
        RAISE EXCEPTION 'these days of the books are locked (entry)' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_entry_locked_insert AFTER INSERT ON ledger_entry
    REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION ledger_entries_behind_lock();
CREATE TRIGGER ledger_entry_locked_update AFTER UPDATE ON ledger_entry
    REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_entries_behind_lock();
CREATE TRIGGER ledger_entry_locked_delete AFTER DELETE ON ledger_entry
    REFERENCING OLD TABLE AS before_rows FOR EACH STATEMENT EXECUTE FUNCTION ledger_entries_behind_lock();

-- A line's own columns; that it was validated, or lettered, is no change of it.
CREATE FUNCTION ledger_lines_behind_lock() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    behind boolean;
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT EXISTS (
            SELECT FROM after_rows a JOIN ledger_periodlock l ON l.company_id = a.company_id AND l.ended_at IS NULL
            JOIN ledger_entry e ON e.id = a.entry_id
            WHERE e.posted_at IS NOT NULL AND e.dated_on <= l.until) INTO behind;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT EXISTS (
            SELECT FROM before_rows b JOIN ledger_periodlock l ON l.company_id = b.company_id AND l.ended_at IS NULL
            JOIN ledger_entry e ON e.id = b.entry_id
            WHERE e.posted_at IS NOT NULL AND e.dated_on <= l.until) INTO behind;
    ELSE
        SELECT EXISTS (
            SELECT FROM before_rows b JOIN after_rows a USING (id)
            JOIN ledger_periodlock l ON l.company_id = b.company_id AND l.ended_at IS NULL
            JOIN ledger_entry e ON e.id = b.entry_id
            WHERE e.posted_at IS NOT NULL AND e.dated_on <= l.until
            AND (a.entry_id, a.account, a.auxiliary_id, a.label, a.debit, a.credit)
                IS DISTINCT FROM (b.entry_id, b.account, b.auxiliary_id, b.label, b.debit, b.credit)
        ) INTO behind;
    END IF;
    IF behind THEN
        RAISE EXCEPTION 'these days of the books are locked (line)' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_line_locked_insert AFTER INSERT ON ledger_line
    REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION ledger_lines_behind_lock();
CREATE TRIGGER ledger_line_locked_update AFTER UPDATE ON ledger_line
    REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_lines_behind_lock();
CREATE TRIGGER ledger_line_locked_delete AFTER DELETE ON ledger_line
    REFERENCING OLD TABLE AS before_rows FOR EACH STATEMENT EXECUTE FUNCTION ledger_lines_behind_lock();
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0027_periodlock")]

    operations = [tenant_key(TABLE), same_firm(TABLE), isolated(TABLE), migrations.RunSQL(HELD)]
