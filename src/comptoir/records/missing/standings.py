"""Each dossier's standing: its figures in the portfolio, made anew for the dossiers where something happened.

An act leaves a mark and waits for nobody; whoever opens the portfolio takes the marks and makes those standings again,
in a fixed number of questions. Nothing is decided from a standing, and `verify_standings` proves them all.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Aggregate, Count, Exists, Max, OuterRef, Q, QuerySet
from django.utils import timezone

from comptoir.domain.chart import SUSPENSE
from comptoir.domain.fault import Fault
from comptoir.domain.missing import JUSTIFIABLE, Status
from comptoir.records.banking.models import BankAccount
from comptoir.records.conversations.queries import waiting_by_company
from comptoir.records.deposits.models import Document
from comptoir.records.firms.models import Company, Firm
from comptoir.records.ledger.models import Entry, FiscalYear, Line
from comptoir.records.missing.models import Item, Keeping, Moved, Standing


@dataclass(frozen=True, slots=True)
class Figures:
    """What one dossier's line in the portfolio says, under the names of `Standing`'s columns."""

    to_review: int = 0
    in_suspense: int = 0
    unlettered: int = 0
    to_validate: int = 0
    unseen: int = 0
    missing: int = 0
    messages: int = 0
    last_deposit_at: datetime | None = None
    kept_at: datetime | None = None
    closes_on: date | None = None
    holds_until: date | None = None
    proved_on: date | None = None
    accounts: list[list[str]] = field(default_factory=list)


NAMES = tuple(each.name for each in fields(Figures))


def mark(company: Company) -> None:
    """Remember that something happened in a dossier; once a transaction, however many acts it holds."""
    Moved.objects.bulk_create([Moved(firm_id=company.firm_id, company_id=company.pk)], ignore_conflicts=True)


@transaction.atomic
def refresh(*, firm: Firm, on: date, most: int | None = None, has_new: bool | None = None) -> int:
    """Make the standings again where something happened since, of `most` dossiers at a time; say of how many.

    `has_new`: whether a dossier has no standing yet, for who knows it without counting them.
    """
    if not (has_new or _is_anything_due(firm, on) or (has_new is None and _is_any_new(firm))):
        return 0
    # One at a time in a firm: whoever computed first must not write last over what came in between.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", [str(firm.pk)])
    # A mark that is seen was committed with its act: what is computed from here on holds the act.
    ids = _taken(firm, most) | set(_due(firm, on).values_list("pk", flat=True)[:most])
    found = figures(ids, on)
    Standing.objects.bulk_create(
        [Standing(firm_id=firm.pk, company_id=pk, **_columns(found[pk])) for pk in sorted(found)],
        update_conflicts=True,
        unique_fields=["company"],
        update_fields=NAMES,
    )
    return len(found)


def left(firm: Firm, on: date) -> int:
    """How many dossiers wait for their standing to be made again."""
    moved = Exists(Moved.objects.filter(company=OuterRef("pk")))
    return Company.objects.filter(moved | Q(pk__in=_due(firm, on).values("pk")), firm=firm).count()


def verify_standings() -> Iterator[Fault]:
    """Each dossier whose kept figures are not those that its rows give, unless they wait to be made again."""
    on = timezone.localdate()
    marked = Moved.objects.values("company")
    kept = {row.company_id: row for row in Standing.objects.exclude(company__in=marked)}
    found = figures([pk for pk, row in kept.items() if not row.holds_until or row.holds_until > on], on)
    names = dict(Company.objects.filter(pk__in=found).values_list("pk", "name"))
    for pk, figure in found.items():
        wrong = [name for name, value in _columns(figure).items() if getattr(kept[pk], name) != value]
        if wrong:
            yield Fault("standing", f"{names[pk]} : {', '.join(wrong)} à refaire.", "Relancez le calcul.")


def figures(company_ids: Iterable[UUID], on: date) -> dict[UUID, Figures]:
    """The figures of these dossiers from nothing, in as many questions for one as for five thousand."""
    ids = list(company_ids)
    kept = _by_company(Keeping.objects.all(), Max("at"), ids)
    counts = {name: _by_company(rows, Count("pk"), ids) for name, rows in _waiting().items()}
    counts |= _open_lines(ids)
    counts["unseen"] = _unseen({pk: kept.get(pk) for pk in ids})
    deposits = _by_company(Document.objects.all(), Max("deposited_at"), ids)
    closings, accounts = _closings(ids, on), _accounts(ids)
    waiting = waiting_by_company(ids, on)
    counts["messages"] = {pk: count for pk, (count, _) in waiting.items()}
    return {
        pk: Figures(
            **{name: counted.get(pk, 0) for name, counted in counts.items()},
            last_deposit_at=deposits.get(pk),
            kept_at=kept.get(pk),
            closes_on=closings.get(pk, (None, None))[0],
            holds_until=_first(closings.get(pk, (None, None))[1], waiting.get(pk, (0, None))[1]),
            proved_on=min((day for _, day in accounts.get(pk, ()) if day), default=None),
            accounts=[[name, day.isoformat() if day else ""] for name, day in accounts.get(pk, ())],
        )
        for pk in ids
    }


def _waiting() -> dict[str, QuerySet[Any]]:
    """The rows that each figure counts."""
    in_books = Entry.objects.booked().filter(document=OuterRef("pk"))
    return {
        "to_review": Document.objects.filter(
            ~Exists(in_books), reading__read_at__isnull=False, dismissal=None
        ).exclude(purpose=Document.Purpose.ADMIN),
        "to_validate": Entry.objects.posted(),
        "missing": Item.objects.filter(status=Status.TO_JUSTIFY.value, is_optional=False),
    }


def _open_lines(ids: list[UUID]) -> dict[str, dict[UUID, int]]:
    """Booked lines that no letter closes: in suspense unless undone, and payments on a third party."""
    suspense = Q(account=SUSPENSE, entry__reverses=None, entry__reversed_by=None)
    stems = Q(*[("account__startswith", stem) for stem in JUSTIFIABLE], _connector=Q.OR)
    payments = stems & Q(entry__transaction__isnull=False)
    lines = Line.objects.filter(
        Q(account=SUSPENSE) | stems, company__in=ids, entry__posted_at__isnull=False, lettered=None
    )
    counted = (
        lines.order_by()
        .values_list("company")
        .annotate(in_suspense=Count("pk", filter=suspense), in_payments=Count("pk", filter=payments))
    )
    rows = list(counted)
    return {
        "in_suspense": {pk: in_suspense for pk, in_suspense, _ in rows},
        "unlettered": {pk: in_payments for pk, _, in_payments in rows},
    }


def _unseen(kept_at: dict[UUID, datetime | None]) -> dict[UUID, int]:
    """Movements and pieces that came after each dossier was last kept up; all of them where it never was."""
    with connection.cursor() as cursor:
        cursor.execute(_UNSEEN, [list(kept_at), list(kept_at.values())])
        return dict(cursor.fetchall())


# A movement came with the statement that brought it, which counted its new ones.
_UNSEEN = """
    SELECT kept.company, came.pieces + came.movements
    FROM unnest(%s::uuid[], %s::timestamptz[]) AS kept (company, at)
    JOIN firms_company ON firms_company.id = kept.company
    CROSS JOIN LATERAL (
        SELECT (SELECT count(*) FROM deposits_document
                WHERE firm_id = firms_company.firm_id AND company_id = kept.company
                AND deposited_at > coalesce(kept.at, '-infinity')) AS pieces,
               (SELECT coalesce(sum(new_movements), 0) FROM banking_statement
                WHERE company_id = kept.company AND at > coalesce(kept.at, '-infinity')) AS movements
    ) AS came
"""


def _closings(ids: list[UUID], on: date) -> dict[UUID, tuple[date, date | None]]:
    """When each dossier's current fiscal year closes, and the day another one becomes the current one."""
    years: dict[UUID, list[tuple[date, date]]] = defaultdict(list)
    rows = FiscalYear.objects.filter(company__in=ids).order_by("opens_on")
    for pk, opens_on, closes_on in rows.values_list("company", "opens_on", "closes_on"):
        years[pk].append((opens_on, closes_on))
    return {pk: _closing(held, on) for pk, held in years.items()}


def _closing(years: list[tuple[date, date]], on: date) -> tuple[date, date | None]:
    """The year that has begun last is the current one, else the first to come."""
    begun = [closes_on for opens_on, closes_on in years if opens_on <= on]
    to_come = [opens_on for opens_on, _ in years if opens_on > on]
    return begun[-1] if begun else years[0][1], to_come[0] if to_come else None


def _first(*days: date | None) -> date | None:
    """The first day on which a figure will be another by itself: a year begins, a conversation returns."""
    return min((day for day in days if day), default=None)


def _accounts(ids: list[UUID]) -> dict[UUID, list[tuple[str, date | None]]]:
    """Each bank account, and the day up to which its balance is proved."""
    proofs = Max("statements__closed_on", filter=Q(statements__closing__isnull=False))
    accounts: dict[UUID, list[tuple[str, date | None]]] = defaultdict(list)
    rows = BankAccount.objects.filter(company__in=ids).order_by("ledger_account")
    for pk, name, proved_on in rows.annotate(proved_on=proofs).values_list("company", "name", "proved_on"):
        accounts[pk].append((name, proved_on))
    return accounts


def _by_company(rows: QuerySet[Any], figure: Aggregate, ids: list[UUID]) -> dict[UUID, Any]:
    return dict(rows.filter(company__in=ids).order_by().values_list("company").annotate(figure))


def _taken(firm: Firm, most: int | None) -> set[UUID]:
    """Take the firm's marks, or those of so many dossiers, and say which they were of."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKEN, [firm.pk, firm.pk, most])
        return {row[0] for row in cursor.fetchall()}


_TAKEN = """
    DELETE FROM missing_moved WHERE firm_id = %s AND company_id IN (
        SELECT DISTINCT company_id FROM missing_moved WHERE firm_id = %s LIMIT %s
    ) RETURNING company_id
"""


def _is_anything_due(firm: Firm, on: date) -> bool:
    """Whether a dossier moved or has begun another year: asked at each look, so asked cheaply."""
    with connection.cursor() as cursor:
        cursor.execute(_DUE, {"firm": firm.pk, "on": on})
        return bool(cursor.fetchone()[0])


_DUE = """
    SELECT EXISTS (SELECT FROM missing_moved WHERE firm_id = %(firm)s)
        OR EXISTS (SELECT FROM missing_standing WHERE firm_id = %(firm)s AND holds_until <= %(on)s)
"""


def _is_any_new(firm: Firm) -> bool:
    """Whether a dossier has no standing yet; each has one at most, so that equal counts mean that none is without."""
    with connection.cursor() as cursor:
        cursor.execute(_NEW, {"firm": firm.pk})
        return bool(cursor.fetchone()[0])


_NEW = """
    SELECT (SELECT count(*) FROM firms_company WHERE firm_id = %(firm)s)
        <> (SELECT count(*) FROM missing_standing WHERE firm_id = %(firm)s)
"""


def _due(firm: Firm, on: date) -> QuerySet[Company]:
    """Dossiers without a standing yet, or whose next fiscal year has begun."""
    return Company.objects.filter(Q(standing=None) | Q(standing__holds_until__lte=on), firm=firm)


def _columns(figure: Figures) -> dict[str, Any]:
    return {name: getattr(figure, name) for name in NAMES}
