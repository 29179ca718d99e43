"""What waits for the firm in the dossiers of one of its people: a pile for each kind of act, its fullest dossiers first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

from comptoir.domain.missing import Status
from comptoir.domain.rights import Act
from comptoir.records.connections.queries import needing_client
from comptoir.records.conversations import queries as conversations
from comptoir.records.ebics import queries as ebics
from comptoir.records.firms.models import Company
from comptoir.records.firms.queries import FirmSeat
from comptoir.records.inbox import queries as inbox
from comptoir.records.missing.models import Item, Question, Standing
from comptoir.records.requests import queries as requests

SHOWN = 5


class Kind(StrEnum):
    """What is to be done, in the order of who waits: the clients, the books, then what clients are asked again.

    The values stand in the page, as keys.
    """

    MESSAGES = "messages"
    ANSWERED = "reponses"
    IN_VALIDATION = "validation"
    GIVEN = "documents"
    MAILS = "mails"
    TO_REVIEW = "pieces"
    IN_SUSPENSE = "suspens"
    UNLETTERED = "lettrage"
    TO_VALIDATE = "brouillard"
    ACCOUNTS = "comptes"
    RECONNECT = "banques"
    MISSING = "manquantes"
    OVERDUE = "retards"


_FIGURES = {
    Kind.TO_REVIEW: "to_review",
    Kind.IN_SUSPENSE: "in_suspense",
    Kind.UNLETTERED: "unlettered",
    Kind.TO_VALIDATE: "to_validate",
    Kind.MISSING: "missing",
}
"""What a dossier's standing counts already."""


@dataclass(frozen=True, slots=True)
class Lead:
    """A dossier where there is something of the kind, and how much."""

    company: Company
    count: int


@dataclass(frozen=True, slots=True)
class Pile:
    """All that waits of one kind: how much, in how many dossiers, and the fullest of them."""

    kind: Kind
    count: int
    dossiers: int
    leads: tuple[Lead, ...]


class _Heap(NamedTuple):
    total: int
    dossiers: int
    fullest: list[tuple[UUID, int]]


def agenda(seat: FirmSeat, companies: QuerySet[Company], on: date) -> list[Pile]:
    """What waits in these dossiers, which the person may enter; what is empty is left out."""
    heaps = _of_standings(seat, companies)
    for kind, rows in _rows(seat, on).items():
        heaps[kind] = _of_rows(rows, companies)
    if seat.may(Act.MANAGE_FIRM):
        heaps[Kind.ACCOUNTS] = _Heap(len(ebics.waiting(seat.firm)), 0, [])
    named = companies.in_bulk({pk for heap in heaps.values() for pk, _ in heap.fullest})
    return [_pile(kind, heaps[kind], named) for kind in Kind if kind in heaps and heaps[kind].total]


def _pile(kind: Kind, heap: _Heap, named: dict[UUID, Company]) -> Pile:
    leads = tuple(Lead(named[pk], count) for pk, count in heap.fullest)
    return Pile(kind, heap.total, heap.dossiers, leads)


def _rows(seat: FirmSeat, on: date) -> dict[Kind, QuerySet[Any]]:
    """What no standing counts: rows that wait, each of one dossier."""
    talks = conversations.visible_at_firm(seat, on)
    return {
        Kind.MESSAGES: conversations.waiting_at_firm(talks, seat.person, on),
        Kind.ANSWERED: Question.objects.filter(firm=seat.firm, closed_at=None).exclude(answered_at=None),
        Kind.IN_VALIDATION: Item.objects.filter(firm=seat.firm, status=Status.IN_VALIDATION.value),
        Kind.GIVEN: requests.to_check(seat.firm),
        Kind.MAILS: inbox.held(seat.firm),
        Kind.RECONNECT: needing_client(on).filter(firm=seat.firm),
        Kind.OVERDUE: requests.overdue(seat.firm, on),
    }


def _of_rows(rows: QuerySet[Any], companies: QuerySet[Company]) -> _Heap:
    counted = (
        rows.filter(company__in=companies.values("pk")).order_by().values_list("company").annotate(n=Count("pk"))
    )
    found = list(counted.order_by("-n", "company"))
    return _Heap(sum(n for _, n in found), len(found), found[:SHOWN])


def _of_standings(seat: FirmSeat, companies: QuerySet[Company]) -> dict[Kind, _Heap]:
    rows = Standing.objects.filter(firm=seat.firm, company__in=companies.values("pk"))
    sums = rows.aggregate(
        **{f"sum_{name}": Sum(name) for name in _FIGURES.values()},
        **{f"with_{name}": Count("pk", filter=Q(**{f"{name}__gt": 0})) for name in _FIGURES.values()},
    )
    return {
        kind: _Heap(
            sums[f"sum_{name}"] or 0, sums[f"with_{name}"], _fullest(rows, name) if sums[f"sum_{name}"] else []
        )
        for kind, name in _FIGURES.items()
    }


def _fullest(rows: QuerySet[Standing], name: str) -> list[tuple[UUID, int]]:
    found: Iterable[tuple[UUID, int]] = rows.filter(**{f"{name}__gt": 0}).values_list("company", name)
    return list(found.order_by(f"-{name}", "company")[:SHOWN])  # type: ignore[attr-defined]
