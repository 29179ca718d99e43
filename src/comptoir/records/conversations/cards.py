"""What a message is about, as it is now, for who looks: a card, or only that something is reserved."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from comptoir.domain.document import Status
from comptoir.domain.folder import Folder
from comptoir.domain.rights import Act
from comptoir.records.banking.models import Transaction
from comptoir.records.conversations.actions import Thing
from comptoir.records.conversations.models import Mention
from comptoir.records.deposits.models import Document
from comptoir.records.firms.queries import Seat
from comptoir.records.ledger import pieces
from comptoir.records.ledger.models import Entry
from comptoir.records.matching.models import Match


@dataclass(frozen=True, slots=True)
class Card:
    """A thing as one who may see it sees it; `status` is a piece's, `state` what is said of the others."""

    kind: str
    key: str
    title: str
    detail: str = ""
    day: date | None = None
    amount: Decimal | None = None
    status: Status | None = None
    state: str = ""

    @property
    def is_reserved(self) -> bool:
        """Whether there is something that the person may not see."""
        return self.kind == RESERVED

    @property
    def written(self) -> str:
        """As a form sends it: `transaction:<id>`."""
        return f"{self.kind}:{self.key}"


RESERVED = "reserved"
HIDDEN = Card(RESERVED, "", "Élément réservé")
GONE = Card(RESERVED, "", "Cette écriture n’est plus là")


def may_see(seat: Seat, thing: Thing) -> bool:
    """Whether the thing itself is there for this seat."""
    if isinstance(thing, Transaction):
        return seat.may(Act.SEE_BANK)
    if isinstance(thing, Document):
        is_own = thing.deposited_by_id == seat.person.pk and seat.may(Act.SEE_OWN_DOCUMENTS)
        return seat.may(Act.SEE_DOCUMENTS) or is_own
    if isinstance(thing, Entry):
        return seat.is_firm and seat.may(Act.SEE_BOOKS)
    return seat.may(thing.act)


def of_mentions(seat: Seat, mentions: Iterable[Mention]) -> dict[UUID, Card]:
    """The card of each mention, by its key, in as many questions for one as for a hundred."""
    things = {mention.pk: thing_of(mention) for mention in mentions}
    cards = of_things(seat, [thing for thing in things.values() if thing is not None])
    return {key: GONE if thing is None else cards[thing] for key, thing in things.items()}


def thing_of(mention: Mention) -> Thing | None:
    """What a mention points at; None for an entry that is no longer there."""
    if mention.folder:
        return Folder(mention.folder)
    return mention.transaction or mention.document or mention.entry


def of_things(seat: Seat, things: Iterable[Thing]) -> dict[Thing, Card]:
    """The card of each thing as this seat sees it."""
    unique = list(dict.fromkeys(things))
    seen = [thing for thing in unique if may_see(seat, thing)]
    documents = [thing for thing in seen if isinstance(thing, Document)]
    found = {piece.id: piece for piece in pieces.many(documents)} if documents else {}
    moved = [thing.pk for thing in seen if isinstance(thing, Transaction)]
    matched = (
        set(Match.objects.filter(transaction__in=moved).values_list("transaction", flat=True)) if moved else set()
    )
    cards: dict[Thing, Card] = dict.fromkeys(unique, HIDDEN)
    for thing in seen:
        if isinstance(thing, Transaction):
            cards[thing] = _transaction(thing, is_matched=thing.pk in matched)
        elif isinstance(thing, Document):
            cards[thing] = _piece(thing, found.get(thing.pk))
        elif isinstance(thing, Entry):
            cards[thing] = _entry(thing)
        else:
            cards[thing] = Card("folder", thing.value, thing.french, state="Dossier partagé")
    return cards


def _transaction(row: Transaction, *, is_matched: bool) -> Card:
    state = "Justifié" if is_matched else "Sans justificatif"
    return Card(
        "transaction",
        str(row.pk),
        row.payee or row.label,
        row.account.name,
        row.booked_on,
        row.amount,
        state=state,
    )


def _piece(row: Document, piece: pieces.Piece | None) -> Card:
    if piece is None:
        return Card("document", str(row.pk), row.filename)
    return Card("document", str(row.pk), piece.name, piece.detail, piece.issued_on, piece.total, piece.status)


def _entry(row: Entry) -> Card:
    state = "Validée" if row.validated_at else "Comptabilisée" if row.posted_at else "Proposée"
    return Card(
        "entry",
        str(row.pk),
        row.label,
        f"journal {row.journal.code} {row.number}".strip(),
        row.dated_on,
        state=state,
    )
