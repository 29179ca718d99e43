"""The people of a firm and of a company: changing a role, leaving, and handing dossiers over.

Whoever leaves goes at once; nothing that they did disappears.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from comptoir.domain.claimant import ACCOUNTS
from comptoir.domain.rights import Assignation, Role, SecondFactor
from comptoir.lib.live import SEATS, announce, announce_each
from comptoir.records.audit.actions import record, record_each
from comptoir.records.firms import actions as firms
from comptoir.records.firms.models import (
    Assignment,
    Company,
    CompanyMembership,
    Firm,
    FirmMembership,
    Invitation,
    Person,
    is_open,
)


class LastExpertComptable(Exception):
    """C’est le dernier expert-comptable du cabinet : donnez d’abord ce rôle à une autre personne."""


class LastDirigeant(Exception):
    """C’est le dernier dirigeant de l’entreprise : donnez d’abord ce rôle à une autre personne, ou invitez-en une."""


@transaction.atomic
def change_firm_role(*, membership: FirmMembership, role: Role, by: Person, at: datetime) -> None:
    """Give one of the firm's people another role; raises `LastExpertComptable`."""
    membership = _held(membership)
    if role is not Role.EXPERT_COMPTABLE:
        _refuse_last_expert(membership, at)
    before, membership.role = membership.role, role
    membership.save(update_fields=["role"])
    record("change_role", membership, by=by, at=at, before=before, role=role, name=membership.person.full_name)
    announce(membership.firm_id, ["people", "portfolio", SEATS])
    _recheck(membership)


@transaction.atomic
def leave_firm(*, membership: FirmMembership, heir: Person | None, by: Person, at: datetime) -> int:
    """One of the firm's people leaves; their dossiers go to the heir, and how many is returned.

    Raises `LastExpertComptable`.
    """
    membership = _held(membership)
    _refuse_last_expert(membership, at)
    membership.ended_on = at.date()
    membership.save(update_fields=["ended_on"])
    record("leave_firm", membership, by=by, at=at, name=membership.person.full_name)
    count = hand_over(firm=membership.firm, giver=membership.person, heir=heir, by=by, at=at)
    announce(membership.firm_id, ["people", "portfolio", SEATS])
    return count


@transaction.atomic
def hand_over(*, firm: Firm, giver: Person, heir: Person | None, by: Person, at: datetime) -> int:
    """All dossiers of one person become another's, or nobody's; says how many."""
    given = list(Assignment.objects.filter(firm=firm, person=giver, ended_on=None))
    if heir is not None:
        _assign_each([row.company_id for row in given], firm=firm, heir=heir, by=by, at=at)
    Assignment.objects.filter(pk__in=[row.pk for row in given]).update(ended_on=at.date())
    said = {"person": giver.pk, "name": giver.full_name}
    record_each("unassign_dossier", [(row, said) for row in given], by=by, at=at)
    announce_each([row.company_id for row in given], [SEATS])
    announce(firm.pk, ["portfolio", SEATS])
    return len(given)


def _assign_each(companies: Sequence[UUID], *, firm: Firm, heir: Person, by: Person, at: datetime) -> None:
    """Give many dossiers to one of the firm's people; those that are theirs already stay so, unsaid."""
    known = {row.company_id: row for row in Assignment.objects.filter(company__in=companies, person=heir)}
    new = [
        Assignment(firm=firm, company_id=pk, person=heir, since=at.date()) for pk in companies if pk not in known
    ]
    Assignment.objects.bulk_create(new, batch_size=1000, ignore_conflicts=True)  # somebody may give one meanwhile
    again = [row for row in known.values() if not is_open(row.ended_on, at.date())]
    Assignment.objects.filter(pk__in=[row.pk for row in again]).update(since=at.date(), ended_on=None)
    said = {"person": heir.pk, "name": heir.full_name}
    record_each("assign_dossier", [(row, said) for row in (*new, *again)], by=by, at=at)


@transaction.atomic
def set_claimant_account(*, membership: CompanyMembership, account: str, by: Person, at: datetime) -> bool:
    """The account by which a person's notes de frais are paid back; says whether that changed it."""
    if account not in ACCOUNTS or account == membership.claimant_account:
        return False
    former, membership.claimant_account = membership.claimant_account, account
    membership.save(update_fields=["claimant_account"])
    record(
        "set_claimant_account",
        membership,
        by=by,
        at=at,
        name=membership.person.full_name,
        former=former,
        account=account,
    )
    return True


@transaction.atomic
def change_company_role(*, membership: CompanyMembership, role: Role, by: Person, at: datetime) -> None:
    """Give one of a company's people another role; raises `LastDirigeant`."""
    firms.hold(membership.company)
    membership.refresh_from_db(fields=["role", "ended_on"])
    if role is not Role.DIRIGEANT:
        _refuse_last_dirigeant(membership, at)
    before, membership.role = membership.role, role
    membership.save(update_fields=["role"])
    record("change_role", membership, by=by, at=at, before=before, role=role, name=membership.person.full_name)
    announce(membership.company_id, ["people", SEATS])


@transaction.atomic
def leave_company(*, membership: CompanyMembership, by: Person, at: datetime, is_by_firm: bool = False) -> None:
    """One of a company's people leaves its space; raises `LastDirigeant`.

    The firm may close the space to its last dirigeant once it has invited another: a wrong address may have taken
    the invitation, and whoever took it must not be there for as long as the right one takes to answer.
    """
    firms.hold(membership.company)
    membership.refresh_from_db(fields=["role", "ended_on"])
    if not (is_by_firm and _is_dirigeant_invited(membership.company, at)):
        _refuse_last_dirigeant(membership, at)
    membership.ended_on = at.date()
    membership.save(update_fields=["ended_on"])
    record("leave_company", membership, by=by, at=at, name=membership.person.full_name)
    announce(membership.company_id, ["people", SEATS])


@transaction.atomic
def set_confidentiality(
    *,
    firm: Firm,
    assignation: Assignation,
    second_factor: SecondFactor,
    collaborateurs_validate: bool,
    by: Person,
    at: datetime,
) -> None:
    """How the firm holds its dossiers apart among its own people, and how they sign in; at once, on open screens too."""
    wanted = {
        "assignation": assignation,
        "second_factor": second_factor,
        "collaborateurs_validate": collaborateurs_validate,
    }
    row = Firm.objects.select_for_update(no_key=True).get(pk=firm.pk)
    changes = {name: value for name, value in wanted.items() if getattr(row, name) != value}
    for name, value in changes.items():
        setattr(row, name, value)
    if changes:
        row.save(update_fields=list(changes))
        record("set_confidentiality", row, by=by, at=at, **changes)
        announce(row.pk, ["portfolio", SEATS])


def _held(membership: FirmMembership) -> FirmMembership:
    """The membership as it is now; two changes of one firm's people wait for each other."""
    Firm.objects.select_for_update(no_key=True).get(pk=membership.firm_id)
    return FirmMembership.objects.select_related("firm", "person").get(pk=membership.pk)


def _refuse_last_expert(membership: FirmMembership, at: datetime) -> None:
    others = FirmMembership.objects.filter(
        firm=membership.firm, role=Role.EXPERT_COMPTABLE, person__is_active=True
    )
    if membership.role == Role.EXPERT_COMPTABLE and not _still(others.exclude(pk=membership.pk), at):
        raise LastExpertComptable(LastExpertComptable.__doc__)


def _refuse_last_dirigeant(membership: CompanyMembership, at: datetime) -> None:
    others = CompanyMembership.objects.filter(
        company=membership.company, role=Role.DIRIGEANT, person__is_active=True
    )
    if membership.role == Role.DIRIGEANT and not _still(others.exclude(pk=membership.pk), at):
        raise LastDirigeant(LastDirigeant.__doc__)


def _is_dirigeant_invited(company: Company, at: datetime) -> bool:
    """Whether another dirigeant has a link that opens."""
    rows = Invitation.objects.filter(company=company, role=Role.DIRIGEANT, accepted_at=None, revoked_at=None)
    return rows.filter(expires_at__gt=at).exists()


def _still(rows: QuerySet[Any], at: datetime) -> bool:
    return rows.filter(Q(ended_on=None) | Q(ended_on__gt=at.date())).exists()


def _recheck(membership: FirmMembership) -> None:
    """Open streams of every dossier this person keeps ask again what they may hear."""
    for company in Company.objects.filter(firm=membership.firm, pk__in=_kept_by(membership)):
        announce(company.pk, [SEATS])


def _kept_by(membership: FirmMembership) -> QuerySet[Any]:
    rows = Assignment.objects.filter(firm=membership.firm, person=membership.person, ended_on=None)
    return rows.values("company")
