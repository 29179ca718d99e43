"""The two roles of a database: one owns and migrates, one works and owns nothing, so that row-level security binds it."""

from typing import Any

import psycopg
from psycopg import sql

HIDDEN = ("django_migrations", "ledger_touched")
"""Tables that the working role has no business with."""

KEPT = (
    "deposits_original", "deposits_document", "deposits_readable", "deposits_arrival", "deposits_stamp", "inbox_mail",
    "folders_sharedfile", "folders_fileversion", "folders_subfolder", "banking_statement", "banking_transaction",
    "conversations_conversation", "conversations_message", "conversations_reply", "requests_itemanswer",
    "exports_fecexport", "exports_takeout",
)  # fmt: skip
"""Tables of which the working role deletes nothing, whatever asks it: what was handed in stays, and what was said of it."""


def grant(connection: "psycopg.Connection[Any]", web: str) -> None:
    """Let the working role read and write every table, and nothing more; may be repeated after each migration."""
    role = sql.Identifier(web)
    for statement in (
        "GRANT USAGE ON SCHEMA public TO {}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}",
        "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {}",
    ):
        connection.execute(sql.SQL(statement).format(role))
    for taken, tables in (("ALL", HIDDEN), ("DELETE", KEPT)):
        for table in tables:
            if connection.execute("SELECT to_regclass(%s)", [table]).fetchone() != (None,):
                connection.execute(
                    sql.SQL("REVOKE {} ON {} FROM {}").format(sql.SQL(taken), sql.Identifier(table), role)
                )


def why_not_bound(connection: "psycopg.Connection[Any]", web: str) -> str:
    """Why row-level security would not bind this role, in a sentence; empty when it does."""
    found = connection.execute(
        "SELECT rolsuper, rolbypassrls, EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace"
        " WHERE n.nspname = 'public' AND relkind = 'r' AND relowner = r.oid) FROM pg_roles r WHERE rolname = %s",
        [web],
    ).fetchone()
    is_super, bypasses, owns = found or (False, False, False)
    if is_super:
        return f"« {web} » est superutilisateur"
    if bypasses:
        return f"« {web} » a BYPASSRLS"
    return f"« {web} » possède des tables" if owns else ""


def why_not_owner(connection: "psycopg.Connection[Any]", owner: str) -> str:
    """Why this role cannot migrate and back up what row-level security hides; empty when it can."""
    found = connection.execute(
        "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = %s", [owner]
    ).fetchone()
    return "" if found and found[0] else f"« {owner} » n’a pas BYPASSRLS"
