"""All bank accounts of a firm's dossiers, and which of them want something of somebody."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import DateField, Exists, OuterRef, Q, QuerySet, Subquery

from comptoir.gateways.bank.bridge.statuses import RECONNECTED
from comptoir.records.banking.models import BankAccount, Statement, Transaction, UnreadStatement
from comptoir.records.connections.models import Feed
from comptoir.records.connections.queries import needing_client
from comptoir.records.firms.models import Company

PAGE = 100
LATE = timedelta(days=35)
"""A bank sends a statement a month: later than that, one is missing."""


class Want(StrEnum):
    """What an account wants. The values stand in addresses."""

    RECONNECT = "reconnexion"
    ATTACH = "rattachement"
    STATEMENT = "releve"
    FILE = "fichier"

    @property
    def french(self) -> str:
        """As the filter is named."""
        return {
            "reconnexion": "À reconnecter",
            "rattachement": "À rattacher",
            "releve": "Relevé attendu",
            "fichier": "Fichier à expliquer",
        }[self]


@dataclass(frozen=True, slots=True)
class Line:
    """One account: how far it is proved, its last movement, how it is connected."""

    account: BankAccount
    proved_on: date | None
    moved_on: date | None
    is_late: bool
    is_connected: bool
    needs_client: bool
    ends_soon_at: datetime | None
    """When the client's agreement ends, where that is all that is wanted of them."""
    bank: str | None
    """What the bank is called that waits for its client."""
    has_unread: bool
    """Whether a file waits for somebody to say what it is."""


@dataclass(frozen=True, slots=True)
class Board:
    """One page of accounts, by dossier; how many want what."""

    lines: list[Line]
    waiting: list[tuple[Company, Feed]]
    """Accounts that clients share and that feed nothing yet: with the filter that asks for them."""
    counts: dict[Want, int]
    page: int
    pages: int


def board(companies: QuerySet[Company], *, want: Want | None, page: int, on: date) -> Board:
    """The accounts of these dossiers; those that want one thing only, where that is asked."""
    rows = _accounts(companies, on)
    shared = Feed.objects.filter(company__in=companies, account=None, is_shared=True, currency="EUR")
    shared = shared.filter(connection__ended_at=None)
    counts = {
        Want.RECONNECT: rows.filter(needs_client=True).count(),
        Want.ATTACH: shared.count(),
        Want.STATEMENT: rows.filter(is_late=True).count(),
        Want.FILE: rows.filter(has_unread=True).count(),
    }
    if want is Want.ATTACH:
        found = shared.select_related("company").order_by("company__name", "name", "pk")[:PAGE]
        return Board([], [(feed.company, feed) for feed in found], counts, 1, 1)
    asked = rows.filter(_WANTED[want]) if want else rows
    pages = max(1, -(-asked.count() // PAGE))
    page = min(max(page, 1), pages)
    shown = asked.select_related("company").order_by("company__name", "ledger_account", "pk")
    return Board([_line(row) for row in shown[(page - 1) * PAGE : page * PAGE]], [], counts, page, pages)


_WANTED = {
    Want.RECONNECT: Q(needs_client=True),
    Want.STATEMENT: Q(is_late=True),
    Want.FILE: Q(has_unread=True),
}


def _accounts(companies: QuerySet[Company], on: date) -> "QuerySet[Any]":
    proofs = Statement.objects.filter(account=OuterRef("pk"), closing__isnull=False, closed_on__isnull=False)
    moves = Transaction.objects.filter(account=OuterRef("pk")).order_by("-booked_on")
    feeds = Feed.objects.filter(account=OuterRef("pk"), connection__ended_at=None).exclude(opens_on=None)
    needing = feeds.filter(connection__in=needing_client(on))
    well = needing.exclude(connection__status__in=RECONNECTED).values("connection__consent_until")[:1]
    proved = Subquery(proofs.order_by("-closed_on").values("closed_on")[:1], output_field=DateField())
    rows = BankAccount.objects.filter(company__in=companies)
    return rows.annotate(
        proved_on=proved,
        moved_on=Subquery(moves.values("booked_on")[:1], output_field=DateField()),
        is_connected=Exists(feeds),
        needs_client=Exists(needing),
        ends_soon_at=Subquery(well),
        bank=Subquery(needing.values("connection__bank")[:1]),
        has_unread=Exists(UnreadStatement.objects.filter(account=OuterRef("pk"))),
        # An account that is connected proves nothing, and waits for no file.
        is_late=Q(proved_on__lt=on - LATE) & ~Exists(feeds),
    )


def _line(row: BankAccount) -> Line:
    names = (
        "proved_on",
        "moved_on",
        "is_late",
        "is_connected",
        "needs_client",
        "ends_soon_at",
        "bank",
        "has_unread",
    )
    told = {name: getattr(row, name) for name in names}
    return Line(row, **{**told, "is_late": bool(told["is_late"])})
