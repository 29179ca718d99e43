"""Setting up firms, dossiers and people."""

from datetime import datetime

from django.db import connection, transaction

from comptoir.domain.rights import Role
from comptoir.lib import tenancy
from comptoir.lib.live import SEATS, announce
from comptoir.records.audit.actions import record
from comptoir.records.firms.models import (
    Assignment,
    Company,
    CompanyMembership,
    Firm,
    FirmMembership,
    Person,
    is_open,
)


class AlreadySetUp(Exception):
    """Cette installation a déjà son cabinet."""


@transaction.atomic
def set_up_firm(*, name: str, siren: str = "", by: Person) -> Firm:
    """Create a firm with its first expert-comptable."""
    firm = Firm(name=name, siren=siren)
    with tenancy.within(firm.pk):
        firm.save(force_insert=True)
        FirmMembership.objects.create(firm=firm, person=by, role=Role.EXPERT_COMPTABLE)
    return firm


@transaction.atomic
def join_firm(*, firm: Firm, person: Person, role: Role, at: datetime) -> FirmMembership:
    """Give a person a role in a firm; one who had left comes back with this one."""
    membership, is_new = FirmMembership.objects.get_or_create(firm=firm, person=person, defaults={"role": role})
    if not is_new and not is_open(membership.ended_on, at.date()):
        membership.role, membership.ended_on, is_new = role, None, True
        membership.save(update_fields=["role", "ended_on"])
    if is_new:
        record("join_firm", membership, by=person, at=at, role=role)
    return membership


@transaction.atomic
def hold(company: Company) -> None:
    """Make whoever else writes this company's books wait until this transaction ends; readers never wait."""
    Company.objects.select_for_update(no_key=True).get(pk=company.pk)


def open_dossier(
    *, firm: Firm, by: Person, at: datetime, name: str, siren: str = "", **details: object
) -> Company:
    """Create a company's dossier, kept at first by who creates it."""
    company = Company.objects.create(firm=firm, name=name, siren=siren, **details)
    record("open_dossier", company, by=by, at=at, name=name)
    assign(company=company, person=by, by=by, at=at)
    return company


@transaction.atomic
def assign(*, company: Company, person: Person, by: Person, at: datetime) -> Assignment:
    """Give a dossier to one of the firm's people."""
    assignment, is_new = Assignment.objects.get_or_create(
        company=company, person=person, defaults={"firm_id": company.firm_id, "since": at.date()}
    )
    if not is_new and not is_open(assignment.ended_on, at.date()):
        assignment.since, assignment.ended_on, is_new = at.date(), None, True
        assignment.save(update_fields=["since", "ended_on"])
    if is_new:
        record("assign_dossier", assignment, by=by, at=at, person=person.pk, name=person.full_name)
        announce(company.firm_id, ["portfolio"])
    return assignment


@transaction.atomic
def unassign(*, company: Company, person: Person, by: Person, at: datetime) -> None:
    """Take a dossier from one of the firm's people: from this moment it is not theirs, on open screens too."""
    rows = Assignment.objects.filter(company=company, person=person)
    for assignment in rows:
        if is_open(assignment.ended_on, at.date()):
            assignment.ended_on = at.date()
            assignment.save(update_fields=["ended_on"])
            record("unassign_dossier", assignment, by=by, at=at, person=person.pk, name=person.full_name)
            announce(company.pk, [SEATS])
            announce(company.firm_id, ["portfolio", SEATS])


@transaction.atomic
def join_company(
    *, company: Company, person: Person, role: Role, at: datetime, claimant_account: str = "467000"
) -> CompanyMembership:
    """Give a client's person a role in their company."""
    membership, is_new = CompanyMembership.objects.get_or_create(
        company=company,
        person=person,
        defaults={"firm_id": company.firm_id, "role": role, "claimant_account": claimant_account},
    )
    if not is_new and not is_open(membership.ended_on, at.date()):
        membership.role, membership.ended_on, is_new = role, None, True
        membership.save(update_fields=["role", "ended_on"])
    if is_new:
        record("join_company", membership, by=person, at=at, role=role)
    return membership


@transaction.atomic
def first_person(*, firm: str, first_name: str, last_name: str, email: str, password: str, at: datetime) -> Person:
    """Set an empty installation up; raises `AlreadySetUp` where somebody was faster."""
    # Two first runs at once must not make two firms: the lock makes the second wait, then see the first.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('first_run'))")
    if tenancy.every_firm():
        raise AlreadySetUp(AlreadySetUp.__doc__)
    person = new_person(email=email, password=password, first_name=first_name, last_name=last_name)
    made = set_up_firm(name=firm, by=person)
    with tenancy.within(made.pk):
        record("set_up_firm", made, by=person, at=at, name=made.name)
    return person


def new_person(*, email: str, password: str | None, first_name: str, last_name: str) -> Person:
    """Somebody who may sign in; without a password, by a passkey that they add at once."""
    return Person.objects.create_user(email, password, first_name=first_name.strip(), last_name=last_name.strip())
