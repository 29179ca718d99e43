"""What the books say to whoever writes a rule: how past movements stand, and what people do again and again."""

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import groupby
from typing import Any

from django.db.models import Count, F, Max, QuerySet

from comptoir.domain.entry import Line as Booked
from comptoir.domain.habit import Habit
from comptoir.domain.label import Means
from comptoir.domain.movement import Movement
from comptoir.domain.rehearsal import Past
from comptoir.records.firms.models import Company
from comptoir.records.ledger.models import Entry, Line

MOST = 10_000
"""How many past movements a rule is tried on: those of a year, and no more than a screen waits for."""


def history(company: Company, since: date) -> list[Past]:
    """Bank movements from a day on as they stand in the books, the latest first, in one query."""
    booked = Entry.objects.booked().filter(company=company, transaction__isnull=False, dated_on__gte=since)
    latest = booked.order_by("-dated_on", "-id").values("pk")[:MOST]
    rows = _against_the_bank(company).filter(entry__in=latest).order_by("-entry__dated_on", "entry_id", "position")
    asked = rows.values_list(
        "entry_id",
        "entry__transaction__booked_on",
        "entry__transaction__amount",
        "entry__transaction__label",
        "entry__transaction__payee",
        "entry__transaction__account__ledger_account",
        "entry__transaction__means",
        "entry__reasons",
        "entry__revised_by_id",
        "account",
        "auxiliary__code",
        "debit",
        "credit",
    )
    return [_past(list(lines)) for _, lines in groupby(asked.iterator(chunk_size=5000), key=lambda row: row[0])]


def habits(company: Company) -> list[Habit]:
    """Where people put the movements of each label by hand, and how often."""
    rows = (
        _against_the_bank(company)
        .filter(entry__revised_by__isnull=False, entry__transaction__isnull=False)
        .values("entry__transaction__label_key", "account", "auxiliary__code")
        .annotate(
            times=Count("entry", distinct=True),
            label=Max("entry__transaction__label"),
            amount=Max("entry__transaction__amount"),
            day=Max("entry__transaction__booked_on"),
            bank=Max("entry__transaction__account__ledger_account"),
        )
    )
    return [_habit(row) for row in rows]


def _against_the_bank(company: Company) -> QuerySet[Line]:
    rows = Line.objects.filter(company=company)
    return rows.exclude(account=F("entry__transaction__account__ledger_account"))


def _past(rows: Iterable[tuple[Any, ...]]) -> Past:
    (_, day, amount, label, payee, bank, means, reasons, revised_by, *_), *_ = rows
    return Past(
        Movement(day, amount, label, counterparty=payee, bank=bank, means=Means(means) if means else None),
        tuple(Booked(account, "", debit, credit, code or "") for *_, account, code, debit, credit in rows),
        reasons[0] if reasons else "",
        revised_by is not None,
    )


def _habit(row: Mapping[str, Any]) -> Habit:
    return Habit(
        row["entry__transaction__label_key"],
        row["account"],
        row["auxiliary__code"] or "",
        row["times"],
        Movement(row["day"], row["amount"], row["label"], bank=row["bank"]),
    )
