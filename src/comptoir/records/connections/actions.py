"""Connecting a bank, learning how the connection is, choosing what feeds which account, and cutting it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from comptoir.domain.bank_way import Way
from comptoir.gateways.bank import bridge
from comptoir.lib import rows
from comptoir.records.audit.actions import record
from comptoir.records.banking.models import BankAccount
from comptoir.records.connections.models import BridgeUser, Choice, Connection, Errand, Feed, News
from comptoir.records.firms.models import Company, Person

ERRAND = timedelta(hours=2)
"""How long a person may be at the bank's page."""


class NotYours(Exception):
    """Ce retour de la banque n’est pas celui de votre demande : recommencez depuis l’onglet Banque."""


class NotAttachable(Exception):
    """Ce compte ne peut pas être rattaché."""


@transaction.atomic
def choose(*, company: Company, way: Way, by: Person, at: datetime) -> None:
    """The firm says by which way the movements of a dossier come; said again, nothing changes."""
    row, is_new = Choice.objects.get_or_create(
        company=company, defaults={"firm_id": company.firm_id, "way": way.value, "by": by, "at": at}
    )
    if not is_new and row.way == way.value:
        return
    row.way, row.by, row.at = way.value, by, at
    row.save(update_fields=["way", "by", "at"])
    record("choose_bank_way", row, by=by, at=at, way=way.value)


@transaction.atomic
def know_user(*, company: Company, uuid: str, at: datetime) -> BridgeUser:
    """Keep who the company is at Bridge, so that its news is known as the company's."""
    row, _ = BridgeUser.objects.update_or_create(
        company=company,
        defaults={"uuid": uuid},
        create_defaults={"firm_id": company.firm_id, "uuid": uuid, "at": at},
    )
    return row


@transaction.atomic
def set_out(*, company: Company, repairs: Connection | None, by: Person, at: datetime) -> Errand:
    """A person leaves for the bank's page, with a word that they bring back."""
    row = Errand.objects.create(firm_id=company.firm_id, company=company, repairs=repairs, by=by, at=at)
    record("connect_bank", row, by=by, at=at, repairs=repairs.pk if repairs else None)
    return row


@transaction.atomic
def come_back(*, company: Company, context: UUID, by: Person, at: datetime) -> Errand:
    """The same person comes back with their word, in time; brought twice, it is brought once. Raises `NotYours`."""
    rows_of = Errand.objects.select_for_update(of=("self",)).filter(company=company, by=by, context=context)
    row = rows_of.filter(at__gte=at - ERRAND).first()
    if row is None:
        raise NotYours(NotYours.__doc__)
    if row.returned_at is None:
        row.returned_at = at
        row.save(update_fields=["returned_at"])
    return row


@transaction.atomic
def learn(
    *,
    company: Company,
    items: Sequence[bridge.Item],
    accounts: Iterable[bridge.Account],
    banks: Mapping[str, str],
    at: datetime,
) -> list[Connection]:
    """Keep how each connection is and what it shares, as Bridge says now; one that Bridge no longer names has ended.

    `banks` is what the bank of a connection is called, where it was not known.
    """
    known = {row.item_id: row for row in Connection.objects.select_for_update().filter(company=company)}
    for item in items:
        _learn(company, known, item, banks.get(item.id, ""), at)
    _end_unnamed([row for key, row in known.items() if key not in {item.id for item in items}], at)
    standing = {key: row for key, row in known.items() if row.ended_at is None}
    for account in accounts:
        if account.item_id in standing:
            _learn_account(standing[account.item_id], account, at)
    return list(standing.values())


def _learn(company: Company, known: dict[str, Connection], item: bridge.Item, bank: str, at: datetime) -> None:
    row = known.get(item.id)
    if row is None:
        row = known[item.id] = Connection(
            firm_id=company.firm_id,
            company=company,
            item_id=item.id,
            status=item.status.code,
            status_since=at,
            connected_by=_who_set_out(company),
            connected_at=item.created_at or at,
        )
        row.save(force_insert=True)
        record("bank_connected", row, by=row.connected_by, at=at)
    if row.forgotten_at is not None:  # Bridge names it anew: the client has consented again
        row.ended_by = row.ended_at = row.forgotten_at = None
        row.connected_by, row.connected_at = _who_set_out(company), item.created_at or at
        row.save(update_fields=["ended_by", "ended_at", "forgotten_at", "connected_by", "connected_at"])
        record("bank_connected", row, by=row.connected_by, at=at)
    if row.ended_at is not None:  # its end is being told to Bridge
        return
    if row.status != item.status.code:
        row.status, row.status_since = item.status.code, at
    row.consent_until, row.refreshed_at = item.authentication_expires_at, item.last_successful_refresh
    row.bank = bank[:200] or row.bank
    row.save(update_fields=["status", "status_since", "consent_until", "refreshed_at", "bank"])


def _who_set_out(company: Company) -> Person | None:
    """Whoever was sent to the bank's page last: a tab that was closed there never came back to say so."""
    errand = Errand.objects.filter(company=company, repairs=None).order_by("-at").select_related("by").first()
    return errand.by if errand else None


def _end_unnamed(gone: Iterable[Connection], at: datetime) -> None:
    for row in gone:
        if row.ended_at is None:
            row.ended_at = row.forgotten_at = at
            row.save(update_fields=["ended_at", "forgotten_at"])
            record("bank_disconnected", row, by=None, at=at)


def _learn_account(connection: Connection, account: bridge.Account, at: datetime) -> None:
    said = {
        "name": account.name[:200],
        "iban": (account.iban or "")[:34],
        "currency": account.currency_code,
        "is_shared": account.is_shared,
        "balance": account.balance,
        "told_at": account.updated_at or at,
    }
    owner = {"firm_id": connection.firm_id, "company_id": connection.company_id}
    Feed.objects.update_or_create(
        connection=connection, external_id=account.id, defaults=said, create_defaults=owner | said
    )


@transaction.atomic
def attach(*, feed: Feed, account: BankAccount, opens_on: date, by: Person | None, at: datetime) -> Feed:
    """Let a shared account feed a bank account of the dossier from a day on; raises `NotAttachable`.

    An earlier day reads again from there; what came already stays, by its own identifier.
    """
    feed = Feed.objects.select_for_update(of=("self",)).select_related("connection").get(pk=feed.pk)
    account = BankAccount.objects.select_for_update().get(pk=account.pk)
    _refuse(feed, account)
    feed.account, feed.opens_on, feed.reached = account, opens_on, ""
    feed.attached_by, feed.attached_at = by, at
    feed.save(update_fields=["account", "opens_on", "reached", "attached_by", "attached_at"])
    if feed.iban and not account.iban:
        account.iban = feed.iban
        account.save(update_fields=["iban"])
    record("attach_feed", feed, by=by, at=at, account=account.ledger_account, opens_on=opens_on)
    return feed


def _refuse(feed: Feed, account: BankAccount) -> None:
    if feed.connection.ended_at is not None:
        raise NotAttachable("Cette connexion est terminée : demandez au client de reconnecter sa banque.")
    if feed.currency != "EUR":
        raise NotAttachable(
            f"« {feed.name} » est en {feed.currency} : Comptoir tient les comptes en euros, ses opérations se saisissent."
        )
    if feed.currency != account.currency:
        raise NotAttachable(
            f"« {feed.name} » est en {feed.currency}, « {account.name} » en {account.currency} : rien n’a été rattaché."
        )
    if feed.iban and account.iban and feed.iban != account.iban:
        raise NotAttachable(
            f"« {feed.name} » est le compte {feed.iban}, « {account.name} » le compte {account.iban} : "
            "rien n’a été rattaché. Choisissez le bon compte."
        )
    if Feed.objects.filter(account=account, connection__ended_at=None).exclude(pk=feed.pk).exists():
        raise NotAttachable(f"« {account.name} » reçoit déjà les opérations d’un autre compte connecté.")
    if feed.account_id not in (None, account.pk) and feed.told.exists():
        raise NotAttachable(f"« {feed.name} » a déjà alimenté un autre compte : il ne peut plus en changer.")


@transaction.atomic
def detach(*, feed: Feed, by: Person, at: datetime) -> None:
    """What the account brings is no longer taken; what it brought stays, and so does which account it fed."""
    feed = Feed.objects.select_for_update().get(pk=feed.pk)
    if feed.opens_on is None:
        return
    feed.opens_on = None
    feed.save(update_fields=["opens_on"])
    record("detach_feed", feed, by=by, at=at)


@transaction.atomic
def end(*, connection: Connection, by: Person, at: datetime) -> bool:
    """A person cuts a connection: nothing more is taken from now on; the dates of its consent stay. True if it stood."""
    row = Connection.objects.select_for_update().get(pk=connection.pk)
    if row.ended_at is not None:
        return False
    row.ended_by, row.ended_at = by, at
    row.save(update_fields=["ended_by", "ended_at"])
    record("bank_disconnected", row, by=by, at=at)
    return True


def forgotten(*, connection: Connection, at: datetime) -> None:
    """Bridge holds nothing of the connection any more."""
    Connection.objects.filter(pk=connection.pk, forgotten_at=None).update(forgotten_at=at)


def written(*, connection: Connection, about: str) -> None:
    """The client has been written to about this."""
    Connection.objects.filter(pk=connection.pk).update(written_about=about[:60])


def hear(*, key: str, at: datetime) -> bool:
    """Keep that a piece of news came; says whether it is new."""
    return rows.add(News(key=key, at=at))


def forget_news(*, before: datetime) -> None:
    """News that is too old to come again."""
    News.objects.filter(at__lt=before).delete()
