"""Full-text search in French, without accents, one company at a time.

An index holds the words of each row under a mark of its company, so that it is read for one company alone. Policies keep
the planner from such an index, since its operator is not known to leak nothing: a function of the owner's asks it, and
shows only what the company that the session says holds (`searched_by`).
"""

import re
from collections.abc import Sequence
from typing import Any

from django.db import migrations
from django.db.models import Func, UUIDField, Value

from comptoir.lib.plainly import PAIRS, PLAIN, bare

LONGEST = 100_000
"""Characters of one row that are searched: what an index keeps of a row is bounded."""

_BARE = f"translate(lower(said), '{PLAIN[0]}', '{PLAIN[1].replace(chr(39), chr(39) * 2)}')"
for _one, _two in PAIRS:
    _BARE = f"replace({_BARE}, '{_one}', '{_two}')"

WORDS_OF = migrations.RunSQL(
    f"""
    CREATE FUNCTION words_of(company uuid, said text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog AS $$
        SELECT array_to_tsvector(ARRAY['c' || replace(company::text, '-', '')])
            || to_tsvector('pg_catalog.french', regexp_replace(left({_BARE}, {LONGEST}), '[^a-z0-9]+', ' ', 'g'))
    $$;
    """,
    "DROP FUNCTION words_of(uuid, text)",
)
"""The words of a text, endings left out as French does, under their company's mark."""

COMPANY = "nullif(nullif(current_setting('app.company_id', true), ''), '*')::uuid"
"""Of a session that sees a whole firm, a search finds nothing: it is asked dossier by dossier."""


def indexed(table: str, said: str) -> migrations.RunSQL:
    """The index over the words that an expression of the table's columns says."""
    return migrations.RunSQL(
        f"CREATE INDEX {table}_words ON {table} USING gin ({made_of(said)})",
        f"DROP INDEX {table}_words",
    )


def holds(said: str) -> str:
    """The condition, in SQL, that a row holds the word `asked` in the session's company."""
    return kept_in(made_of(said))


def made_of(said: str) -> str:
    """The words, in SQL, of what an expression of a row's columns says."""
    return f"words_of(company_id, {said})"


def kept_in(words: str) -> str:
    """The same condition as `holds`, on words that are made already: a column that keeps them."""
    mark = f"('c' || replace(({COMPANY})::text, '-', ''))::tsquery"
    return f"{words} @@ ({mark} && to_tsquery('pg_catalog.french', asked))"


def query(word: str) -> str:
    """A word as the database asks for it: its beginning is enough. Empty where there is nothing to ask."""
    return " & ".join(f"{part}:*" for part in re.findall(r"[a-z0-9]+", bare(word)))


MOST = 5_000
"""Nobody turns a hundred pages of hits: more than these, the newest, is a search to be narrowed."""


def found_by_all(function: str, asked: Sequence[Sequence[Any]]) -> Func:
    """The newest identifiers that a search function gives for each of several questions at once, for `pk__in`.

    By their own order, which is that of time (`lib/ids.py`).
    """
    calls = [Func(*(Value(one) for one in given), function=function) for given in asked]
    rows = [Func(call, template="SELECT found FROM %(expressions)s AS found") for call in calls]
    newest = f"(%(expressions)s ORDER BY found DESC LIMIT {MOST})"
    return Func(*rows, template=newest, arg_joiner=" INTERSECT ", output_field=UUIDField())
