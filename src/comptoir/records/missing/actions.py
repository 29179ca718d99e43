"""Keeping the client's list, whenever something that it depends on changed; the facts and views of the portfolio."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from comptoir.domain.missing import needs_document
from comptoir.records.audit.actions import record
from comptoir.records.firms.models import Company, Firm, Person
from comptoir.records.missing import queries
from comptoir.records.missing.models import Item, Keeping, SavedView

BATCH = 5000


MOST_VIEWS = 30


class TooManyViews(Exception):
    """Vous avez déjà trente vues : retirez-en une d’abord."""


class NameTaken(Exception):
    """Vous avez déjà une vue de ce nom : choisissez-en un autre."""


@transaction.atomic
def refresh(*, company: Company, transactions: Iterable[UUID] | None, at: datetime) -> bool:
    """Put these transactions on the list or take them off (all of the company's for None); True if it changed."""
    ids = list(transactions) if transactions is not None else queries.all_ids(company)
    batches = [ids[start : start + BATCH] for start in range(0, len(ids), BATCH)]
    changes = [_refresh(company, batch, at) for batch in batches]
    return any(changes)


def _refresh(company: Company, ids: list[UUID], at: datetime) -> bool:
    wanted = {row.id: row for row in queries.booked(company, ids) if needs_document(row.movement, company.policy)}
    listed = set(Item.objects.filter(transaction__in=ids).values_list("transaction_id", flat=True))
    gone, new = listed - wanted.keys(), wanted.keys() - listed
    if gone:
        Item.objects.filter(transaction__in=gone).delete()
    Item.objects.bulk_create(
        [
            Item(
                firm_id=company.firm_id,
                company=company,
                transaction_id=pk,
                booked_on=wanted[pk].movement.booked_on,
                amount=wanted[pk].movement.amount,
                since=at,
            )
            for pk in new
        ],
        ignore_conflicts=True,
        batch_size=1000,
    )
    return bool(gone or new)


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
