"""The company file (*dossier permanent*): who the company is, whom to ask there, whom it asks here, what is awaited."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max, Q

from comptoir.domain.company import When
from comptoir.lib import tenancy
from comptoir.records.audit.actions import record
from comptoir.records.firms.models import Assignment, ChecklistItem, Company, Contact, FirmMembership, Person

FIELDS = (
    "reference", "name", "trade_name", "legal_form", "siren", "siret", "vat_number", "address", "activity", "naf",
    "vat_regime", "vat_on", "keeping",
)  # fmt: skip
"""What a person may change of a company."""

Changes = dict[str, list[str]]
"""What changed: each field with what it was and what it is."""


class Taken(Exception):
    """Un autre dossier du cabinet porte déjà ce SIREN ou cette référence : rien n’a été enregistré."""


@transaction.atomic
def edit(
    *, company: Company, values: Mapping[str, str], by: Person, at: datetime, also: Mapping[str, list[str]]
) -> Changes:
    """Write what a person changed, in one event that says before and after; `also` is what changed beside it.

    Raises `Taken` where another dossier was faster.
    """
    held = Company.objects.select_for_update(no_key=True).get(pk=company.pk)
    changes: Changes = {
        name: [getattr(held, name), values[name]]
        for name in FIELDS
        if name in values and values[name] != getattr(held, name)
    }
    for name, (_, after) in changes.items():
        setattr(held, name, after)
    if changes:
        try:
            with transaction.atomic():
                held.save(update_fields=list(changes))
        except IntegrityError as fault:
            raise Taken(Taken.__doc__) from fault
    told = changes | dict(also)
    if told:
        record("edit_file", held, by=by, at=at, changes=told)
    return told


@transaction.atomic
def write_contact(
    *,
    company: Company,
    contact: Contact | None,
    values: Mapping[str, str],
    is_main: bool,
    by: Person,
    at: datetime,
) -> Contact:
    """Add somebody to ask at the company, or correct what is known of them; one alone is the main one."""
    row = contact or Contact(firm_id=company.firm_id, company=company)
    before = _told(row) if contact else None
    _lock(company)
    others = Contact.objects.filter(company=company).exclude(pk=row.pk)
    row.name, row.title, row.email, row.phone = (values[name] for name in ("name", "title", "email", "phone"))
    row.is_main = is_main or not others.filter(is_main=True).exists()
    if row.is_main:
        others.filter(is_main=True).update(is_main=False)
    row.save()
    record("write_contact", row, by=by, at=at, before=before, after=_told(row))
    return row


@transaction.atomic
def remove_contact(*, contact: Contact, by: Person, at: datetime) -> None:
    """Somebody is no longer to be asked; the first of those left becomes the main one."""
    _lock(contact.company)
    record("remove_contact", contact, by=by, at=at, before=_told(contact))
    Contact.objects.filter(pk=contact.pk).delete()
    rest = Contact.objects.filter(company=contact.company_id)
    heir = None if rest.filter(is_main=True).exists() else rest.first()
    if heir:
        Contact.objects.filter(pk=heir.pk).update(is_main=True)


@transaction.atomic
def show_interlocutors(
    *, company: Company, shown: Collection[UUID], titles: Mapping[UUID, str], by: Person, at: datetime
) -> None:
    """Say which of the people who keep a dossier its client sees, and the function of each (by membership)."""
    assignments = Assignment.objects.select_for_update(of=("self",)).filter(company=company)
    changes: Changes = {}
    for row in assignments.select_related("person"):
        if row.is_interlocutor != (row.person_id in shown):
            row.is_interlocutor = row.person_id in shown
            row.save(update_fields=["is_interlocutor"])
            changes[row.person.full_name] = _shown_or_not(row.is_interlocutor)
    changes |= _retitle(company, titles)
    if changes:
        record("show_interlocutors", company, by=by, at=at, changes=changes)


def _retitle(company: Company, titles: Mapping[UUID, str]) -> Changes:
    """The functions that change: they are the firm's rows, that a company's session only reads."""
    changes: Changes = {}
    with tenancy.within(company.firm_id):
        memberships = FirmMembership.objects.filter(firm=company.firm_id, person__in=titles)
        for membership in memberships.select_related("person"):
            title = titles[membership.person_id]
            if membership.title != title:
                changes[f"Fonction de {membership.person.full_name}"] = [membership.title, title]
                membership.title = title
                membership.save(update_fields=["title"])
    return changes


@transaction.atomic
def request_documents(
    *, company: Company, labels: Sequence[str], when: When, by: Person, at: datetime
) -> list[ChecklistItem]:
    """Ask for documents at one moment of the dossier's life."""
    _lock(company)
    last = ChecklistItem.objects.filter(company=company).aggregate(last=Max("rank"))["last"] or 0
    items = [
        ChecklistItem(firm_id=company.firm_id, company=company, when=when, rank=rank, label=label)
        for rank, label in enumerate(labels, last + 1)
    ]
    ChecklistItem.objects.bulk_create(items)
    record("request_documents", company, by=by, at=at, labels=list(labels), when=when)
    return items


@transaction.atomic
def tick(*, item: ChecklistItem, is_done: bool, by: Person, at: datetime) -> None:
    """A document came, or is awaited again; said twice, it is said once."""
    held = ChecklistItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
    if (held.done_at is not None) == is_done:
        return
    held.done_by, held.done_at = (by, at) if is_done else (None, None)
    held.save(update_fields=["done_by", "done_at"])
    record("tick" if is_done else "untick", held, by=by, at=at, label=held.label)


@transaction.atomic
def withdraw_request(*, item: ChecklistItem, by: Person, at: datetime) -> None:
    """A document is no longer awaited; the log keeps that it was."""
    record("withdraw_request", item, by=by, at=at, label=item.label, done_at=item.done_at)
    ChecklistItem.objects.filter(pk=item.pk).delete()


def interlocutors(company: Company, on: date) -> list[tuple[Person, str]]:
    """Those of the firm whom the client sees as *vos interlocuteurs*, each with their function."""
    return [(row.person, title) for row, title in keepers(company, on) if row.is_interlocutor]


def keepers(company: Company, on: date) -> list[tuple[Assignment, str]]:
    """Those of the firm who keep a dossier on a day and still work there, each with their function."""
    titles = {row.person_id: row.title for row in FirmMembership.objects.filter(_holds(on), firm=company.firm_id)}
    rows = Assignment.objects.filter(_holds(on), company=company, person__is_active=True)
    return [
        (row, titles[row.person_id])
        for row in rows.select_related("person").order_by("since", "person__last_name", "id")
        if row.person_id in titles
    ]


def contacts(company: Company) -> list[Contact]:
    """Those to ask at the company, the main one first."""
    return list(Contact.objects.filter(company=company))


def contact(company: Company, contact_id: UUID) -> Contact | None:
    """Somebody to ask at this company, or None."""
    return Contact.objects.filter(company=company, pk=contact_id).select_related("company").first()


def requests(company: Company) -> dict[When, list[ChecklistItem]]:
    """What is awaited, by moment; moments at which nothing is are left out."""
    rows = list(ChecklistItem.objects.filter(company=company).select_related("done_by"))
    return {when: found for when in When if (found := [row for row in rows if row.when == when])}


def request(company: Company, item_id: UUID) -> ChecklistItem | None:
    """One document awaited in this dossier, or None."""
    return ChecklistItem.objects.filter(company=company, pk=item_id).select_related("company").first()


def _holds(on: date) -> Q:
    return Q(ended_on=None) | Q(ended_on__gt=on)


def _lock(company: Company) -> None:
    Company.objects.select_for_update(no_key=True).get(pk=company.pk)


def _told(row: Contact) -> dict[str, object]:
    return {name: getattr(row, name) for name in ("name", "title", "email", "phone", "is_main")}


def _shown_or_not(is_shown: bool) -> list[str]:
    return ["", "interlocuteur"] if is_shown else ["interlocuteur", ""]
