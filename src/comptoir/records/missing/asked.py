"""What a person asks of the list of missing documents: which tab, which words, days and amounts, in which order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from urllib.parse import urlencode

from django.core.exceptions import ValidationError as _Wrong
from django.db.models import Field, Q, QuerySet

from comptoir.domain.limits import is_amount, read_day
from comptoir.domain.missing import Status
from comptoir.lib.plainly import bare
from comptoir.records.missing.models import Item

MOST_WORDS = 80


class Tab(StrEnum):
    """What the list may show."""

    TO_JUSTIFY = "a-justifier"
    OPTIONAL = "facultatives"
    WITH_FIRM = "au-cabinet"
    IN_PROGRESS = "en-traitement"
    IN_VALIDATION = "en-validation"
    JUSTIFIED = "justifiees"
    SEQUENCES = "suites"


STATUSES = {
    Tab.TO_JUSTIFY: (Status.TO_JUSTIFY,),
    Tab.OPTIONAL: (Status.TO_JUSTIFY,),
    Tab.WITH_FIRM: (Status.IN_PROGRESS, Status.IN_VALIDATION),
    Tab.IN_PROGRESS: (Status.IN_PROGRESS,),
    Tab.IN_VALIDATION: (Status.IN_VALIDATION,),
}
"""The statuses of each tab that the open list fills."""


class Order(StrEnum):
    """How the open list is put in order."""

    LATEST = "recentes"
    OLDEST = "anciennes"
    PARTY = "fournisseur"
    SIZE = "montant"

    @property
    def french(self) -> str:
        """As it is chosen."""
        return {
            Order.LATEST: "Les plus récentes",
            Order.OLDEST: "Les plus anciennes",
            Order.PARTY: "Par fournisseur",
            Order.SIZE: "Par montant",
        }[self]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked; whatever an address holds that is not known here is left out."""

    tab: Tab = Tab.TO_JUSTIFY
    words: str = ""
    since: date | None = None
    until: date | None = None
    at_least: Decimal | None = None
    questions_only: bool = False
    order: Order = Order.LATEST
    after: str = ""

    @property
    def narrows(self) -> bool:
        """Whether anything but the tab is asked."""
        return bool(self.words or self.since or self.until or self.at_least or self.questions_only)

    @property
    def query(self) -> str:
        """As an address holds it, the place in the list apart."""
        asked = [("onglet", self.tab.value)] if self.tab is not Tab.TO_JUSTIFY else []
        asked += [("q", self.words)] if self.words else []
        asked += [("depuis", self.since.isoformat())] if self.since else []
        asked += [("jusqu", self.until.isoformat())] if self.until else []
        asked += [("montant", str(self.at_least))] if self.at_least else []
        asked += [("questions", "1")] if self.questions_only else []
        asked += [("tri", self.order.value)] if self.order is not Order.LATEST else []
        return urlencode(asked)

    def of(self, tab: Tab) -> "Asked":
        """The same, of another tab, from its beginning."""
        return replace(self, tab=tab, after="")

    def rows(self, items: QuerySet[Item]) -> QuerySet[Item]:
        """Those of the open list that are asked for."""
        items = items.filter(status__in=[status.value for status in STATUSES[self.tab]])
        if self.tab in (Tab.TO_JUSTIFY, Tab.OPTIONAL):
            items = items.filter(is_optional=self.tab is Tab.OPTIONAL)
        for word in bare(self.words).split():
            items = items.filter(said__contains=word)
        if self.since:
            items = items.filter(booked_on__gte=self.since)
        if self.until:
            items = items.filter(booked_on__lte=self.until)
        if self.at_least:
            items = items.filter(size__gte=self.at_least)
        return items.filter(has_question=True) if self.questions_only else items


def read(query: Mapping[str, Sequence[str]]) -> Asked:
    """What an address asks."""

    def one(name: str) -> str:
        return (query.get(name) or [""])[-1].replace("\0", "").strip()

    return Asked(
        tab=Tab(one("onglet")) if one("onglet") in set(Tab) else Tab.TO_JUSTIFY,
        words=" ".join(one("q")[:MOST_WORDS].split()),
        since=read_day(one("depuis")),
        until=read_day(one("jusqu")),
        at_least=_amount(one("montant")),
        questions_only=one("questions") == "1",
        order=Order(one("tri")) if one("tri") in set(Order) else Order.LATEST,
        after=one("apres")[:400],
    )


def page(rows: QuerySet[Item], order: Order, after: str, size: int) -> tuple[list[Item], str]:
    """One page in any of the orders, and the key after which the next begins; empty on the last."""
    names = _ORDERS[order]
    if after and (key := _key(after, names)):
        rows = rows.filter(_beyond(names, key))
    found = list(rows.order_by(*names)[: size + 1])
    return found[:size], _written(found[size - 1], names) if len(found) > size else ""


_ORDERS = {
    Order.LATEST: ("-booked_on", "-id"),
    Order.OLDEST: ("booked_on", "id"),
    Order.PARTY: ("party", "-booked_on", "-id"),
    Order.SIZE: ("-size", "-id"),
}


def _beyond(names: Sequence[str], key: Sequence[str]) -> Q:
    """Rows after a key, its columns compared one by one; the first says nothing more, but an index can follow it."""
    found, equal = Q(), Q()
    for name, value in zip(names, key, strict=True):
        column, way = name.removeprefix("-"), "lt" if name.startswith("-") else "gt"
        found |= equal & Q(**{f"{column}__{way}": value})
        equal &= Q(**{column: value})
    first = names[0].removeprefix("-")
    return Q(**{f"{first}__{'lte' if names[0].startswith('-') else 'gte'}": key[0]}) & found


def _written(row: Item, names: Sequence[str]) -> str:
    return "|".join(str(getattr(row, name.removeprefix("-"))) for name in reversed(names))


def _key(text: str, names: Sequence[str]) -> list[str] | None:
    """What an address holds of a key, each part looked at as its column would; None begins at the first page."""
    parts = text.split("|", len(names) - 1)[::-1]
    if len(parts) != len(names):
        return None
    try:
        for name, part in zip(names, parts, strict=True):
            column = Item._meta.get_field(name.removeprefix("-"))
            assert isinstance(column, Field), "a list is put in order by its own columns"
            if isinstance(column.to_python(part), Decimal) and not is_amount(Decimal(part)):
                return None
    except (ValueError, ArithmeticError, _Wrong):
        return None
    return parts


def _amount(text: str) -> Decimal | None:
    try:
        found = Decimal(text.replace(",", ".").replace(" ", "").replace("\u202f", ""))
    except InvalidOperation:
        return None
    return found if found.is_finite() and is_amount(found) and found > 0 else None
