"""Inviting somebody to the firm or to a company's space, and what becomes of the invitation."""

import hashlib
import secrets
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, connection, models, transaction
from django.db.models import Q

from comptoir.domain.invitation import LASTS, REST, State
from comptoir.domain.opening import Director
from comptoir.domain.rights import CLIENT_ROLES, FIRM_ROLES, Role
from comptoir.domain.text import on_one_line
from comptoir.lib import tenancy
from comptoir.lib.live import announce
from comptoir.records.audit.actions import record, record_each
from comptoir.records.firms import actions as firms
from comptoir.records.firms.models import (
    Company,
    CompanyMembership,
    Contact,
    Firm,
    FirmMembership,
    Invitation,
    Person,
    is_open,
)


class AlreadyThere(Exception):
    """Cette personne fait déjà partie de cet espace."""


class AlreadyInvited(Exception):
    """Cette adresse est déjà invitée : relancez l’invitation plutôt que d’en faire une autre."""


class WrongRole(Exception):
    """Ce rôle n’existe pas de ce côté."""


class NoLongerOpen(Exception):
    """Cette invitation n’est plus ouverte."""


class JustSent(Exception):
    """Cette invitation vient de partir : laissez-lui une minute avant de la relancer."""


class OtherAddress(Exception):
    """Cette invitation est adressée à une autre personne."""


class TooMany(Exception):
    """Vous avez invité vingt personnes depuis hier : attendez demain, ou demandez à votre cabinet."""


ACCEPTED_SHOWN = timedelta(days=30)
"""How long the list still shows that an invitation was accepted, beside the person who came by it."""

MOST_A_DAY = 20
"""How many people somebody of a client's may invite in a day: nobody writes to strangers in the firm's name."""


def refuse_too_many(company: Company, *, by: Person, at: datetime) -> None:
    """Raise `TooMany` where this person has invited enough for today."""
    since = at - timedelta(days=1)
    if Invitation.objects.filter(company=company, by=by, at__gt=since).count() >= MOST_A_DAY:
        raise TooMany(TooMany.__doc__)


@transaction.atomic
def invite(
    *,
    firm: Firm,
    company: Company | None = None,
    email: str,
    role: Role,
    by: Person,
    at: datetime,
    first_name: str = "",
    last_name: str = "",
) -> Invitation:
    """Note who is to be invited, to the firm or to one of its companies; `send` makes the link.

    Raises `AlreadyThere`, `AlreadyInvited`, `WrongRole`.
    """
    if role not in (CLIENT_ROLES if company else FIRM_ROLES):
        raise WrongRole(WrongRole.__doc__)
    address = email.strip().lower()
    if _is_there(firm, company, address, at):
        raise AlreadyThere(AlreadyThere.__doc__)
    if open_invitations(firm, company).filter(email=address).exists():
        raise AlreadyInvited(AlreadyInvited.__doc__)
    invitation = Invitation(
        firm=firm, company=company, email=address, first_name=first_name.strip(), last_name=last_name.strip(),
        role=role, by=by, at=at,
    )  # fmt: skip
    try:
        with transaction.atomic():
            invitation.save(force_insert=True)
    except IntegrityError as twin:  # somebody was faster
        raise AlreadyInvited(AlreadyInvited.__doc__) from twin
    record("invite", invitation, by=by, at=at, email=address, role=role)
    _tell(invitation)
    return invitation


@transaction.atomic
def note_directors(*, invited: Sequence[tuple[Company, Director]], by: Person, at: datetime) -> list[Invitation]:
    """Note who will lead each of many dossiers just opened, where nobody can be yet; `send` makes their links."""
    rows = [
        Invitation(
            firm_id=company.firm_id, company=company, email=one.email.strip().lower(), role=Role.DIRIGEANT,
            first_name=one.first_name.strip(), last_name=one.last_name.strip(), by=by, at=at,
        )
        for company, one in invited
    ]  # fmt: skip
    made = Invitation.objects.bulk_create(rows, batch_size=500)
    said = [(row, {"email": row.email, "role": row.role}) for row in made]
    record_each("invite", said, by=by, at=at)
    return made


@transaction.atomic
def send(*, invitation: Invitation, by: Person, at: datetime) -> str:
    """Make the link's token and say it once; a former link no longer opens.

    Raises `NoLongerOpen`, and `JustSent` for one that left a moment ago.
    """
    row = Invitation.objects.select_for_update().get(pk=invitation.pk)
    _refuse_closed(row)
    if row.sent_at and at < row.sent_at + REST:
        raise JustSent(JustSent.__doc__)
    token = secrets.token_urlsafe(32)
    row.token_hash, row.sent_at, row.expires_at = fingerprint(token), at, at + LASTS
    row.save(update_fields=["token_hash", "sent_at", "expires_at"])
    invitation.sent_at, invitation.expires_at = row.sent_at, row.expires_at  # as the letter says them
    record("send_invitation", row, by=by, at=at, email=row.email)
    _tell(row)
    return token


@transaction.atomic
def revoke(*, invitation: Invitation, by: Person, at: datetime) -> None:
    """Close an invitation that nobody accepted; its link opens no more. Raises `NoLongerOpen`."""
    row = Invitation.objects.select_for_update().get(pk=invitation.pk)
    _refuse_closed(row)
    row.revoked_at = at
    row.save(update_fields=["revoked_at"])
    record("revoke_invitation", row, by=by, at=at, email=row.email)
    _tell(row)


@transaction.atomic
def accept(*, invitation: Invitation, person: Person, at: datetime) -> Invitation:
    """The person joins, once; of two acceptances at once the second is told.

    Raises `NoLongerOpen` for a link that was used, revoked or expired, `OtherAddress` for somebody else's.
    """
    row = (
        Invitation.objects.select_for_update(of=("self",)).select_related("firm", "company").get(pk=invitation.pk)
    )
    if row.state(at) is not State.SENT:
        raise NoLongerOpen(NoLongerOpen.__doc__)
    if row.email != person.email.lower():
        raise OtherAddress(OtherAddress.__doc__)
    if row.company:
        firms.join_company(company=row.company, person=person, role=row.role_enum, at=at)
    else:
        firms.join_firm(firm=row.firm, person=person, role=row.role_enum, at=at)
    row.accepted_at, row.accepted_by = at, person
    row.save(update_fields=["accepted_at", "accepted_by"])
    record("accept_invitation", row, by=person, at=at, role=row.role)
    _tell(row)
    return row


@transaction.atomic
def accept_as_new(
    *, invitation: Invitation, first_name: str, last_name: str, password: str | None, at: datetime
) -> Person:
    """Somebody without an account gets one and joins, both or neither; without a password, by a passkey to come.

    Raises `NoLongerOpen`, also where the same link was faster elsewhere.
    """
    try:
        with transaction.atomic():
            person = firms.new_person(
                email=invitation.email, password=password, first_name=first_name, last_name=last_name
            )
    except IntegrityError as twin:
        raise NoLongerOpen(NoLongerOpen.__doc__) from twin
    accept(invitation=invitation, person=person, at=at)
    return person


@dataclass(frozen=True, slots=True)
class Plan:
    """Whom a dossier's invitation would go to: those noted or whose link expired, else its main contact, else nobody."""

    company: Company
    waiting: tuple[Invitation, ...] = ()
    contact: Contact | None = None
    open_until: date | None = None
    has_access: bool = False

    @property
    def count(self) -> int:
        """How many letters it makes."""
        return len(self.waiting) + (self.contact is not None)


def plans(companies: Sequence[Company], at: datetime) -> list[Plan]:
    """What inviting the clients of these dossiers would do, in four questions however many they are."""
    asked: dict[UUID | None, list[Invitation]] = defaultdict(list)
    for row in Invitation.objects.filter(company__in=companies, accepted_at=None, revoked_at=None).order_by("at"):
        asked[row.company_id].append(row)
    there = Q(ended_on=None) | Q(ended_on__gt=at.date())
    having = set(CompanyMembership.objects.filter(there, company__in=companies).values_list("company", flat=True))
    mains = Contact.objects.filter(company__in=companies, is_main=True).exclude(email="")
    contacts = {row.company_id: row for row in mains}
    return [_plan(one, asked[one.pk], one.pk in having, contacts.get(one.pk), at) for one in companies]


def _plan(company: Company, asked: list[Invitation], has_access: bool, main: Contact | None, at: datetime) -> Plan:
    waiting = tuple(row for row in asked if row.state(at) is not State.SENT)
    opened = [row.until for row in asked if row.state(at) is State.SENT and row.until]
    is_new = not (asked or has_access)
    return Plan(company, waiting, main if is_new else None, max(opened, default=None), has_access)


def invite_contact(*, contact: Contact, by: Person, at: datetime) -> Invitation:
    """Note the main contact of a company as its *dirigeant* to be; raises as `invite` does."""
    first, _, last = on_one_line(contact.name).partition(" ")
    is_name = "@" not in first
    return invite(
        firm=contact.company.firm,
        company=contact.company,
        email=contact.email,
        role=Role.DIRIGEANT,
        first_name=first[:80] if is_name else "",
        last_name=last[:80] if is_name else "",
        by=by,
        at=at,
    )


def find(token: str) -> Invitation | None:
    """The invitation whose link this is, whatever its state; from here on the database shows its space.

    What was never sent, or sent again since, is not found: its link holds another token.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT firm, company FROM tenancy_of_invitation(%s)", [fingerprint(token)])
        firm_id, company_id = cursor.fetchone()
    if firm_id is None:
        return None
    tenancy.enter(firm_id, company_id)
    rows = Invitation.objects.select_related("firm", "company", "by")
    return rows.filter(token_hash=fingerprint(token)).first()


def fingerprint(token: str) -> str:
    """What is kept of a token: it opens nothing, but the token can be told by it."""
    return hashlib.sha256(token.encode()).hexdigest()


def open_invitations(firm: Firm, company: Company | None) -> models.QuerySet[Invitation]:
    """Those of a company, or of the firm itself, that are neither accepted nor revoked."""
    rows = Invitation.objects.filter(firm=firm, accepted_at=None, revoked_at=None)
    return rows.filter(company=company) if company else rows.filter(company__isnull=True)


def listed(firm: Firm, company: Company | None, at: datetime) -> list[Invitation]:
    """The open ones, and those accepted of late, newest first."""
    is_open = Q(accepted_at=None, revoked_at=None)
    rows = Invitation.objects.filter(is_open | Q(accepted_at__gt=at - ACCEPTED_SHOWN), firm=firm, company=company)
    return list(rows.select_related("by", "firm", "company").order_by("-at", "-id"))


def is_anybody_invited(company: Company) -> bool:
    """Whether somebody else is asked to join a company's space and has not answered yet."""
    return open_invitations(company.firm, company).exclude(sent_at=None).exists()


def one(firm: Firm, company: Company | None, invitation_id: UUID) -> Invitation | None:
    """An open one of this company, or of the firm itself."""
    rows = open_invitations(firm, company).select_related("by", "firm", "company")
    return rows.filter(pk=invitation_id).first()


def _is_there(firm: Firm, company: Company | None, address: str, at: datetime) -> bool:
    theirs = Q(person__email=address)
    rows = (
        CompanyMembership.objects.filter(theirs, company=company).values_list("ended_on", flat=True)
        if company
        else FirmMembership.objects.filter(theirs, firm=firm).values_list("ended_on", flat=True)
    )
    return any(is_open(ended_on, at.date()) for ended_on in rows)


def _tell(invitation: Invitation) -> None:
    """Lists of people that are open show where the invitation stands."""
    announce(invitation.company_id or invitation.firm_id, ["people"])


def _refuse_closed(invitation: Invitation) -> None:
    if invitation.accepted_at or invitation.revoked_at:
        raise NoLongerOpen(NoLongerOpen.__doc__)
