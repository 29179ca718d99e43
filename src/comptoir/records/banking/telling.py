"""What a file tells, laid out in the database for the time of its import: compared with what is kept by sets, however long it is.

No movement stays in memory: those that are new come back a few at a time.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date

from django.db import connection
from django.db.models import QuerySet

from comptoir.domain.movement import BankStatement, Movement, Told, booked_until, identity
from comptoir.records.banking.models import Alias, BankAccount, Transaction

BATCH = 5000


@dataclass(frozen=True, slots=True)
class Telling:
    """A statement that a file tells; its movements lie in the database under its rank. What moves nothing is no movement."""

    rank: int
    statement: BankStatement
    movements: int = 0
    announced: int = 0
    first_on: date | None = None
    last_on: date | None = None
    is_in_cents: bool = True
    detailed: tuple[tuple[int, Movement], ...] = ()
    """Those that tell the purchases which a card's debit pays, by their places in the file."""


@dataclass(frozen=True, slots=True)
class Fresh:
    """How many movements of a statement are not known yet, and of which days."""

    count: int
    first_on: date | None
    last_on: date | None


@contextmanager
def laid_out(told: Iterable[Told], on: date) -> Iterator[list[Telling]]:
    """The statements that a file tells, for as long as the block lasts; what banks only announce that day is counted, and left out."""
    with connection.cursor() as cursor:
        cursor.execute(_TABLE)
        with cursor.copy(f"COPY telling ({_TOLD}) FROM STDIN") as copy:
            found = list(_laid(told, copy.write_row))
        cursor.execute(_RANKED)
        yield _counted(found, on)
        cursor.execute("DROP TABLE IF EXISTS ranked, fresh")


def compare(account: BankAccount, tellings: Sequence[Telling]) -> None:
    """Find which movements of these statements are not kept on the account, under their own words or others: those are fresh."""
    with connection.cursor() as cursor:
        cursor.execute(_COMPARED, [[one.rank for one in tellings], account.pk, account.pk])
        cursor.execute("CREATE INDEX ON fresh (statement); ANALYZE fresh")


def fresh(telling: Telling) -> Fresh:
    """How many movements of a statement are fresh, and of which days; what an earlier one of the file told is not."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), min(booked_on), max(booked_on) FROM fresh WHERE statement = %s", [telling.rank]
        )
        return Fresh(*cursor.fetchone())


def each_fresh(telling: Telling) -> Iterator[list[tuple[Movement, str]]]:
    """Those movements with their fingerprints, in the order of the file, a few at a time."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(_EACH, [telling.rank])
        while rows := cursor.fetchmany(BATCH):
            yield [(Movement(*told), key) for *told, key in rows]


def keep_as(aliases: Sequence[Alias]) -> None:
    """Remember other words for what is kept: the movements that told them are fresh no longer."""
    Alias.objects.bulk_create(aliases, batch_size=2000)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM fresh WHERE fingerprint = ANY(%s)", [[one.fingerprint for one in aliases]])


def untold(rows: QuerySet[Transaction], telling: Telling) -> QuerySet[Transaction]:
    """Of these transactions, those that a statement tells neither in their own words nor in others that are known."""
    return rows.extra(where=[_UNTOLD], params=[telling.rank, telling.rank])  # noqa: S610  # ours


def detailed(telling: Telling) -> list[tuple[Movement, str]]:
    """The movements that tell more than themselves, with their fingerprints."""
    if not telling.detailed:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT n, fingerprint FROM ranked WHERE n = ANY(%s)", [[n for n, _ in telling.detailed]])
        keys = dict(cursor.fetchall())
    return [(moved, keys[place]) for place, moved in telling.detailed if place in keys]


def _laid(told: Iterable[Told], write: Callable[[tuple[object, ...]], None]) -> Iterator[Telling]:
    rank, detailed = 0, list[tuple[int, Movement]]()
    for place, one in enumerate(told):
        if isinstance(one, BankStatement):
            yield Telling(rank, one, detailed=tuple(detailed))
            rank, detailed = rank + 1, []
        elif one.amount:  # « INFO FRAIS OFFERTS 0,00 » moves nothing: the bank tells it, no book can
            said = (one.booked_on, one.amount, one.label, one.value_on, one.counterparty, one.reference)
            write((place, rank, identity(one), *said))
            if one.parts:
                detailed.append((place, one))


def _counted(tellings: Sequence[Telling], on: date) -> list[Telling]:
    """With what lies under each; what is only announced is taken away."""
    unproved = [one.rank for one in tellings if not one.statement.is_proved]
    announced: Counter[int] = Counter()
    with connection.cursor() as cursor:
        if unproved:
            cursor.execute(_ANNOUNCED, [unproved, booked_until(on)])
            announced.update(rank for (rank,) in cursor.fetchall())
        cursor.execute(_COUNTED)
        counts = {rank: counted for rank, *counted in cursor.fetchall()}
    return [
        replace(one, announced=announced[one.rank], **dict(zip(_COUNTS, counts.get(one.rank, ()), strict=False)))
        for one in tellings
    ]


_TOLD = "n, statement, identity, booked_on, amount, label, value_on, counterparty, reference"
_TABLE = """
CREATE TEMPORARY TABLE telling (
    n integer, statement integer, identity text, booked_on date, amount numeric, label text,
    value_on date, counterparty text, reference text
) ON COMMIT DROP
"""
# What tells a movement from all others of its account: see `domain.movement.identity`.
_RANKED = """
CREATE TEMPORARY TABLE ranked ON COMMIT DROP AS
SELECT n, statement, booked_on, amount, label, value_on, counterparty, reference,
    left(encode(sha256(convert_to(
        identity || '|' || row_number() OVER (PARTITION BY statement, identity ORDER BY n), 'UTF8'
    )), 'hex'), 32) AS fingerprint
FROM telling;
DROP TABLE telling;
CREATE INDEX ON ranked (statement);
ANALYZE ranked
"""
_ANNOUNCED = "DELETE FROM ranked WHERE statement = ANY(%s) AND booked_on > %s RETURNING statement"
_COUNTS = ("movements", "first_on", "last_on", "is_in_cents")
_COUNTED = """
SELECT statement, count(*), min(booked_on), max(booked_on), bool_and(amount = round(amount, 2))
FROM ranked GROUP BY statement
"""
# A day that two statements of a file tell is kept once.
_COMPARED = """
CREATE TEMPORARY TABLE fresh ON COMMIT DROP AS
SELECT DISTINCT ON (fingerprint) ranked.* FROM ranked
WHERE statement = ANY(%s)
AND NOT EXISTS (
    SELECT FROM banking_transaction kept WHERE kept.account_id = %s AND kept.fingerprint = ranked.fingerprint
)
AND NOT EXISTS (
    SELECT FROM banking_alias other WHERE other.account_id = %s AND other.fingerprint = ranked.fingerprint
)
ORDER BY fingerprint, n
"""
_EACH = """
SELECT booked_on, amount, label, value_on, counterparty, reference, fingerprint
FROM fresh WHERE statement = %s ORDER BY n
"""
_UNTOLD = """
NOT EXISTS (
    SELECT FROM ranked WHERE ranked.statement = %s AND ranked.fingerprint = banking_transaction.fingerprint
)
AND NOT EXISTS (
    SELECT FROM banking_alias other JOIN ranked ON ranked.fingerprint = other.fingerprint
    WHERE other.transaction_id = banking_transaction.id AND ranked.statement = %s
)
"""
