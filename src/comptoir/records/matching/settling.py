"""What a rapprochement brings about in the books: the payment on the piece's third party, then the letter."""

from datetime import datetime

from django.db import transaction as db
from django.db.models import Q

from comptoir.records.firms.models import Person
from comptoir.records.ledger import bank as bank_entries
from comptoir.records.ledger import lettrage
from comptoir.records.ledger.models import Entry, Line
from comptoir.records.matching import queries
from comptoir.records.matching.queries import Group


def move_bank_entries(group: Group, *, at: datetime, over_chosen: bool) -> None:
    """The counterpart of a matched transaction is the third party of its piece, where they are of one amount.

    What a person joined though the amounts differ stays where it was booked: the firm decides. An account that somebody had
    chosen is left for a link made by a person later (`over_chosen`), behind a lock once the day is reopened.
    """
    line = (
        Line.objects.of_third_parties()
        .filter(entry__document__in=group.documents, entry__reverses=None, entry__reversed_by=None)
        .select_related("auxiliary")
        .first()
    )
    if line is None or queries.gap(group):
        return
    if over_chosen:
        bank_entries.hold_back_chosen(group.transactions, at=at)
    left_to_the_machine = Q() if over_chosen else Q(revised_by=None)
    for entry in Entry.objects.posted().filter(left_to_the_machine, transaction__in=group.transactions):
        others = bank_entries.counterparts(entry)
        if [(other.account, other.auxiliary_id) for other in others] == [(line.account, line.auxiliary_id)]:
            continue
        bank_entries.assign(
            entry=entry,
            account=line.account,
            auxiliary=line.auxiliary.code if line.auxiliary else "",
            by=None,
            at=at,
            reason=f"Rapprochée : {group.reason}",
        )


def letter(group: Group, *, at: datetime) -> None:
    """Letter the two sides of a match once both are posted and pay each other off; else it waits."""
    of_pieces = Q(entry__document__in=group.documents, entry__reverses=None, entry__reversed_by=None)
    rows = list(
        Line.objects.of_third_parties()
        .filter(of_pieces | Q(entry__transaction__in=group.transactions), lettered=None)
        .select_related("auxiliary")
    )
    if lettrage.is_refused(rows):
        return
    try:
        with db.atomic():
            lettrage.letter(lines=rows, by=None, at=at, reason=group.reason)
    except lettrage.NotLetterable:
        return


def letter_with_mirror(entry: Entry, mirror: Entry, *, by: Person | None, at: datetime) -> None:
    """An entry and its mirror pay each other off, third party by third party; what a person lettered stays."""
    lines = Line.objects.of_third_parties().filter(entry__in=(entry, mirror), lettered=None)
    for account, auxiliary in {(line.account, line.auxiliary_id) for line in lines}:
        pair = list(lines.filter(account=account, auxiliary=auxiliary).select_related("auxiliary"))
        try:
            with db.atomic():
                lettrage.letter(lines=pair, by=by, at=at, reason=f"Extourne de {entry.number or entry.label}")
        except lettrage.NotLetterable:
            continue
