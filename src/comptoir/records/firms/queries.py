"""Who may enter where: the spaces of a person, and a dossier with the rights in it."""

import contextlib
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q, QuerySet

from comptoir.domain.rights import CLIENT_ROLES, FIRM_ROLES, Act, Assignation, Role, may
from comptoir.lib import tenancy
from comptoir.lib.plainly import bare
from comptoir.records.firms.models import Assignment, Company, CompanyMembership, Firm, FirmMembership, Person


@dataclass(frozen=True, slots=True)
class Seat:
    """A person's place in a company's space: from the firm's side or from the client's, with one role.

    `viewer` is somebody of the firm who looks at the space with this person's eyes: they change nothing there. `only`:
    who came by a reminder's link, without signing in, may do these acts and no other.
    """

    person: Person
    company: Company
    role: Role
    is_firm: bool
    viewer: Person | None = None
    only: frozenset[Act] | None = None

    def may(self, act: Act) -> bool:
        """Whether the role gives the act."""
        return (self.only is None or act in self.only) and may(self.role, act, self.company.firm.given)


@dataclass(frozen=True, slots=True)
class FirmSeat:
    """A person's place in a firm."""

    person: Person
    firm: Firm
    role: Role

    def may(self, act: Act) -> bool:
        """Whether the role gives the act."""
        return may(self.role, act, self.firm.given)


@dataclass(frozen=True, slots=True)
class Spaces:
    """Everywhere a person may go: firms where they work, companies that are theirs."""

    firms: list[FirmSeat]
    companies: list[Seat]


def client_side(person: Person, company_id: UUID, on: date) -> Seat | None:
    """The person's place in this company as one of its own people."""
    with tenancy.person(person.pk):
        rows = _open(CompanyMembership.objects.filter(person=person, company_id=company_id), on)
        row = rows.select_related("company__firm").first()
    return Seat(person, row.company, Role(row.role), is_firm=False) if row else None


def seat_of(person: Person, company_id: UUID, on: date) -> Seat | None:
    """The person's place in this company, on whichever side."""
    return client_side(person, company_id, on) or firm_side(person, company_id, on)


def firm_side(person: Person, company_id: UUID, on: date) -> Seat | None:
    """The person's place in this company as one of its firm: an expert-comptable everywhere, others if assigned."""
    with tenancy.person(person.pk):
        company = Company.objects.select_related("firm").filter(pk=company_id).first()
        row = company and _open(FirmMembership.objects.filter(person=person, firm=company.firm), on).first()
        if not company or not row:
            return None
        role = Role(row.role)
        if may(role, Act.SEE_EVERY_DOSSIER) or _is_assigned(person, company, on):
            return Seat(person, company, role, is_firm=True)
    return None


def viewed(viewer: Person, company_id: UUID, membership_id: UUID | None, on: date) -> Seat | None:
    """The space as one of the company's people sees it, for somebody of the firm who may look with their eyes.

    Without anybody, as a *dirigeant* would see it.
    """
    own = firm_side(viewer, company_id, on)
    if own is None or not own.may(Act.VIEW_AS_CLIENT):
        return None
    if membership_id is None:
        return Seat(viewer, own.company, Role.DIRIGEANT, is_firm=False, viewer=viewer)
    with tenancy.within(own.company.firm_id, own.company.pk):
        row = member(own.company, membership_id, on)
    return Seat(row.person, own.company, Role(row.role), is_firm=False, viewer=viewer) if row else None


def company(company_id: UUID) -> Company | None:
    """A company, as far as the session may see it."""
    return Company.objects.select_related("firm").filter(pk=company_id).first()


def active_person(person_id: UUID) -> Person | None:
    """Somebody who may sign in."""
    return Person.objects.filter(pk=person_id, is_active=True).first()


def members(company: Company, on: date) -> list[CompanyMembership]:
    """The company's own people, the dirigeants first."""
    rows = _open(CompanyMembership.objects.filter(company=company), on).select_related("person", "company")
    return sorted(rows, key=lambda row: (CLIENT_ROLES.index(Role(row.role)), row.person.last_name.lower()))


def member(company: Company, membership_id: UUID, on: date) -> CompanyMembership | None:
    """One of the company's own people."""
    rows = _open(CompanyMembership.objects.filter(company=company, pk=membership_id), on)
    row: CompanyMembership | None = rows.select_related("person", "company").first()
    return row


def colleagues(firm: Firm, on: date) -> list[FirmMembership]:
    """The firm's people, by role, with how many dossiers each keeps."""
    kept = Count(
        "person__assignments", filter=Q(person__assignments__firm=firm, person__assignments__ended_on=None)
    )
    rows = _open(FirmMembership.objects.filter(firm=firm), on).select_related("person", "firm")
    found = rows.annotate(dossiers=kept)
    return sorted(found, key=lambda row: (FIRM_ROLES.index(Role(row.role)), row.person.last_name.lower()))


def colleague(firm: Firm, membership_id: UUID, on: date) -> FirmMembership | None:
    """One of the firm's people."""
    rows = _open(FirmMembership.objects.filter(firm=firm, pk=membership_id), on)
    row: FirmMembership | None = rows.select_related("person", "firm").first()
    return row


def kept(person: Person, firm: Firm) -> list[Company]:
    """The dossiers of a firm that somebody keeps."""
    rows = Assignment.objects.filter(firm=firm, person=person, ended_on=None).select_related("company")
    return [row.company for row in rows.order_by("company__name")]


def client_places(person: Person, firm: Firm, on: date) -> list[CompanyMembership]:
    """The companies of a firm of which somebody is one of the client's own people too."""
    rows = _open(CompanyMembership.objects.filter(firm=firm, person=person), on)
    return list(rows.select_related("company").order_by("company__name"))


def firm_seat(person: Person, firm_id: UUID, on: date) -> FirmSeat | None:
    """The person's place in this firm."""
    with tenancy.person(person.pk):
        rows = _open(FirmMembership.objects.filter(person=person, firm_id=firm_id), on)
        row = rows.select_related("firm").first()
    return FirmSeat(person, row.firm, Role(row.role)) if row else None


def spaces(person: Person, on: date) -> Spaces:
    """Everywhere this person may go."""
    with tenancy.person(person.pk):
        firms = _open(FirmMembership.objects.filter(person=person), on).select_related("firm")
        companies = _open(CompanyMembership.objects.filter(person=person), on).select_related("company__firm")
        return Spaces(
            [FirmSeat(person, row.firm, Role(row.role)) for row in firms.order_by("firm__name")],
            [
                Seat(person, row.company, Role(row.role), is_firm=False)
                for row in companies.order_by("company__name")
            ],
        )


def dossiers(seat: FirmSeat, on: date) -> list[Company]:
    """The dossiers that this person of the firm may enter."""
    return list(enterable(seat, on).order_by("name"))


def named(seat: FirmSeat, on: date, words: str, *, most: int) -> list[Company]:
    """Those among them whose reference, name or SIREN holds each of the words, accents or not; the first by name."""
    rows = enterable(seat, on)
    for word in words.split():
        rows = rows.filter(plain__contains=bare(word))
    return list(rows.order_by("name")[:most])


def answering_to(firm_id: UUID, said: str) -> list[Company]:
    """The dossiers of a firm that an identifier, a reference or a whole name means, for who runs the server."""
    if not (said := said.strip()):
        return []
    meant = Q(name__iexact=said) | Q(reference__iexact=said)
    with contextlib.suppress(ValueError):
        meant |= Q(pk=UUID(said))
    return list(Company.objects.filter(meant, firm=firm_id).order_by("name", "pk"))


def enterable(seat: FirmSeat, on: date) -> QuerySet[Company]:
    """The dossiers that this person of the firm may enter: every one, or those assigned to them."""
    return _of_the_firm(seat) if seat.may(Act.SEE_EVERY_DOSSIER) else mine(seat, on)


def mine(seat: FirmSeat, on: date) -> QuerySet[Company]:
    """The dossiers that this person keeps."""
    return _of_the_firm(seat).filter(pk__in=_open(seat.person.assignments, on).values("company"))


def count_mine(seat: FirmSeat, on: date) -> int:
    """How many dossiers this person keeps: they are assigned each once."""
    held: int = _open(seat.person.assignments.filter(firm=seat.firm), on).count()
    return held


def legal_forms(firm: Firm) -> list[str]:
    """Every legal form among the firm's dossiers, in order: found one after the other in their index."""
    with connection.cursor() as cursor:
        cursor.execute(_LEGAL_FORMS, {"firm": firm.pk})
        return [name for (name,) in cursor.fetchall()]


_LEGAL_FORMS = """
    WITH RECURSIVE form AS (
        SELECT min(legal_form) AS name FROM firms_company WHERE firm_id = %(firm)s AND legal_form > ''
        UNION ALL
        SELECT (SELECT min(legal_form) FROM firms_company WHERE firm_id = %(firm)s AND legal_form > form.name)
        FROM form WHERE name IS NOT NULL
    ) SELECT name FROM form WHERE name IS NOT NULL
"""


def visible(seat: FirmSeat, on: date) -> QuerySet[Company]:
    """The dossiers that exist for this person: where *assignation* is *libre*, colleagues' too, by name only."""
    is_free = seat.firm.assignation == Assignation.LIBRE
    return _of_the_firm(seat) if is_free else enterable(seat, on)


def assignable(seat: FirmSeat, on: date) -> QuerySet[Company]:
    """The dossiers that this person gives to others: every one, or for a *chef de mission* their own."""
    return enterable(seat, on) if seat.may(Act.ASSIGN) else Company.objects.none()


def assignments(on: date) -> QuerySet[Assignment]:
    """Who keeps what, that day."""
    rows: QuerySet[Assignment] = _open(Assignment.objects.all(), on)
    return rows


def memberships(on: date) -> QuerySet[CompanyMembership]:
    """Who of the clients' own people has access, that day."""
    rows: QuerySet[CompanyMembership] = _open(CompanyMembership.objects.all(), on)
    return rows


def keepers(company: Company, on: date) -> list[Person]:
    """Who keeps a dossier, the longest first."""
    rows = assignments(on).filter(company=company).select_related("person").order_by("since", "pk")
    return [row.person for row in rows]


def at_work(firm: Firm, on: date) -> QuerySet[Person]:
    """The people of a firm, to choose among: those who may sign in."""
    members = _open(FirmMembership.objects.filter(firm=firm), on).values("person")
    return Person.objects.filter(pk__in=members, is_active=True).order_by("first_name", "last_name")


def _of_the_firm(seat: FirmSeat) -> QuerySet[Company]:
    return Company.objects.filter(firm=seat.firm)


def payers(company: Company, on: date) -> list[Person]:
    """The company's own people: who may have advanced a note de frais."""
    rows = _open(CompanyMembership.objects.filter(company=company), on).select_related("person")
    return [row.person for row in rows.order_by("person__first_name", "person__last_name")]


def claimant_account(company: Company, person: Person | None) -> str:
    """The account that repays what this person advanced; 467 for one who is not of the company."""
    row = CompanyMembership.objects.filter(company=company, person=person).first()
    return row.claimant_account if row else "467000"


@dataclass(frozen=True, slots=True)
class Names:
    """Everybody and every dossier that a firm's log may speak of, by identifier; those who left too."""

    people: dict[UUID, str]
    companies: dict[UUID, str]


def names_of(firm: Firm) -> Names:
    """The names for a firm's log."""
    theirs = Q(firm_memberships__firm=firm) | Q(company_memberships__firm=firm)
    people = Person.objects.filter(theirs).distinct()
    companies = Company.objects.filter(firm=firm).order_by("name")
    return Names(
        {person.pk: person.full_name for person in people}, {company.pk: company.name for company in companies}
    )


def is_empty() -> bool:
    """Whether nobody has set this installation up yet."""
    return not tenancy.every_firm()


def _open(rows: Any, on: date) -> Any:
    """Those that still hold: any of the three kinds of membership."""
    return rows.filter(Q(ended_on=None) | Q(ended_on__gt=on))


def _is_assigned(person: Person, company: Company, on: date) -> bool:
    return bool(_open(person.assignments.filter(company=company), on).exists())


def by_address(email: str) -> Person | None:
    """Whose account this address is."""
    return Person.objects.filter(email=email.strip().lower()).first()
