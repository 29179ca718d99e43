"""What the ORM cannot say: rows of one company, messages that never change, words found, and whose a reply address is."""

from collections.abc import Callable

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

IN_FIRM = (
    "CASE WHEN current_setting('app.company_id', true) = '*' "
    "THEN nullif(current_setting('app.firm_id', true), '')::uuid END"
)


def _in_firm(said: str) -> str:
    """The condition that a row of the session's whole firm holds the words; the index is read by the words alone."""
    return f"firm_id = {IN_FIRM} AND words_of(company_id, {said}) @@ to_tsquery('pg_catalog.french', asked)"


def _search(name: str, condition: Callable[[str], str]) -> migrations.RunSQL:
    """The newest messages whose text, or file's name, or conversation's subject holds the words.

    Asked by the working role, answered by an owner whom the policies do not bind: the company, or the whole firm, is the
    session's own. Each part stops at its newest: a word of every second message costs little more than a rare one.
    """
    return migrations.RunSQL(
        f"""
        CREATE FUNCTION {name}(asked text, most integer) RETURNS SETOF uuid
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
            (SELECT id FROM conversations_message WHERE asked <> '' AND {condition("text")}
                ORDER BY id DESC LIMIT most)
            UNION ALL (SELECT message_id FROM conversations_attachment
                WHERE asked <> '' AND message_id IS NOT NULL AND {condition("name")} ORDER BY message_id DESC LIMIT most)
            UNION ALL SELECT id FROM conversations_message WHERE rank = 1 AND conversation_id IN (
                SELECT id FROM conversations_conversation WHERE asked <> '' AND {condition("subject")}
                    ORDER BY last_at DESC LIMIT most)
        $$;
        """,  # noqa: S608  # its parts are ours
        f"DROP FUNCTION {name}(text, integer)",
    )


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
        _search("messages_holding", holds),
        _search("messages_of_firm_holding", _in_firm),
        migrations.RunSQL(QUESTION, "DROP FUNCTION tenancy_of_reply_word(text)"),
    ]
