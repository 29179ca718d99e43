"""What the ORM cannot say: rows of one company, messages that never change, words found, and whose a reply address is."""

from django.db import migrations

from comptoir.lib.sql import append_only, isolated, same_company, same_firm, tenant_key
from comptoir.lib.words import holds, indexed

TABLES = ("conversation", "participant", "message", "draft", "attachment", "mention", "reply")
KEYS = (
    ("participant", "conversation_id", "conversations_conversation"),
    ("message", "conversation_id", "conversations_conversation"),
    ("message", "original_id", "deposits_original"),
    ("draft", "conversation_id", "conversations_conversation"),
    ("attachment", "message_id", "conversations_message"),
    ("attachment", "original_id", "deposits_original"),
    ("mention", "message_id", "conversations_message"),
    ("mention", "transaction_id", "banking_transaction"),
    ("mention", "document_id", "deposits_document"),
    ("mention", "entry_id", "ledger_entry"),
    ("reply", "participant_id", "conversations_participant"),
    ("reply", "original_id", "deposits_original"),
    ("reply", "message_id", "conversations_message"),
)

# Asked by the working role, answered by an owner whom the policies do not bind: the company is the session's own.
SEARCH = f"""
CREATE FUNCTION messages_holding(asked text) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM conversations_message WHERE asked <> '' AND {holds("text")}
    UNION SELECT message_id FROM conversations_attachment
        WHERE asked <> '' AND message_id IS NOT NULL AND {holds("name")}
    UNION SELECT id FROM conversations_message WHERE rank = 1 AND conversation_id IN (
        SELECT id FROM conversations_conversation WHERE asked <> '' AND {holds("subject")})
$$;
"""  # noqa: S608  # its parts are ours

FIRM = (
    "CASE WHEN current_setting('app.company_id', true) = '*' "
    "THEN nullif(current_setting('app.firm_id', true), '')::uuid END"
)


def _in_firm(said: str) -> str:
    """The condition that a row of the session's whole firm holds the word; the index is read by the word alone."""
    return f"firm_id = {FIRM} AND words_of(company_id, {said}) @@ to_tsquery('pg_catalog.french', asked)"


SEARCH_AT_FIRM = f"""
CREATE FUNCTION messages_of_firm_holding(asked text) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM conversations_message WHERE asked <> '' AND {_in_firm("text")}
    UNION SELECT message_id FROM conversations_attachment
        WHERE asked <> '' AND message_id IS NOT NULL AND {_in_firm("name")}
    UNION SELECT id FROM conversations_message WHERE rank = 1 AND conversation_id IN (
        SELECT id FROM conversations_conversation WHERE asked <> '' AND {_in_firm("subject")})
$$;
"""  # noqa: S608  # its parts are ours

# Asked by the mail server before any firm is known; it tells one fact and no row.
QUESTION = """
CREATE FUNCTION tenancy_of_reply_word(asked text, OUT firm uuid, OUT company uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
    $$ SELECT firm_id, company_id FROM conversations_participant WHERE word = asked $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0001_initial"),
        ("deposits", "0007_uploads_of_a_company"),
        ("readings", "0006_search"),
    ]

    operations = [
        *[tenant_key(f"conversations_{table}") for table in TABLES],
        *[same_firm(f"conversations_{table}") for table in TABLES],
        *[same_company(f"conversations_{table}", column, target) for table, column, target in KEYS],
        *[isolated(f"conversations_{table}") for table in TABLES],
        append_only("conversations_message"),
        indexed("conversations_message", "text"),
        indexed("conversations_attachment", "name"),
        indexed("conversations_conversation", "subject"),
        migrations.RunSQL(SEARCH, "DROP FUNCTION messages_holding(text)"),
        migrations.RunSQL(SEARCH_AT_FIRM, "DROP FUNCTION messages_of_firm_holding(text)"),
        migrations.RunSQL(QUESTION, "DROP FUNCTION tenancy_of_reply_word(text)"),
    ]
