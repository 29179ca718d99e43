"""Who is to be reminded of what, and what was told already."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.db.models import F, Max, Q

from comptoir.domain import reminder, rights
from comptoir.domain.missing import Status
from comptoir.lib import tenancy
from comptoir.records.firms import queries as people
from comptoir.records.firms.models import Company, Firm, Person
from comptoir.records.missing.models import Item
from comptoir.records.reminders.models import (
    ROLES,
    FirmPlan,
    OwnPlan,
    Pass,
    Reminded,
    Reminder,
    Unsubscription,
    as_domain,
)
from comptoir.records.requests import queries as requests
from comptoir.records.requests.models import RequestedItem

SHOWN = 12
"""How many lines a mail tells one by one."""


def firm_plan(firm_id: UUID) -> FirmPlan | None:
    """The firm's own plan, once somebody wrote it."""
    return FirmPlan.objects.filter(firm=firm_id).select_related("changed_by").first()


def own_plan(company: Company) -> OwnPlan | None:
    """A dossier's exception, if it has one."""
    return OwnPlan.objects.filter(company=company).first()


def count_own_plans(firm: Firm) -> int:
    """In how many dossiers reminders leave otherwise than the firm says."""
    return OwnPlan.objects.filter(firm=firm).count()


def plan_of(company: Company) -> reminder.Plan:
    """When this dossier's client is reminded; asked within the whole firm."""
    firm = firm_plan(company.firm_id)
    return as_domain(own_plan(company) or firm, firm)


def roles_of(company: Company) -> list[str]:
    """Which roles are reminded in this dossier; asked within the whole firm."""
    row = own_plan(company) or firm_plan(company.firm_id)
    return [role for role in (row.roles if row else ROLES) if role in ROLES]


@dataclass(frozen=True, slots=True)
class Recipient:
    """One of the client's people whom a reminder may reach, and whether they want none."""

    person: Person
    role: str
    is_unsubscribed: bool


def recipients(company: Company, on: date) -> list[Recipient]:
    """The people of the chosen roles, those who want no reminder marked."""
    refused = set(
        Unsubscription.objects.filter(company=company, ended_at=None).values_list("person_id", flat=True)
    )
    roles = roles_of(company)
    return [
        Recipient(row.person, row.role, row.person_id in refused)
        for row in people.members(company, on)
        if row.role in roles and row.person.is_active
    ]


def asking(firm: Firm) -> list[Company]:
    """The dossiers of a firm in which something is wanted of the client now."""
    waiting = Item.objects.filter(firm=firm, status=Status.TO_JUSTIFY.value, is_optional=False)
    found = Q(pk__in=waiting.values("company")) | Q(pk__in=requests.asking(firm).values("company"))
    return list(Company.objects.filter(found, firm=firm).select_related("firm"))


def wanted(company: Company, lines: Sequence[UUID]) -> list[Item]:
    """What is still wanted of these lines, or of the whole list without any; the oldest first."""
    rows = Item.objects.filter(company=company, status=Status.TO_JUSTIFY.value, is_optional=False)
    if lines:
        rows = rows.filter(Q(transaction__in=lines) | Q(document__in=lines))
    return list(rows.select_related("transaction").order_by("booked_on", "pk"))


def requested(company: Company, lines: Sequence[UUID], role: str) -> list[RequestedItem]:
    """The required documents that are still asked for, as far as this role sees them: those due first."""
    rows = requests.wanted(company, requests.visible_to(rights.Role(role))).filter(is_required=True)
    if lines:
        rows = rows.filter(pk__in=lines)
    order = (F("request__due_on").asc(nulls_last=True), "request__sent_at", "rank", "pk")
    return list(rows.select_related("request").order_by(*order))


def opens_requests(row: Pass) -> bool:
    """Whether the link of a reminder leads to the requests for documents: it told of nothing else."""
    told = Reminded.objects.filter(reminder=row.reminder_id)
    return not told.filter(requested=None).exists() and told.exists()


def requested_on(items: Sequence[RequestedItem]) -> dict[UUID, datetime]:
    """When each document was last told of by a reminder."""
    rows = Reminded.objects.filter(requested__in=[row.pk for row in items]).order_by()
    return dict(rows.values_list("requested").annotate(last=Max("at")))


def waiting(firm_id: UUID, now: datetime) -> list[Reminder]:
    """The reminders of a firm whose time has come."""
    rows = Reminder.objects.filter(firm=firm_id, due_at__lte=now, sent_at=None, ended_at=None, tried_at=None)
    return list(rows.order_by("due_at")[:1000])


def asked_on(items: Sequence[Item]) -> dict[UUID, datetime]:
    """When each line was last asked for, by its transaction or piece."""
    keys = {
        "transaction": [row.transaction_id for row in items if row.transaction_id],
        "document": [row.document_id for row in items if row.document_id],
    }
    found: dict[UUID, datetime] = {}
    for column, wanted_keys in keys.items():
        if wanted_keys:
            rows = Reminded.objects.filter(**{f"{column}__in": wanted_keys}).order_by()
            found |= dict(rows.values_list(column).annotate(last=Max("at")))
    return found


def history(company: Company) -> list[Reminder]:
    """The last reminders of a dossier."""
    rows = Reminder.objects.filter(company=company).select_related("person", "by").order_by("-at")
    return list(rows[:20])


def firm_history(firm: Firm) -> list[Reminder]:
    """The last reminders of a firm."""
    rows = Reminder.objects.filter(firm=firm).select_related("person", "by", "company").order_by("-at")
    return list(rows[:50])


def unsubscribed(firm: Firm) -> list[Unsubscription]:
    """Who of the firm's clients wants no reminder."""
    rows = Unsubscription.objects.filter(firm=firm, ended_at=None).select_related("person", "company")
    return list(rows.order_by("-at")[:200])


def is_unsubscribed(company: Company, person: Person) -> bool:
    """Whether this person wants no reminder for this company."""
    return Unsubscription.objects.filter(company=company, person=person, ended_at=None).exists()


def find_pass(token: str) -> Pass | None:
    """The pass whose link this is, whatever its state; from here on the database shows its company."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT firm, company FROM tenancy_of_pass(%s)", [fingerprint(token)])
        firm_id, company_id = cursor.fetchone()
    if firm_id is None:
        return None
    tenancy.enter(firm_id, company_id)
    rows = Pass.objects.select_related("company__firm", "person")
    return rows.filter(token_hash=fingerprint(token)).first()


def fingerprint(token: str) -> str:
    """What is kept of a token: it opens nothing, but the token can be told by it."""
    return hashlib.sha256(token.encode()).hexdigest()


def firm(firm_id: UUID) -> Firm:
    """The firm itself."""
    return Firm.objects.get(pk=firm_id)


def plan_since(company: Company) -> datetime | None:
    """Since when the plan that holds for this dossier is what it is."""
    row = own_plan(company) or firm_plan(company.firm_id)
    return row.changed_at if row else None


def held(reminder_id: UUID) -> Reminder | None:
    """One reminder, held until this transaction ends: two workers never send it at once."""
    rows = Reminder.objects.select_for_update(of=("self",)).select_related("company__firm", "person")
    return rows.filter(pk=reminder_id).first()


def recipients_of(company: Company, on: date) -> list[Recipient]:
    """The same for a session that sees this company alone: the firm's plan is looked up within the firm."""
    with tenancy.within(company.firm_id):
        return recipients(company, on)
