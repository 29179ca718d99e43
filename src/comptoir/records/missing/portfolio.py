"""The firm's home list: one page of dossiers in any order, each with what waits in it, and the sums of what is shown.

Of a colleague's dossier only its name is told: no figure of it is shown, summed, filtered or sorted by.
"""

from collections import defaultdict
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any
from uuid import UUID
from zlib import crc32

from django.db import connection
from django.db.models import Case, Count, Exists, F, Min, OuterRef, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Lower, NullIf

from comptoir.domain.rights import Act, Assignation
from comptoir.lib.english import colon
from comptoir.lib.english.catalog import english
from comptoir.lib.plainly import bare
from comptoir.records.connections.queries import needing_client
from comptoir.records.firms import queries as people
from comptoir.records.firms.models import Company, Contact, Firm, Person
from comptoir.records.firms.queries import FirmSeat
from comptoir.records.missing.filters import NOBODY, Filters
from comptoir.records.missing.models import Keeping, SavedView, Standing
from comptoir.records.missing.standings import NAMES, left, refresh

PAGE = 50
AT_A_LOOK = 5
"""How many dossiers that moved are made again while somebody waits for the page; a job makes the others."""
LATE = timedelta(days=35)
"""A bank sends a statement a month: later than that, one is missing."""
SILENT = timedelta(days=31)
"""A month without any deposit is long for a shop."""


@dataclass(frozen=True, slots=True)
class Bank:
    """Up to which day a dossier's accounts are proved, as the accountant hears it."""

    proved_on: date | None
    is_late: bool
    accounts: str
    needs_client: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the portfolio; a colleague's dossier has no standing here."""

    company: Company
    keepers: tuple[Person, ...]
    is_mine: bool
    closes_on: date | None
    standing: Standing | None
    bank: Bank | None
    contact: Contact | None = None

    @property
    def version(self) -> str:
        """What the line shows, in short: a page that has it already leaves the line alone."""
        figures = [getattr(self.standing, name, None) for name in NAMES]
        company = (self.company.reference, self.company.name, self.company.legal_form, self.company.siren)
        contact = (self.contact.name, self.contact.email, self.contact.phone) if self.contact else None
        shown = (
            company,
            self.company.keeping,
            contact,
            [person.pk for person in self.keepers],
            self.closes_on,
            figures,
            self.bank,
        )
        return f"{crc32(repr(shown).encode()):x}"


@dataclass(frozen=True, slots=True)
class Sums:
    """What waits, over several dossiers that the person may enter."""

    dossiers: int = 0
    to_review: int = 0
    in_suspense: int = 0
    unlettered: int = 0
    to_validate: int = 0
    unseen: int = 0
    missing: int = 0
    with_review: int = 0
    with_suspense: int = 0
    with_missing: int = 0
    stood: int = 0

    @property
    def all_stand(self) -> bool:
        """Whether each of them has its figures."""
        return self.stood == self.dossiers


@dataclass(frozen=True, slots=True)
class Choices:
    """What the filters offer: only what is among the dossiers that exist for the person."""

    legal_forms: list[str]
    keepers: list[Person]


@dataclass(frozen=True, slots=True)
class Portfolio:
    """One page of the portfolio."""

    rows: list[Row]
    filters: Filters
    count: int
    pages: int
    first: int
    sums: Sums
    scope: Sums
    mine: int
    everybodys: int | None
    busiest: UUID | None
    behind: int = 0

    @property
    def last(self) -> int:
        """The rank of the last row shown."""
        return self.first + len(self.rows) - 1

    @property
    def previous(self) -> Filters | None:
        """The page before."""
        return self.filters.at_page(self.filters.page - 1) if self.filters.page > 1 else None

    @property
    def next(self) -> Filters | None:
        """The page after."""
        return self.filters.at_page(self.filters.page + 1) if self.filters.page < self.pages else None


def portfolio(seat: FirmSeat, filters: Filters, on: date) -> Portfolio:
    """One page, in a fixed number of questions, however many dossiers the firm has.

    `behind` dossiers have moved and are shown as they were: too many for a page to make them again while one waits.
    """
    scope = _scope(seat, filters, on)
    asked = _asked(scope, seat, filters, on)
    made, whole = _summed_anew(_entered(scope, seat, on), seat, filters, on)
    sums = _sums(_entered(asked, seat, on)) if filters.narrows else whole
    count = sums.dossiers if seat.may(Act.SEE_EVERY_DOSSIER) else asked.count()
    pages = max(1, -(-count // PAGE))
    filters = filters.at_page(min(filters.page, pages))
    first = (filters.page - 1) * PAGE
    if whole.all_stand and _is_whole_firm(seat, filters) and filters.column.is_counted and not filters.narrows:
        asked = _up_to_the_page(asked, seat.firm, filters)
    ordered = _ordered(asked, seat, filters, on, all_stand=whole.all_stand)
    return Portfolio(
        rows=_rows(ordered, slice(first, first + PAGE), seat, on),
        filters=filters,
        count=count,
        pages=pages,
        first=first + 1,
        sums=sums,
        scope=whole,
        mine=people.count_mine(seat, on) if filters.is_everybodys else whole.dossiers,
        everybodys=_everybodys(seat, filters, whole, on),
        busiest=_busiest(scope, seat, on) if whole.to_review else None,
        behind=left(seat.firm, on) if made >= AT_A_LOOK else 0,
    )


def _summed_anew(entered: QuerySet[Company], seat: FirmSeat, filters: Filters, on: date) -> tuple[int, Sums]:
    """How many standings were made again, and the sums then; these tell whether a dossier has none yet."""

    def summed() -> Sums:
        return _sums_of_firm(seat.firm) if _is_whole_firm(seat, filters) else _sums(entered)

    made = refresh(firm=seat.firm, on=on, most=AT_A_LOOK, has_new=False)
    whole = summed()
    if made or whole.all_stand:
        return made, whole
    return refresh(firm=seat.firm, on=on, most=AT_A_LOOK, has_new=True), summed()


def _is_whole_firm(seat: FirmSeat, filters: Filters) -> bool:
    """Whether the scope is every dossier of the firm, with its figures."""
    return filters.is_everybodys and seat.may(Act.SEE_EVERY_DOSSIER)


def _everybodys(seat: FirmSeat, filters: Filters, whole: Sums, on: date) -> int | None:
    """How many dossiers the firm has, where that is not a secret to the person."""
    if not sees_others(seat):
        return None
    if _is_whole_firm(seat, filters):
        return whole.dossiers
    return people.visible(seat, on).count()


def every_row(seat: FirmSeat, filters: Filters, on: date) -> list[Row]:
    """Every dossier asked for that the person may enter, for a file."""
    refresh(firm=seat.firm, on=on)
    asked = _entered(_asked(_scope(seat, filters, on), seat, filters, on), seat, on)
    return _rows(_ordered(asked, seat, filters, on, all_stand=True), slice(None), seat, on)


def sees_others(seat: FirmSeat) -> bool:
    """Whether dossiers that are not the person's exist for them at all."""
    return seat.may(Act.SEE_EVERY_DOSSIER) or seat.firm.assignation == Assignation.LIBRE


def choices(seat: FirmSeat, on: date) -> Choices:
    """What the filters may choose among."""
    kept = people.assignments(on).filter(firm=seat.firm)
    if sees_others(seat):
        forms = people.legal_forms(seat.firm)
    else:
        seen = people.visible(seat, on)
        kept = kept.filter(company__in=seen)
        forms = list(
            seen.exclude(legal_form="").values_list("legal_form", flat=True).distinct().order_by("legal_form")
        )
    return Choices(forms, list(Person.objects.filter(pk__in=kept.values("person")).order_by("first_name")))


def last_kept(company: Company) -> Keeping | None:
    """When the dossier was last said to be kept up, and by whom."""
    return Keeping.objects.filter(company=company).select_related("by").order_by("-at").first()


def views(firm: Firm, person: Person) -> list[SavedView]:
    """The person's own views of this firm's portfolio."""
    return list(SavedView.objects.filter(firm=firm, person=person))


def opening_view(firm: Firm, person: Person) -> SavedView | None:
    """The view that the person's portfolio opens with, if they chose one."""
    return SavedView.objects.filter(firm=firm, person=person, is_default=True).first()


def view(firm: Firm, person: Person, view_id: UUID) -> SavedView | None:
    """One of the person's own views, or None."""
    return SavedView.objects.filter(firm=firm, person=person, pk=view_id).first()


def _scope(seat: FirmSeat, filters: Filters, on: date) -> QuerySet[Company]:
    return people.visible(seat, on) if filters.is_everybodys else people.mine(seat, on)


def _entered(rows: QuerySet[Company], seat: FirmSeat, on: date) -> QuerySet[Company]:
    """Those whose figures the person may know."""
    if seat.may(Act.SEE_EVERY_DOSSIER):
        return rows
    return rows.filter(pk__in=people.enterable(seat, on).values("pk"))


def _asked(rows: QuerySet[Company], seat: FirmSeat, filters: Filters, on: date) -> QuerySet[Company]:
    for word in _words(filters.words):
        rows = rows.filter(plain__contains=bare(word))
    if filters.closing_month:
        rows = rows.filter(standing__closes_on__month=filters.closing_month)
    if filters.legal_form:
        rows = rows.filter(legal_form=filters.legal_form)
    if filters.keeper:
        kept = people.assignments(on).filter(company=OuterRef("pk"))
        is_nobodys = filters.keeper == NOBODY
        rows = rows.filter(~Exists(kept) if is_nobodys else Exists(kept.filter(person_id=UUID(filters.keeper))))
    if filters.waiting or filters.keeping:
        # A colleague's dossier that came or went with such a filter would tell its figure.
        rows = _entered(rows, seat, on)
    if filters.keeping:
        rows = rows.filter(keeping=filters.keeping)
    for name in filters.waiting:
        rows = rows.filter(_waits(name, on))
    return rows


def _words(written: str) -> list[str]:
    """Each word counts; a SIREN is one word however it is spaced."""
    joined = "".join(written.split())
    return [joined] if joined.isdecimal() else written.split()


def _waits(name: str, on: date) -> Q:
    return {
        "pieces": Q(standing__to_review__gt=0),
        "suspens": Q(standing__in_suspense__gt=0),
        "lettrage": Q(standing__unlettered__gt=0),
        "validation": Q(standing__to_validate__gt=0),
        "neuves": Q(standing__unseen__gt=0),
        "manquantes": Q(standing__missing__gt=0),
        "messages": Q(standing__messages__gt=0),
        "banque": Q(standing__proved_on__lt=on - LATE) | Q(pk__in=needing_client(on).values("company")),
        "jamais": Q(standing__kept_at=None),
        "silence": Q(standing__last_deposit_at=None) | Q(standing__last_deposit_at__date__lt=on - SILENT),
        "contact": ~Q(Exists(Contact.objects.filter(company=OuterRef("pk"), is_main=True))),
        "acces": ~Q(Exists(people.memberships(on).filter(company=OuterRef("pk")))),
    }[name]


def _ordered(rows: QuerySet[Company], seat: FirmSeat, filters: Filters, on: date, *, all_stand: bool) -> Any:
    """In the order asked, then by name; what is empty or not to be known comes last, whichever the way."""
    column = filters.column
    order: Any = F(column.order)
    if column.is_counted and all_stand and seat.may(Act.SEE_EVERY_DOSSIER):
        # None is without its figure, and the figures' own index may give the order where their firm is named.
        way = order.desc() if filters.is_falling else order.asc()
        return rows.filter(standing__firm=seat.firm).order_by(way, "name", "pk")
    if column.order == "keeper":
        rows = _with_keeper(rows, on)
    elif column.order == "contact":
        rows = _with_contact(rows, seat, on)
    elif column.order == "plain_name":
        order = F("plain")
    elif column.order in ("reference", "legal_form", "siren"):
        order = NullIf(F(column.order), Value(""))
    elif column.is_figure and not seat.may(Act.SEE_EVERY_DOSSIER):
        order = Case(When(pk__in=people.enterable(seat, on).values("pk"), then=order))
    way = order.desc(nulls_last=True) if filters.is_falling else order.asc(nulls_last=True)
    return rows.order_by(way, "name", "pk")


def _up_to_the_page(rows: QuerySet[Company], firm: Firm, filters: Filters) -> QuerySet[Company]:
    """Of every dossier of the firm those as far as the page goes: none has a figure beyond the page's last.

    Told first and by the figures alone, it spares the names of all the firm's dossiers where fifty are shown.
    """
    figure = filters.column.order
    name = figure.removeprefix("standing__")
    rank = filters.page * PAGE - 1
    figures = Standing.objects.filter(firm=firm).order_by(f"-{name}" if filters.is_falling else name)
    last = figures.values_list(name, flat=True)[rank : rank + 1].first()
    if last is None:
        return rows
    return rows.filter(**{f"{figure}__{'gte' if filters.is_falling else 'lte'}": last})


def _with_keeper(rows: QuerySet[Company], on: date) -> Any:
    """Each dossier's key with its first keeper's name."""
    is_open = Q(assignments__ended_on=None) | Q(assignments__ended_on__gt=on)
    # Grouped by the key alone: by every column of the dossier, it would cost three times as much.
    return rows.values("pk").annotate(keeper=Lower(Min("assignments__person__first_name", filter=is_open)))


def _with_contact(rows: QuerySet[Company], seat: FirmSeat, on: date) -> Any:
    """The same with its main contact's name, where the person may know it."""
    known = Q(contacts__is_main=True)
    if not seat.may(Act.SEE_EVERY_DOSSIER):
        known &= Q(pk__in=people.enterable(seat, on).values("pk"))
    return rows.values("pk").annotate(contact=Lower(Min("contacts__name", filter=known)))


def _sums(rows: QuerySet[Company]) -> Sums:
    found = rows.aggregate(
        dossiers=Count("pk"),
        stood=Count("standing"),
        **{name: Sum(f"standing__{name}") for name in _SUMMED},
        with_review=Count("pk", filter=Q(standing__to_review__gt=0)),
        with_suspense=Count("pk", filter=Q(standing__in_suspense__gt=0)),
        with_missing=Count("pk", filter=Q(standing__missing__gt=0)),
    )
    return Sums(**{name: value or 0 for name, value in found.items()})


def _sums_of_firm(firm: Firm) -> Sums:
    """The same over every dossier of the firm: its rows are allowed once, and not joined one by one."""
    with connection.cursor() as cursor:
        cursor.execute(_OF_FIRM, {"firm": firm.pk})
        return Sums(*cursor.fetchone())


_OF_FIRM = f"""
    SELECT {", ".join(each.name for each in fields(Sums))}
    FROM standings_summed(%(firm)s), dossiers_counted(%(firm)s) AS counted (dossiers)
"""  # noqa: S608  # the columns are ours


_SUMMED = ("to_review", "in_suspense", "unlettered", "to_validate", "unseen", "missing")


def _busiest(scope: QuerySet[Company], seat: FirmSeat, on: date) -> UUID | None:
    """Where to begin: the dossier with the most to review."""
    rows = Standing.objects.filter(firm=seat.firm).order_by("-to_review", "pk")
    if not seat.may(Act.SEE_EVERY_DOSSIER):
        rows = rows.filter(company__in=_entered(scope, seat, on).values("pk"))
    return rows.values_list("company", flat=True).first()


def _rows(ordered: QuerySet[Any], shown: slice, seat: FirmSeat, on: date) -> list[Row]:
    # Only the keys are put in order: whole rows of five thousand dossiers would be carried through the sort.
    keys = ordered.values("pk")[shown] if shown.stop else ordered.values("pk")
    ids = [row["pk"] for row in keys]
    companies = Company.objects.filter(firm=seat.firm).select_related("standing").in_bulk(ids)
    keepers: dict[UUID, list[Person]] = defaultdict(list)
    kept = people.assignments(on).filter(company__in=ids).select_related("person").order_by("since", "pk")
    for assignment in kept:
        keepers[assignment.company_id].append(assignment.person)
    contacts = {row.company_id: row for row in Contact.objects.filter(company__in=ids, is_main=True)}
    cut_off = set(needing_client(on).filter(company__in=ids).values_list("company", flat=True))
    return [_row(companies[pk], tuple(keepers[pk]), contacts.get(pk), seat, on, pk in cut_off) for pk in ids]


def _row(
    company: Company,
    keepers: tuple[Person, ...],
    contact: Contact | None,
    seat: FirmSeat,
    on: date,
    needs_client: bool,
) -> Row:
    standing: Standing | None = getattr(company, "standing", None)
    closes_on = standing.closes_on if standing else None
    is_mine = seat.person in keepers
    if standing is None or not (is_mine or seat.may(Act.SEE_EVERY_DOSSIER)):
        return Row(company, keepers, is_mine, closes_on, None, None)
    return Row(company, keepers, is_mine, closes_on, standing, _bank(standing, on, needs_client), contact)


def _bank(standing: Standing, on: date, needs_client: bool) -> Bank:
    proved_on = standing.proved_on
    said = [f"{name}{colon()}{_proof(day)}" for name, day in standing.accounts]
    return Bank(proved_on, proved_on is not None and proved_on < on - LATE, "\n".join(said), needs_client)


def _proof(day: str) -> str:
    return english(f"prouvé au {date.fromisoformat(day):%d/%m/%Y}" if day else "aucun relevé")
