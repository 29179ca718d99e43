"""Lettrage: what was matched is lettered as soon as both sides are posted."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction as db

from comptoir.lib.live import announce
from comptoir.pipeline.between import books_of, moved
from comptoir.pipeline.missing import relist
from comptoir.records.firms.models import Company, Person
from comptoir.records.ledger import lettrage
from comptoir.records.ledger.models import Entry, Lettrage, Line
from comptoir.records.matching import queries as matches
from comptoir.records.matching import settling


def settle(company: Company, *, documents: Iterable[UUID], at: datetime, by_person: bool = False) -> None:
    """What a match brings about: the bank entry on the third party, the letter once both sides are posted.

    `by_person`: a person has just made the link, so that it counts more than an account chosen before.
    """
    for group in matches.groups(documents=documents):
        settling.move_bank_entries(group, at=at, over_chosen=by_person)
        settling.letter(group, at=at)
        relist(company, group.transactions, at=at)


def letter(*, lines: Sequence[Line], by: Person, at: datetime) -> Lettrage:
    """A person letters lines by hand."""
    with db.atomic():
        made = lettrage.letter(lines=lines, by=by, at=at, reason=f"Lettré par {by.full_name}")
        relist(made.company, transactions_of(made), at=at)
        moved(made.company)
        announce(made.company_id, ["production"])
    return made


def unletter(*, made: Lettrage, by: Person, at: datetime) -> None:
    """A person takes a letter back; the machine does not put it on the same lines again."""
    with books_of(made.company):
        touched = transactions_of(made)
        lettrage.refuse(lettrage=made, by=by, at=at)
        lettrage.unletter(lettrage=made, by=by, at=at)
        relist(made.company, touched, at=at)
        announce(made.company_id, ["production"])


def unletter_by_machine(entry: Entry, *, by: Person | None, at: datetime) -> list[UUID]:
    """Take the machine's letters off an entry, and say which transactions they held."""
    made = list(Lettrage.objects.filter(lettered__line__entry=entry, by=None).distinct())
    touched = [pk for letter in made for pk in transactions_of(letter)]
    for letter in made:
        lettrage.unletter(lettrage=letter, by=by, at=at)
    return touched


def transactions_of(made: Lettrage) -> list[UUID]:
    rows = made.lettered.values_list("line__entry__transaction_id", flat=True)
    return [pk for pk in rows if pk is not None]
