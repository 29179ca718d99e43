"""Messages keep their words, and a frequent word is looked for from the newest message back, never among all that hold it."""

from collections.abc import Callable

from django.db import migrations

from comptoir.lib.words import COMPANY, kept_in, made_of

KEPT = f"""
ALTER TABLE conversations_message ADD COLUMN words tsvector GENERATED ALWAYS AS ({made_of("text")}) STORED;
DROP INDEX conversations_message_words;
CREATE INDEX conversations_message_words ON conversations_message USING gin (words);
CREATE INDEX conversations_message_newest ON conversations_message (company_id, id);
CREATE INDEX conversations_message_newest_of_firm ON conversations_message (firm_id, id);
"""

IN_FIRM = (
    "CASE WHEN current_setting('app.company_id', true) = '*' "
    "THEN nullif(current_setting('app.firm_id', true), '')::uuid END"
)


def _in_firm(words: str) -> str:
    """The condition that a row of the session's whole firm holds the words; the index is read by the words alone."""
    return f"firm_id = {IN_FIRM} AND {words} @@ to_tsquery('pg_catalog.french', asked)"


def _search(name: str, whose: str, holds: Callable[[str], str]) -> str:
    """The newest messages whose text, or file's name, or conversation's subject holds the words, as before.

    The planner knows nothing of how frequent a beginning of a word is, and would sort all that hold it: so the newest
    messages are looked through first, and all of them only where these hold too few.
    """
    return f"""
        CREATE OR REPLACE FUNCTION {name}(asked text, most integer) RETURNS SETOF uuid
        LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
        DECLARE
            hits integer;
        BEGIN
            IF asked = '' THEN
                RETURN;
            END IF;
            RETURN QUERY SELECT newest.id FROM (
                SELECT id, company_id, firm_id, words FROM conversations_message
                WHERE {whose} ORDER BY id DESC LIMIT 4 * most
            ) AS newest WHERE {holds("words")} LIMIT most;
            GET DIAGNOSTICS hits = ROW_COUNT;
            IF hits < most THEN
                RETURN QUERY SELECT id FROM conversations_message WHERE {holds("words")} ORDER BY id DESC LIMIT most;
            END IF;
            RETURN QUERY SELECT message_id FROM conversations_attachment
                WHERE message_id IS NOT NULL AND {holds(made_of("name"))} ORDER BY message_id DESC LIMIT most;
            RETURN QUERY SELECT id FROM conversations_message WHERE rank = 1 AND conversation_id IN (
                SELECT id FROM conversations_conversation WHERE {holds(made_of("subject"))}
                ORDER BY last_at DESC LIMIT most);
        END $$;
        """  # noqa: S608  # its parts are ours


SEARCHES = _search("messages_holding", f"company_id = {COMPANY}", kept_in) + _search(
    "messages_of_firm_holding", f"firm_id = {IN_FIRM}", _in_firm
)


class Migration(migrations.Migration):
    dependencies = [("conversations", "0002_of_a_company")]

    operations = [migrations.RunSQL(KEPT), migrations.RunSQL(SEARCHES)]
