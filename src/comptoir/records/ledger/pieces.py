"""The pieces of a dossier as both sides list them: what each is, and what became of it."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery

from comptoir.domain.document import Facts, Status, status
from comptoir.domain.reading import Kind
from comptoir.domain.text import folded
from comptoir.lib import keyset
from comptoir.lib.english.catalog import english
from comptoir.lib.words import MOST, found_by_all, query
from comptoir.readers.naming import named, told_apart
from comptoir.records.deposits import leaves
from comptoir.records.deposits.models import Cutting, Document, Leaf
from comptoir.records.firms.models import Company, Person
from comptoir.records.ledger.models import Entry
from comptoir.records.readings import queries as readings
from comptoir.records.readings.models import Reading

PAGE = 50

TABS = {
    "toutes": None,
    "achats": (Kind.PURCHASE_INVOICE, Kind.CREDIT_NOTE, Kind.RECEIPT),
    "ventes": (Kind.SALES_INVOICE, Kind.SALES_CREDIT_NOTE),
    "z": (Kind.Z_DE_CAISSE,),
    "frais": (Kind.NOTE_DE_FRAIS,),
}
"""The tabs of the list, and the kinds in each."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One line of the list of pieces."""

    id: UUID
    name: str
    detail: str
    kind: Kind | None
    issued_on: date | None
    total: Decimal | None
    status: Status
    why: str
    deposited_by: str
    deposited_at: datetime
    filename: str
    to_cut: bool = False
    # What its picture's address ends with: another where its pages are others.
    look: str = ""


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab of the list and how many pieces are in it."""

    name: str
    count: int
    is_current: bool
    # A search gives its newest hits only (`lib/words.py`).
    is_capped: bool = False


@dataclass(frozen=True, slots=True)
class PieceList:
    """One page of the list of pieces."""

    pieces: list[Piece]
    tabs: list[Tab]
    next_after: str


@dataclass(frozen=True, slots=True)
class Queue:
    """One page of the pieces that wait for the firm."""

    pieces: list[Piece]
    next_after: str


@dataclass(frozen=True, slots=True)
class Neighbours:
    """A piece's place in the queue, from 1, and the pieces around it."""

    rank: int
    previous: Piece | None
    next: Piece | None


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list of pieces is narrowed to: a tab, words, a status, days of the piece itself."""

    tab: str = "toutes"
    words: str = ""
    status: Status | None = None
    since: date | None = None
    until: date | None = None

    @property
    def narrows(self) -> bool:
        """Whether it leaves any piece out, whatever its tab."""
        return bool(self.words.strip() or self.status or self.since or self.until)


def screen(
    company: Company, wanted: Filter, *, only_by: Person | None = None, after: keyset.Key | None = None
) -> PieceList:
    """One page of pieces, latest first, by keyset; one depositor's only, for a *déposant*."""
    found, kinds = _narrowed(_visible(company, only_by), wanted), TABS.get(wanted.tab)
    chosen = found.filter(reading__kind__in=kinds) if kinds else found
    page = keyset.page(_with_facts(chosen), by="deposited_at", after=after, size=PAGE)
    counted = _by_kind(found) if wanted.narrows or only_by else _all_by_kind(company)
    return PieceList([piece(row) for row in page.rows], _tabs(counted, wanted), page.next_after)


def _narrowed(rows: QuerySet[Document], wanted: Filter) -> QuerySet[Document]:
    rows = _search(rows, wanted.words)
    if wanted.since:
        rows = rows.filter(reading__issued_on__gte=wanted.since)
    if wanted.until:
        rows = rows.filter(reading__issued_on__lte=wanted.until)
    return _IN_STATUS[wanted.status](rows) if wanted.status else rows


def _open(rows: QuerySet[Document]) -> QuerySet[Document]:
    posted = Entry.objects.booked().filter(document=OuterRef("pk"), reverses=None)
    return rows.filter(~Exists(posted), dismissal=None).exclude(purpose=Document.Purpose.ADMIN)


def _read(rows: QuerySet[Document], *, is_sure: bool) -> QuerySet[Document]:
    """Those that are read: the proposal of each is without a doubt, or not."""
    clean = Exists(Entry.objects.filter(document=OuterRef("pk"), reverses=None, doubts=[]))
    sure = Q(clean, reading__fault="")
    return _open(rows).filter(sure if is_sure else ~sure, reading__read_at__isnull=False)


_IN_STATUS: Mapping[Status, Callable[[QuerySet[Document]], QuerySet[Document]]] = {
    Status.RECEIVED: lambda rows: _open(rows).filter(reading=None),
    Status.READING: lambda rows: _open(rows).filter(reading__isnull=False, reading__read_at=None),
    Status.TO_REVIEW: lambda rows: _read(rows, is_sure=False),
    Status.PROPOSED: lambda rows: _read(rows, is_sure=True),
    Status.POSTED: lambda rows: rows.filter(
        Exists(Entry.objects.booked().filter(document=OuterRef("pk"), reverses=None)), dismissal=None
    ),
    Status.DISMISSED: lambda rows: rows.filter(dismissal__isnull=False),
    Status.KEPT: lambda rows: rows.filter(purpose=Document.Purpose.ADMIN, dismissal=None),
}
"""`domain.document.status` as the database asks it: a test holds both against each other."""


def latest(company: Company, *, only_by: Person | None = None, limit: int = 5) -> list[Piece]:
    """The last pieces handed in."""
    rows = _with_facts(_visible(company, only_by)).order_by("-deposited_at", "-pk")
    return [piece(row) for row in rows[:limit]]


def open_ones(company: Company, *, only_by: Person | None = None, limit: int = 30) -> list[Piece]:
    """The last pieces that are in no book and not set aside."""
    booked = Entry.objects.booked().filter(document=OuterRef("pk"))
    rows = _visible(company, only_by).filter(~Exists(booked), dismissal=None)
    return [piece(row) for row in _with_facts(rows).order_by("-deposited_at", "-pk")[:limit]]


def queue(company: Company, *, after: keyset.Key | None = None) -> Queue:
    """One page of what waits for the firm: read, not posted, not set aside; the oldest first."""
    page = keyset.page(
        _with_facts(_waiting(company)), by="deposited_at", after=after, size=PAGE, oldest_first=True
    )
    return Queue([piece(row) for row in page.rows], page.next_after)


def neighbours(company: Company, document: Document) -> Neighbours:
    """Where a piece stands in the queue, and those before and after it, whether it waits itself or not."""
    rows = _with_facts(_waiting(company))
    day, key = document.deposited_at, document.pk
    before = rows.filter(Q(deposited_at__lt=day) | Q(deposited_at=day, pk__lt=key))
    after = rows.filter(Q(deposited_at__gt=day) | Q(deposited_at=day, pk__gt=key))
    previous, following = before.order_by("-deposited_at", "-pk")[:1], after.order_by("deposited_at", "pk")[:1]
    return Neighbours(before.count() + 1, _first(previous), _first(following))


def next_to_review(company: Company, after: Document) -> Piece | None:
    """The piece that comes after this one in the queue, else the oldest that waits."""
    oldest = (piece for piece in queue(company).pieces if piece.id != after.pk)
    return neighbours(company, after).next or next(oldest, None)


def _first(rows: Iterable[Document]) -> Piece | None:
    return next((piece(row) for row in rows), None)


def has_any(company: Company) -> bool:
    """Whether anything was ever handed in."""
    return Document.objects.filter(company=company).exists()


def count_to_review(company: Company) -> int:
    """How many pieces wait for the firm."""
    return _waiting(company).count()


def waits(document: Document) -> bool:
    """Whether a piece waits for the firm."""
    return _waiting(document.company).filter(pk=document.pk).exists()


def waiting(company_id: UUID) -> list[Document]:
    """The pieces that wait for the firm in a company, the oldest first."""
    company = Company.objects.get(pk=company_id)
    return list(_waiting(company).select_related("company__firm", "original").order_by("deposited_at", "pk"))


def many(documents: Sequence[Document]) -> list[Piece]:
    """These pieces as the list shows them, in their order."""
    rows = {row.pk: row for row in _with_facts(Document.objects.filter(pk__in=[d.pk for d in documents]))}
    return [piece(rows[document.pk]) for document in documents]


def file_names(documents: Sequence[Document]) -> list[str]:
    """The names under which these pieces are taken away, each saying what it is and unlike the others."""
    facts = many(documents)
    said = []
    for one, document in zip(facts, documents, strict=True):
        is_as_it_came = leaves.is_all_of_original(document)
        filename = (
            document.filename
            if is_as_it_came
            else f"{document.filename.rpartition('.')[0] or document.filename}.pdf"
        )
        number = one.detail.removeprefix("n° ") if one.detail.startswith("n° ") else ""
        said.append(named(one.name, number, one.issued_on, one.total, filename, document.original.media_type))
    return list(told_apart(said))


def one(document: Document) -> Piece:
    """One piece as the list shows it."""
    return piece(_with_facts(Document.objects.filter(pk=document.pk)).get())


def piece(row: Document) -> Piece:
    """A line of the list, from a row with its facts."""
    reading: Reading | None = getattr(row, "reading", None)
    dismissal = getattr(row, "dismissal", None)
    entry = row.live_entry[0] if row.live_entry else None  # type: ignore[attr-defined]
    read = reading if reading is not None and reading.read_at is not None else None
    is_read = read is not None
    facts = Facts(
        is_admin=row.purpose == Document.Purpose.ADMIN,
        is_dismissed=dismissal is not None,
        is_posted=entry is not None and entry.posted_at is not None,
        is_read=is_read,
        is_being_read=reading is not None,
        has_fault=read is not None and bool(read.fault),
        has_doubt=entry is None or bool(entry.doubts),
    )
    return Piece(
        id=row.pk,
        name=_name(row, is_read=is_read),
        detail=_detail(row, is_read=is_read),
        kind=Kind(read.kind) if read else None,
        issued_on=read.issued_on if read else None,
        total=read.total if read else None,
        status=status(facts),
        why=dismissal.reason if dismissal else (read.fault if read else ""),
        deposited_by=row.deposited_by.first_name
        if row.deposited_by
        else english(Document.Channel(row.channel).label),
        deposited_at=row.deposited_at,
        filename=row.filename,
        to_cut=getattr(row, "to_cut", False) and not facts.is_posted and dismissal is None,
        look=str(getattr(row, "first_leaf", None) or "")[-8:],
    )


def _visible(company: Company, only_by: Person | None) -> QuerySet[Document]:
    rows = Document.objects.standing().filter(firm_id=company.firm_id, company=company)
    return rows.filter(deposited_by=only_by) if only_by else rows


def _waiting(company: Company) -> QuerySet[Document]:
    posted = Entry.objects.filter(document=OuterRef("pk"), posted_at__isnull=False)
    return Document.objects.filter(
        ~Exists(posted),
        firm_id=company.firm_id,
        company=company,
        reading__read_at__isnull=False,
        dismissal=None,
    ).exclude(purpose=Document.Purpose.ADMIN)


def _with_facts(rows: QuerySet[Document]) -> QuerySet[Document]:
    live = Entry.objects.filter(reverses=None).only("document_id", "posted_at", "doubts", "label")
    to_cut = Exists(Cutting.objects.filter(document=OuterRef("pk"), settled_at=None))
    first_leaf = Subquery(Leaf.objects.filter(document=OuterRef("pk"), position=0).values("pk")[:1])
    return (
        rows.annotate(to_cut=to_cut, first_leaf=first_leaf)
        .select_related("reading", "dismissal", "deposited_by")
        .prefetch_related(Prefetch("entries", queryset=live, to_attr="live_entry"))
    )


def _search(rows: QuerySet[Document], words: str) -> QuerySet[Document]:
    """Those that hold each word somewhere that is shown: name, number, amount, nature; accents do not count."""
    whole = _THOUSANDS.sub(lambda found: "".join(found[0].split()), words[:200])
    asked = _together([_asked(word) for word in whole.replace("€", " ").split()])
    if not asked:
        return rows.none() if words.strip() else rows
    return rows.filter(pk__in=found_by_all("pieces_holding", asked))


_THOUSANDS = re.compile(r"(?<!\d)\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d)")
"""`1 603` of `1 603,80`: one word, not two."""


def _together(asked: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Words that can only be read on a piece are asked for at once, the others one by one: their answers have to agree."""
    plain = [query for query, low, _, kinds in asked if low is None and not kinds and query]
    others = [one for one in asked if one[1] is not None or one[3]]
    return [*([(" & ".join(plain), None, None, [])] if plain else []), *others]


def _asked(word: str) -> tuple[Any, ...]:
    """What a word asks for: pieces that hold it, or are of a nature that it names, or amount to it."""
    kinds = [kind.value for kind in Kind if folded(word) and folded(word) in folded(kind.french)]
    amount = word.replace(",", ".")
    low = Decimal(amount) if amount.replace(".", "", 1).isdecimal() and len(amount) < 13 else None
    high = low if low is None or "." in amount else low + Decimal("0.99")
    return query(word), low, high, kinds


def _tabs(counted: Counter[str | None], wanted: Filter) -> list[Tab]:
    is_capped = bool(wanted.words.strip()) and counted.total() >= MOST
    return [
        Tab(
            name,
            sum(counted.get(kind, 0) for kind in kinds) if kinds else counted.total(),
            name == wanted.tab,
            is_capped,
        )
        for name, kinds in TABS.items()
    ]


def _by_kind(rows: QuerySet[Document]) -> Counter[str | None]:
    """How many pieces there are of each kind."""
    return Counter(dict(rows.values_list("reading__kind").annotate(n=Count("pk")).order_by()))


def _all_by_kind(company: Company) -> Counter[str | None]:
    """The same for all pieces of a company, from indexes alone: those that became part of another are taken off."""
    whose = {"firm_id": company.firm_id, "company": company}
    read = Counter(readings.by_kind(company))
    counted = Counter[str | None](read)
    counted[None] = Document.objects.filter(**whose).count() - read.total()
    return counted - _by_kind(Document.objects.filter(**whose, dismissal__into__isnull=False))


def _name(row: Document, *, is_read: bool) -> str:
    if not is_read:
        return row.filename
    reading = row.reading
    match reading.kind:
        case Kind.Z_DE_CAISSE:
            return f"Z de caisse {reading.number}".strip()
        case Kind.SALES_INVOICE | Kind.SALES_CREDIT_NOTE:
            return reading.customer or row.filename
        case Kind.NOTE_DE_FRAIS:
            return reading.supplier or "Note de frais"
        case _:
            return reading.supplier or row.filename


def _detail(row: Document, *, is_read: bool) -> str:
    if not is_read or not row.reading.number or row.reading.kind == Kind.Z_DE_CAISSE:
        is_said = (is_read and row.reading.supplier) or _name(row, is_read=is_read) == row.filename
        return "" if is_said else row.filename
    return f"n° {row.reading.number}"
