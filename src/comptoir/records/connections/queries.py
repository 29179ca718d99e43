"""How a company's banks are connected, as both sides read it, and what the machine has to visit."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import connection as database
from django.db.models import Q, QuerySet

from comptoir.domain.bank_way import Way
from comptoir.gateways.bank.bridge import statuses
from comptoir.gateways.bank.bridge.statuses import Act, Advice
from comptoir.records.banking.models import BankAccount, Transaction
from comptoir.records.banking.queries import Balance
from comptoir.records.connections.models import BridgeUser, Choice, Connection, Feed
from comptoir.records.firms.models import Company

ANNOUNCED = timedelta(days=15)
"""How long before a consent ends the client is told (its renewal is one identification at the bank)."""


class Tenant(NamedTuple):
    """Whose news it is."""

    firm_id: UUID
    company_id: UUID


@dataclass(frozen=True, slots=True)
class State:
    """One connection as people read it: how it is, what is to be done, what it shares."""

    connection: Connection
    advice: Advice
    feeds: tuple[Feed, ...]
    ends_soon_on: date | None

    @property
    def needs_client(self) -> bool:
        """Whether the client has to identify themselves again, now or within days."""
        return self.connection.ended_at is None and (
            self.advice.act is Act.RECONNECT or self.ends_soon_on is not None
        )

    @property
    def is_well(self) -> bool:
        """Whether it stands and nobody has anything to do about it."""
        stands = self.connection.ended_at is None and not self.needs_client
        return stands and self.advice.act is not Act.CONTACT_BANK

    @property
    def is_coming(self) -> bool:
        """Whether what it shares is still on its way, to Comptoir or to the dossier's accounts."""
        return self.connection.ended_at is None and (not self.feeds or bool(self.waits_for_firm))

    @property
    def waits_for_firm(self) -> tuple[Feed, ...]:
        """The accounts that feed none of the dossier's yet."""
        return tuple(
            feed for feed in self.feeds if feed.is_shared and feed.account_id is None and feed.currency == "EUR"
        )


def way(company: Company) -> Way:
    """By which way the movements of a dossier come, as its firm chose."""
    row = Choice.objects.filter(company=company).values_list("way", flat=True).first()
    return Way(row) if row else Way.NONE


def stands(company: Company) -> bool:
    """Whether a bank of the company's is connected."""
    return Connection.objects.filter(company=company, ended_at=None).exists()


def told(company: Company, balances: Iterable[Balance]) -> list[tuple[Balance, Feed | None]]:
    """Each balance, and the connected account that feeds it: its bank's word where nothing proves the balance."""
    rows = (
        Feed.objects.filter(company=company, connection__ended_at=None)
        .exclude(account=None)
        .exclude(opens_on=None)
    )
    feeds = {feed.account_id: feed for feed in rows}
    return [(balance, feeds.get(balance.account.pk)) for balance in balances]


def user(company_id: UUID) -> str:
    """Who the company is at Bridge; empty where it never went there."""
    return BridgeUser.objects.filter(company=company_id).values_list("uuid", flat=True).first() or ""


def owner_of(uuid: str) -> Tenant | None:
    """Whose news it is, whoever asks."""
    with database.cursor() as cursor:
        cursor.execute("SELECT firm, company FROM tenancy_of_bridge_user(%s)", [uuid])
        row = cursor.fetchone()
    return Tenant(*row) if row else None


def states(company: Company, *, at: datetime) -> list[State]:
    """The company's connections: those that stand, then the last ones that ended."""
    rows = Connection.objects.filter(company=company).select_related("connected_by", "ended_by")
    shared: dict[UUID, list[Feed]] = {}
    for feed in Feed.objects.filter(company=company).select_related("account").order_by("name", "pk"):
        shared.setdefault(feed.connection_id, []).append(feed)
    found = [_state(row, shared.get(row.pk, ()), at) for row in rows.order_by("connected_at", "pk")]
    ended = [state for state in found if state.connection.ended_at is not None]
    return [state for state in found if state.connection.ended_at is None] + ended[-3:]


def _state(row: Connection, feeds: Iterable[Feed], at: datetime) -> State:
    ends = row.consent_until
    soon = ends is not None and row.ended_at is None and ends - at <= ANNOUNCED
    return State(
        row,
        statuses.advice(row.status, since=row.status_since, now=at),
        tuple(feeds),
        ends.date() if ends is not None and soon else None,
    )


def state(connection: Connection, *, at: datetime) -> State:
    """One connection as people read it."""
    return _state(connection, Feed.objects.filter(connection=connection).select_related("account"), at)


def connection(company: Company, connection_id: UUID) -> Connection | None:
    """A connection of this company, or None."""
    return Connection.objects.filter(company=company, pk=connection_id).select_related("company").first()


def feed(company: Company, feed_id: UUID) -> Feed | None:
    """An account that a connection of this company shares, or None."""
    rows = Feed.objects.filter(company=company, pk=feed_id)
    return rows.select_related("connection", "company", "account").first()


def to_read(company: Company) -> list[Feed]:
    """The accounts whose movements are taken."""
    rows = Feed.objects.filter(company=company, connection__ended_at=None, is_shared=True)
    return list(rows.exclude(opens_on=None).exclude(account=None).select_related("account", "company"))


def to_attach_by_itself(company: Company) -> list[tuple[Feed, BankAccount]]:
    """Shared accounts that the dossier knows by their IBAN, and that nobody has attached or put off yet."""
    rows = Feed.objects.filter(company=company, account=None, attached_at=None, is_shared=True).exclude(iban="")
    known = {account.iban: account for account in BankAccount.objects.filter(company=company).exclude(iban="")}
    taken = set(
        Feed.objects.filter(company=company, connection__ended_at=None)
        .exclude(account=None)
        .values_list("account", flat=True)
    )
    pairs = [(row, known[row.iban]) for row in rows.filter(connection__ended_at=None) if row.iban in known]
    return [
        (row, account) for row, account in pairs if account.currency == row.currency and account.pk not in taken
    ]


def last_movement(account: BankAccount) -> date | None:
    """The day of the last movement that stands on an account."""
    return (
        Transaction.objects.filter(account=account)
        .order_by("-booked_on")
        .values_list("booked_on", flat=True)
        .first()
    )


def to_visit(firm_id: UUID) -> list[UUID]:
    """The companies of a firm that have a connection which stands."""
    rows = Connection.objects.filter(firm_id=firm_id, ended_at=None).order_by("company_id")
    return list(rows.values_list("company_id", flat=True).distinct())


def to_forget(company_id: UUID) -> list[Connection]:
    """Connections that the client has cut, and that Bridge does not know to be cut yet."""
    return list(Connection.objects.filter(company=company_id, forgotten_at=None).exclude(ended_at=None))


def to_forget_in(firm_id: UUID) -> list[UUID]:
    """The companies of a firm with such a connection."""
    rows = Connection.objects.filter(firm_id=firm_id, forgotten_at=None).exclude(ended_at=None)
    return list(rows.order_by("company_id").values_list("company_id", flat=True).distinct())


def needing_client(on: date) -> QuerySet[Connection]:
    """Connections that only their client can keep alive: to identify again, now or within days."""
    needs = Q(status__in=statuses.RECONNECTED) | Q(consent_until__date__lte=on + ANNOUNCED)
    return Connection.objects.filter(needs, ended_at=None)


def waiting_banks(company: Company, on: date) -> str:
    """The company's banks that wait for their client, by name; empty where none does."""
    rows = needing_client(on).filter(company=company).order_by("connected_at", "pk")
    return ", ".join(dict.fromkeys(row.called for row in rows))


def named(company: Company) -> set[str]:
    """The connections whose bank is known by name."""
    return set(Connection.objects.filter(company=company).exclude(bank="").values_list("item_id", flat=True))
