"""Keeping the client's list, whenever something that it depends on changed; the facts and views of the portfolio."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from comptoir.domain.missing import Policy
from comptoir.lib.plainly import bare
from comptoir.records.audit.actions import record
from comptoir.records.firms.models import Company, Firm, Person
from comptoir.records.missing import facts, queries
from comptoir.records.missing.models import Item, Keeping, SavedView

BATCH = 5000


MOST_VIEWS = 30


class TooManyViews(Exception):
    """Vous avez déjà trente vues : retirez-en une d’abord."""


class NameTaken(Exception):
    """Vous avez déjà une vue de ce nom : choisissez-en un autre."""


@transaction.atomic
def refresh(*, company: Company, transactions: Iterable[UUID] | None, at: datetime) -> bool:
    """Put these transactions on the open list or take them off (all of the company's for None); True if it changed.

    Those that follow by one piece for many debits come with the first of them.
    """
    ids = facts.all_ids(company) if transactions is None else queries.with_followers(company, transactions)
    batches = [ids[start : start + BATCH] for start in range(0, len(ids), BATCH)]
    policy = facts.policy_of(company)
    changes = [_refresh(company, policy, batch, at) for batch in batches]
    return any(changes)


def _refresh(company: Company, policy: Policy, ids: list[UUID], at: datetime) -> bool:
    kept = {row.transaction_id: row for row in Item.objects.filter(transaction__in=ids)}
    wanted = {row.id: row for row in facts.booked(company, ids) if queries.is_open(row.status(policy))}
    rows = [_item(company, row, policy, at) for row in wanted.values()]
    return _keep(rows, kept, Item.objects.filter(transaction__in=kept.keys() - wanted.keys()), "transaction")


@transaction.atomic
def refresh_pieces(*, company: Company, documents: Iterable[UUID], at: datetime) -> bool:
    """Put pieces that the firm has a question on on the list, or take them off; True if it changed."""
    ids = list(documents)
    kept = {row.document_id: row for row in Item.objects.filter(document__in=ids)}
    rows = [
        Item(
            firm_id=company.firm_id, company=company, document_id=row.id, status=row.status.value, wants_piece=False,
            has_question=True, party=row.name[:200], said=bare(row.name)[:760], booked_on=row.on,
            amount=row.amount, size=abs(row.amount), since=at,
        )
        for row in queries.questioned_pieces(company, ids)
    ]  # fmt: skip
    wanted = {row.document_id for row in rows}
    return _keep(rows, kept, Item.objects.filter(document__in=kept.keys() - wanted), "document")


def _keep(rows: list[Item], kept: dict[UUID | None, Item], gone: QuerySet[Item], key: str) -> bool:
    """Write what is not kept as it should be; what stays keeps the moment it came."""
    changed = [row for row in rows if not _is_kept(row, kept.get(getattr(row, f"{key}_id")))]
    removed, _ = gone.delete()
    Item.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=[key], update_fields=SHOWN, batch_size=1000
    )
    return bool(changed or removed)


SHOWN = (
    "status", "is_optional", "wants_piece", "has_question", "party", "said", "booked_on", "amount", "size",
)  # fmt: skip
"""What a line shows, and is kept again when it changes."""


def _is_kept(row: Item, before: Item | None) -> bool:
    return before is not None and all(getattr(row, name) == getattr(before, name) for name in SHOWN)


def _item(company: Company, row: facts.Booked, policy: Policy, at: datetime) -> Item:
    found = row.status(policy)
    assert found is not None, "only what is open is kept"
    return Item(
        firm_id=company.firm_id,
        company=company,
        transaction_id=row.id,
        status=found.value,
        is_optional=row.is_optional(policy),
        wants_piece=row.wants_piece(policy),
        has_question=row.is_questioned or row.has_replied,
        party=row.party[:200],
        said=row.said,
        booked_on=row.movement.booked_on,
        amount=row.movement.amount,
        size=abs(row.movement.amount),
        since=at,
    )


@transaction.atomic
def keep_up(*, company: Company, by: Person, at: datetime) -> Keeping:
    """The firm has worked on everything that this dossier received: what comes from now on is new."""
    keeping = Keeping.objects.create(firm_id=company.firm_id, company=company, by=by, at=at)
    record("keep_up", keeping, by=by, at=at)
    return keeping


@transaction.atomic
def save_view(*, firm: Firm, person: Person, name: str, query: str, at: datetime) -> SavedView:
    """A person keeps what they see under a name; the same name again takes the new filters. Raises `TooManyViews`."""
    own = SavedView.objects.filter(firm=firm, person=person)
    if own.exclude(name=name).count() >= MOST_VIEWS:
        raise TooManyViews(TooManyViews.__doc__)
    view, is_new = SavedView.objects.get_or_create(firm=firm, person=person, name=name, defaults={"query": query})
    if not is_new:
        view.query = query
        view.save(update_fields=["query"])
    record("save_view", view, by=person, at=at, name=name)
    return view


@transaction.atomic
def rename_view(*, view: SavedView, name: str, at: datetime) -> None:
    """Give a saved view another name; raises `NameTaken`."""
    view.name = name
    try:
        with transaction.atomic():
            view.save(update_fields=["name"])
    except IntegrityError as taken:
        raise NameTaken(NameTaken.__doc__) from taken
    record("rename_view", view, by=view.person, at=at, name=name)


@transaction.atomic
def open_with_view(*, view: SavedView, is_default: bool, at: datetime) -> None:
    """The portfolio opens with this view from now on, or no longer."""
    views = SavedView.objects.filter(firm=view.firm, person=view.person)
    # Two windows at once must not make two defaults: they wait for each other on the person's views.
    list(views.select_for_update().order_by("pk"))
    (views if is_default else views.filter(pk=view.pk)).update(is_default=False)
    views.filter(pk=view.pk).update(is_default=is_default)
    record("open_with_view", view, by=view.person, at=at, name=view.name, is_default=is_default)


@transaction.atomic
def forget_view(*, view: SavedView, at: datetime) -> None:
    """A person no longer needs a saved view."""
    record("forget_view", view, by=view.person, at=at, name=view.name)
    view.delete()
