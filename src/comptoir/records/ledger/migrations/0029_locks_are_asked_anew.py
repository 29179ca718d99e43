"""The lock is asked with a plan of the moment, so that 40,000 lines are never compared each with each."""

from django.db import migrations

# EXECUTE plans each time, by how many rows the statement has touched: a plan that is kept knows those of the first only.
# All are counted, since EXISTS is planned for a first row that comes at once, and here there is none.
ASKED_ANEW = """
CREATE OR REPLACE FUNCTION ledger_entries_behind_lock() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    behind boolean;
BEGIN
    IF TG_OP = 'INSERT' THEN
        EXECUTE $asked$ SELECT count(*) > 0
            FROM after_rows a JOIN ledger_periodlock l ON l.company_id = a.company_id AND l.ended_at IS NULL
            WHERE a.posted_at IS NOT NULL AND a.dated_on <= l.until $asked$ INTO behind;
    ELSIF TG_OP = 'DELETE' THEN
        EXECUTE $asked$ SELECT count(*) > 0
            FROM before_rows b JOIN ledger_periodlock l ON l.company_id = b.company_id AND l.ended_at IS NULL
            WHERE b.posted_at IS NOT NULL AND b.dated_on <= l.until $asked$ INTO behind;
    ELSE
        EXECUTE $asked$ SELECT count(*) > 0
            FROM before_rows b JOIN after_rows a USING (id)
            JOIN ledger_periodlock l ON l.company_id = b.company_id AND l.ended_at IS NULL
            WHERE ((b.posted_at IS NOT NULL AND b.dated_on <= l.until) OR (a.posted_at IS NOT NULL AND a.dated_on <= l.until))
            AND (a.posted_at, a.dated_on, a.journal_id, a.fiscal_year_id, a.label, a.piece_ref, a.piece_on)
                IS DISTINCT FROM
                (b.posted_at, b.dated_on, b.journal_id, b.fiscal_year_id, b.label, b.piece_ref, b.piece_on)
        $asked$ INTO behind;
    END IF;
    IF behind THEN
        RAISE EXCEPTION 'these days of the books are locked (entry)' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION ledger_lines_behind_lock() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    behind boolean;
BEGIN
    IF TG_OP = 'INSERT' THEN
        EXECUTE $asked$ SELECT count(*) > 0
            FROM after_rows a JOIN ledger_periodlock l ON l.company_id = a.company_id AND l.ended_at IS NULL
            JOIN ledger_entry e ON e.id = a.entry_id
            WHERE e.posted_at IS NOT NULL AND e.dated_on <= l.until $asked$ INTO behind;
    ELSIF TG_OP = 'DELETE' THEN
        EXECUTE $asked$ SELECT count(*) > 0
            FROM before_rows b JOIN ledger_periodlock l ON l.company_id = b.company_id AND l.ended_at IS NULL
            JOIN ledger_entry e ON e.id = b.entry_id
            WHERE e.posted_at IS NOT NULL AND e.dated_on <= l.until $asked$ INTO behind;
    ELSE
        EXECUTE $asked$ SELECT count(*) > 0
            FROM before_rows b JOIN after_rows a USING (id)
            JOIN ledger_periodlock l ON l.company_id = b.company_id AND l.ended_at IS NULL
            JOIN ledger_entry e ON e.id = b.entry_id
            WHERE e.posted_at IS NOT NULL AND e.dated_on <= l.until
            AND (a.entry_id, a.account, a.auxiliary_id, a.label, a.debit, a.credit)
                IS DISTINCT FROM (b.entry_id, b.account, b.auxiliary_id, b.label, b.debit, b.credit)
        $asked$ INTO behind;
    END IF;
    IF behind THEN
        RAISE EXCEPTION 'these days of the books are locked (line)' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0028_locks_hold")]

    operations = [migrations.RunSQL(ASKED_ANEW)]
