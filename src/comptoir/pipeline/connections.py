"""A bank is connected by its client: visited, heard, read; what it shares feeds the dossier's accounts, until it is cut."""

import logging
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction as db
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from comptoir.domain.bank_way import Way
from comptoir.domain.notice import Kind, Mail
from comptoir.domain.rights import Role
from comptoir.gateways.bank import bridge
from comptoir.gateways.bank.bridge import webhook
from comptoir.gateways.bank.bridge.client import Bridge
from comptoir.lib import tenancy
from comptoir.lib.live import announce
from comptoir.pipeline.bank import follow, undo
from comptoir.pipeline.between import WhenAllowed, books_of
from comptoir.pipeline.letters import post_letter
from comptoir.pipeline.noticing import tell_clients
from comptoir.records.banking.models import BankAccount
from comptoir.records.connections import actions as connections
from comptoir.records.connections import letters, reading
from comptoir.records.connections import queries as connected
from comptoir.records.connections.models import Connection, Errand, Feed
from comptoir.records.firms import queries as people
from comptoir.records.firms.models import Company, Person
from comptoir.records.inbox import answering
from comptoir.records.ledger import queries as books
from comptoir.records.notices.queries import choice_of

log = logging.getLogger(__name__)

MARGIN = timedelta(days=10)
"""A card is used some days before its movement is booked, and Bridge counts from the earlier day."""


class NoBridge(Exception):
    """La connexion aux banques n’est pas réglée sur cette installation."""


# ── The client connects ───────────────────────────────────────────────────────────────────────────


def connect(
    *, company: Company, by: Person, callback: str, at: datetime, repairs: Connection | None = None
) -> str:
    """The page of Bridge on which a client connects a bank, or repairs a connection.

    Raises `NoBridge`, `bridge.Unreachable`, `bridge.Refused`.
    """
    there = _bridge()
    user = there.user(str(company.pk))
    with tenancy.within(company.firm_id, company.pk):
        connections.know_user(company=company, uuid=user, at=at)
        errand = connections.set_out(company=company, repairs=repairs, by=by, at=at)
    _, page = there.connect(
        user,
        email=by.email,
        callback=callback,
        context=str(errand.context),
        item=repairs.item_id if repairs else None,
    )
    return page


def come_back(*, company: Company, context: UUID, by: Person, at: datetime) -> Errand:
    """The client is back from the bank's page; whatever it says, Bridge itself is asked. Raises `connections.NotYours`."""
    with tenancy.within(company.firm_id, company.pk):
        errand = connections.come_back(company=company, context=context, by=by, at=at)
        visit_later(company.firm_id, company.pk)
    return errand


def disconnect(*, connection: Connection, by: Person, at: datetime) -> None:
    """The client cuts a connection: nothing is taken from now on, and Bridge forgets it after the commit."""
    with tenancy.within(connection.firm_id, connection.company_id):
        if connections.end(connection=connection, by=by, at=at):
            visit_later(connection.firm_id, connection.company_id)
            announce(connection.company_id, ["bank"])


def choose_bank_way(*, company: Company, way: Way, by: Person, at: datetime) -> None:
    """The firm says by which way a dossier's movements come; the client's tab opens on it."""
    with tenancy.within(company.firm_id, company.pk):
        connections.choose(company=company, way=way, by=by, at=at)
        announce(company.pk, ["bank"])


def attach_feed(*, feed: Feed, account: BankAccount, opens_on: date, by: Person, at: datetime) -> Feed:
    """The firm says which of the dossier's accounts a shared one feeds, from a day on. Raises `connections.NotAttachable`."""
    with tenancy.within(feed.firm_id, feed.company_id):
        row = connections.attach(feed=feed, account=account, opens_on=opens_on, by=by, at=at)
        visit_later(feed.firm_id, feed.company_id)
        announce(feed.company_id, ["bank"])
    return row


def detach_feed(*, feed: Feed, by: Person, at: datetime) -> None:
    """The firm takes nothing more from a shared account."""
    with tenancy.within(feed.firm_id, feed.company_id):
        connections.detach(feed=feed, by=by, at=at)
        announce(feed.company_id, ["bank"])


# ── Bridge is visited ─────────────────────────────────────────────────────────────────────────────


def hear(*, raw: bytes, signature: str, at: datetime) -> bool:
    """News from Bridge starts a visit, once; False where Bridge did not write it. Raises `bridge.Refused`."""
    if settings.BRIDGE is None or not webhook.verify(settings.BRIDGE.webhook_secrets, raw, signature):
        return False
    event = webhook.parse(raw)
    owner = connected.owner_of(event.user_uuid) if event.user_uuid else None
    with db.atomic():
        if connections.hear(key=event.key, at=at) and owner is not None:
            with tenancy.within(*owner):
                visit_later(*owner)
    return True


def visit_later(firm_id: UUID, company_id: UUID) -> None:
    """Queue a visit; one that waits already is enough, since each asks for everything since the last."""
    job = visit.configure(lock=f"bridge-{company_id}", queueing_lock=f"bridge-{company_id}")
    with suppress(AlreadyEnqueued), db.atomic():
        job.defer(firm_id=str(firm_id), company_id=str(company_id))


@app.periodic(cron="40 */2 * * *")
@app.task(queue="bank", queueing_lock="visit_banks", name="visit_banks")
def visit_banks(timestamp: int) -> None:
    """Every two hours, since news may be lost: each company whose bank is connected, or is still to be forgotten."""
    if settings.BRIDGE is None:
        return
    connections.forget_news(before=timezone.now() - timedelta(days=30))
    for firm_id in tenancy.every_firm():
        with tenancy.within(firm_id):
            for company_id in {*connected.to_visit(firm_id), *connected.to_forget_in(firm_id)}:
                visit_later(firm_id, company_id)


@app.task(queue="bank", retry=WhenAllowed(first=5), name="visit_bank")
def visit(firm_id: str, company_id: str) -> None:
    """Ask Bridge how the connections of a company are, and what its accounts tell since the last time."""
    if settings.BRIDGE is None:
        return
    there, at = _bridge(), timezone.now()
    with tenancy.within(UUID(firm_id), UUID(company_id)):
        company = Company.objects.select_related("firm").get(pk=company_id)
        user = connected.user(company.pk)
    if not user:
        return
    try:
        _forget(there, user, company)
        _learn(there, user, company, at=at)
        _read_all(there, user, company, at=at)
    except bridge.Refused as refusal:
        log.warning("Bridge, company %s: %s", company_id, refusal)


def _forget(there: Bridge, user: str, company: Company) -> None:
    with tenancy.within(company.firm_id, company.pk):
        cut = connected.to_forget(company.pk)
    for row in cut:
        there.forget(user, row.item_id)
        with tenancy.within(company.firm_id, company.pk):
            connections.forgotten(connection=row, at=timezone.now())


def _learn(there: Bridge, user: str, company: Company, *, at: datetime) -> None:
    try:
        items, accounts = there.items(user), there.accounts(user)
    except bridge.TokenRefused:
        items, accounts = [], []  # Bridge knows this client no more: its connections have ended there
    banks = _banks(there, company, items)
    with tenancy.within(company.firm_id, company.pk):
        for row in connections.learn(company=company, items=items, accounts=accounts, banks=banks, at=at):
            _write(company, row, at=at)
        for feed, account in connected.to_attach_by_itself(company):
            day = _first_day(company, account)
            connections.attach(feed=feed, account=account, opens_on=day, by=None, at=at)
        announce(company.pk, ["bank"])
        announce(company.firm_id, ["portfolio"])


def _banks(there: Bridge, company: Company, items: Sequence[bridge.Item]) -> dict[str, str]:
    """What the banks of new connections are called; one that Bridge does not name today is asked for at the next visit."""
    with tenancy.within(company.firm_id, company.pk):
        known = connected.named(company)
    new = {item.id: item.provider_id for item in items if item.provider_id and item.id not in known}
    said = {provider_id: _bank(there, provider_id) for provider_id in set(new.values())}
    return {item_id: said[provider_id] for item_id, provider_id in new.items()}


def _bank(there: Bridge, provider_id: str) -> str:
    try:
        return there.bank(provider_id)
    except (bridge.Refused, bridge.Unreachable) as fault:
        log.info("Bridge, bank %s: %s", provider_id, fault)
        return ""


def _first_day(company: Company, account: BankAccount) -> date:
    """Where an account's movements go on: after those that files told, else with the year that is open."""
    last = connected.last_movement(account)
    if last is not None:
        return last + timedelta(days=1)
    year = next(iter(books.years(company)), None)
    return year.opens_on if year else timezone.localdate().replace(month=1, day=1)


def _write(company: Company, row: Connection, *, at: datetime) -> None:
    """The client is written to once about each thing that only they can do: identify again, now or before long."""
    state = connected.state(row, at=at)
    about = letters.about(state)
    if not about or about == row.written_about:
        return
    connections.written(connection=row, about=about)
    key, sentence = f"bank-{row.pk}-{about}-{at.date()}", f"À reconnecter : {row.called}."
    tell_clients(company, Kind.BANK, key, sentence, "banque/", at=at, has_letter=True)
    for member in people.members(company, timezone.localdate(at)):
        if Role(member.role) is not Role.DIRIGEANT:
            continue
        if choice_of(member.person, Kind.BANK, is_firm=False).mail is not Mail.NOW:
            continue
        reply_to = answering.address(company=company, person=member.person, at=at)
        message = letters.needs_you(
            state, company=company, to=member.person, home=settings.HOME, reply_to=reply_to
        )
        post_letter(message, at=at, firm_id=company.firm_id, company_id=company.pk)


def _read_all(there: Bridge, user: str, company: Company, *, at: datetime) -> None:
    with tenancy.within(company.firm_id, company.pk):
        feeds = connected.to_read(company)
    for feed in feeds:
        # Whole or not at all: a list that breaks off is asked again from where this one began.
        begins = feed.opens_on - MARGIN if feed.opens_on else None
        told = list(there.transactions(user, since=feed.reached, account=feed.external_id, min_date=begins))
        with books_of(company):
            found = reading.keep(feed=feed, told=told, at=at)
            undo(company, found.withdrawn, at=at)
            follow(company, found.new, at=at)


def _bridge() -> Bridge:
    if settings.BRIDGE is None:
        raise NoBridge(NoBridge.__doc__)
    return Bridge(settings.BRIDGE)
