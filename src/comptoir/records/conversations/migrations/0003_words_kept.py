"""Messages keep their words: looking for a frequent one from the newest back, each message made its own on the way."""

from collections.abc import Callable

from django.db import migrations

from comptoir.lib.words import kept_in, made_of

KEPT = f"""
ALTER TABLE conversations_message ADD COLUMN words tsvector GENERATED ALWAYS AS ({made_of("text")}) STORED;
DROP INDEX conversations_message_words;
CREATE INDEX conversations_message_words ON conversations_message USING gin (words);
"""
MADE = f"""
ALTER TABLE conversations_message DROP COLUMN words;
CREATE INDEX conversations_message_words ON conversations_message USING gin ({made_of("text")});
"""

IN_FIRM = (
    "CASE WHEN current_setting('app.company_id', true) = '*' "
    "THEN nullif(current_setting('app.firm_id', true), '')::uuid END"
)


def _in_firm(words: str) -> str:
    """The condition that a row of the session's whole firm holds the words; the index is read by the words alone."""
    return f"firm_id = {IN_FIRM} AND {words} @@ to_tsquery('pg_catalog.french', asked)"


def _search(name: str, condition: Callable[[str], str], text: str) -> str:
    """The newest messages whose text, or file's name, or conversation's subject holds the words, as before."""
    return f"""
        CREATE OR REPLACE FUNCTION {name}(asked text, most integer) RETURNS SETOF uuid
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
            (SELECT id FROM conversations_message WHERE asked <> '' AND {condition(text)}
                ORDER BY id DESC LIMIT most)
            UNION ALL (SELECT message_id FROM conversations_attachment
                WHERE asked <> '' AND message_id IS NOT NULL AND {condition(made_of("name"))}
                ORDER BY message_id DESC LIMIT most)
            UNION ALL SELECT id FROM conversations_message WHERE rank = 1 AND conversation_id IN (
                SELECT id FROM conversations_conversation WHERE asked <> '' AND {condition(made_of("subject"))}
                    ORDER BY last_at DESC LIMIT most)
        $$;
        """  # noqa: S608  # its parts are ours


def _functions(text: str) -> str:
    return _search("messages_holding", kept_in, text) + _search("messages_of_firm_holding", _in_firm, text)


class Migration(migrations.Migration):
    dependencies = [("conversations", "0002_of_a_company")]

    operations = [
        migrations.RunSQL(KEPT + _functions("words"), _functions(made_of("text")) + MADE),
    ]
