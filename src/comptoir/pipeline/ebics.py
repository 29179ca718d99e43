"""The firm's EBICS contracts: brought to life step by step, asked each morning, and each statement given to its dossier.

What the bank gives is stored and committed before the bank is told so, and sorted from what is stored: a machine that stops
anywhere on the way goes on from there, and nothing is lost or counted twice.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction as db
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from comptoir.gateways.bank import ebics
from comptoir.gateways.bank.ebics import (
    Access,
    Period,
    Step,
    Subscription,
    download,
    initialisation,
    rights,
    upkeep,
)
from comptoir.gateways.bank.ebics import keys as ebics_keys
from comptoir.gateways.bank.ebics import letters as ebics_letters
from comptoir.lib import tenancy
from comptoir.lib.alone import alone
from comptoir.lib.live import announce
from comptoir.pipeline.between import WhenAllowed
from comptoir.pipeline.sorting import sort
from comptoir.records.ebics import actions as contracts
from comptoir.records.ebics import queries as contracts_of
from comptoir.records.ebics.models import Contract, Fetched
from comptoir.records.firms.models import Firm, Person

log = logging.getLogger(__name__)


class WrongHashes(Exception):
    """Ces empreintes ne sont pas celles des clés que le serveur a données. Relisez le courrier de la banque ; si elles
    y figurent bien ainsi, n’allez pas plus loin et appelez-la."""


class NotNow(Exception):
    """Le contrat n’en est pas à cette étape."""


class Busy(NotNow):
    """Un échange avec cette banque est en cours : réessayez dans un instant."""


# ── The contract comes to life ────────────────────────────────────────────────────────────────────


def open_contract(
    *, firm: Firm, bank: str, said: ebics.Contract, order: str, by: Person, at: datetime
) -> Contract:
    """The firm enters a contract, and its keys are made. Raises `contracts.AlreadyOpen`, `ebics.WrongContract`."""
    with tenancy.within(firm.pk):
        return contracts.open_contract(
            firm=firm, bank=bank, said=said, order=order, secret=settings.EBICS_KEY, by=by, at=at
        )


def letters(contract: Contract, *, on: date) -> bytes:
    """The initialisation letters of a contract, to be signed and sent to the bank (PDF). Raises `ebics.WrongSecret`."""
    said, keys = contracts_of.said(contract), contracts_of.keys(contract, secret=settings.EBICS_KEY)
    return ebics_letters.written(said, keys, holder=contract.firm.name, bank=contract.bank, on=on)


def send_keys(*, contract: Contract, by: Person, at: datetime) -> None:
    """Our keys go to the bank (INI, HIA); taken up where it stopped. Raises `ebics.EbicsFault`."""
    with _alone(contract):
        subscription = _subscription(contract)
        while subscription.step in (Step.KEYS_MADE, Step.SIGNATURE_SENT):
            subscription = _advanced(contract, subscription, by=by, at=at)


def read_bank_keys(*, contract: Contract, by: Person, at: datetime) -> None:
    """The bank says that it opened the access: its keys are read (HPB). Raises `ebics.EbicsFault`, `NotNow`."""
    with _alone(contract):
        subscription = _subscription(contract)
        if subscription.step is not Step.ALL_SENT:
            raise NotNow(NotNow.__doc__)
        _advanced(contract, subscription, by=by, at=at)


def trust_bank(*, contract: Contract, authentication: str, encryption: str, by: Person, at: datetime) -> None:
    """A person has copied the hashes from the bank's letter: the first statements are fetched. Raises `WrongHashes`, `NotNow`."""
    subscription = _subscription(contract)
    if subscription.step is not Step.BANK_KEYS_READ:
        raise NotNow(NotNow.__doc__)
    try:
        found = initialisation.trusted(subscription, authentication=authentication, encryption=encryption)
    except ebics.UnknownBankKeys as error:
        raise WrongHashes(" ".join((WrongHashes.__doc__ or "").split())) from error
    with tenancy.within(contract.firm_id):
        contracts.step(contract=contract, to=found, by=by, at=at)
        fetch_later(contract.firm_id, contract.pk)


def renew_keys(*, contract: Contract, by: Person, at: datetime) -> None:
    """New keys take the place of the old ones (HCS); no letter is needed. Raises `ebics.EbicsFault`."""
    with _alone(contract):
        access = _access(contract, at=at)
        new = ebics_keys.make(access.contract, at=at)
        with tenancy.within(contract.firm_id):
            contracts.try_keys(contract=contract, keys=new, secret=settings.EBICS_KEY)
        upkeep.renew(access, new, at=at)
        with tenancy.within(contract.firm_id):
            contracts.settle_keys(contract=contract, keys=new, secret=settings.EBICS_KEY, by=by, at=at)


def suspend(*, contract: Contract, by: Person, at: datetime) -> None:
    """The bank is told to take no more orders with these keys (SPR). Raises `ebics.EbicsFault`."""
    with _alone(contract):
        with suppress(ebics.NotActivated):  # it was told before, and we stopped before we knew
            upkeep.suspend(_access(contract, at=at))
        with tenancy.within(contract.firm_id):
            contracts.suspend(contract=contract, by=by, at=at)


def begin_again(*, contract: Contract, by: Person, at: datetime) -> None:
    """A contract that the bank has reset starts anew: new keys, new letters. Raises `NotNow` while statements come."""
    with _alone(contract):
        if contract.is_in_use:
            raise NotNow(NotNow.__doc__)
        keys = ebics_keys.make(contracts_of.said(contract), at=at)
        with tenancy.within(contract.firm_id):
            contracts.begin_again(contract=contract, keys=keys, secret=settings.EBICS_KEY, by=by, at=at)


@contextmanager
def _alone(contract: Contract) -> Iterator[None]:
    """One exchange at a time with a bank, on what the last one left: no renewal crosses a visit that asks which keys count."""
    with alone(f"ebics-{contract.pk}") as is_ours:
        if not is_ours:
            raise Busy(Busy.__doc__)
        with tenancy.within(contract.firm_id):
            contract.refresh_from_db()
        yield


def _advanced(contract: Contract, subscription: Subscription, *, by: Person, at: datetime) -> Subscription:
    with tenancy.within(contract.firm_id):
        contracts.step(contract=contract, to=initialisation.under_way(subscription), by=by, at=at)
    try:
        found = initialisation.advanced(subscription, at=at)
    except ebics.Refused:
        # The bank's no is known: only an answer that never came leaves open whether the step was taken.
        with tenancy.within(contract.firm_id):
            contracts.step(contract=contract, to=subscription, by=by, at=at)
        raise
    with tenancy.within(contract.firm_id):
        contracts.step(contract=contract, to=found, by=by, at=at)
    return found


# ── Statements are fetched ────────────────────────────────────────────────────────────────────────


def fetch_later(firm_id: UUID, contract_id: UUID) -> None:
    """Queue a visit to the bank; one that waits already is enough."""
    job = fetch.configure(lock=f"ebics-{contract_id}", queueing_lock=f"ebics-{contract_id}")
    with suppress(AlreadyEnqueued), db.atomic():
        job.defer(firm_id=str(firm_id), contract_id=str(contract_id))


def ask_period(*, contract: Contract, period: Period, by: Person, at: datetime) -> None:
    """The firm wants the statements of some days once more: the bank is asked at once. Raises `NotNow`."""
    if not contract.is_in_use:
        raise NotNow(NotNow.__doc__)
    with tenancy.within(contract.firm_id):
        contracts.ask_period(contract=contract, period=period, by=by, at=at)
        fetch_later(contract.firm_id, contract.pk)


@app.periodic(cron="10 6-10 * * 1-6")
@app.task(queue="bank", queueing_lock="fetch_all_statements", name="fetch_all_statements")
def fetch_all(timestamp: int) -> None:
    """Each morning that banks work, hour by hour until theirs are ready: every contract in use."""
    for firm_id in tenancy.every_firm():
        with tenancy.within(firm_id):
            for contract_id in contracts_of.in_use(firm_id):
                fetch_later(firm_id, contract_id)


@app.task(queue="bank", retry=WhenAllowed(first=30), name="fetch_statements")
def fetch(firm_id: str, contract_id: str) -> None:
    """Ask the bank what is new, and give each statement to its dossier; first comes what a former visit left undone."""
    at = timezone.now()
    with tenancy.within(UUID(firm_id)):
        contract = contracts_of.contract(UUID(firm_id), UUID(contract_id))
    if contract is None:
        return
    with _alone(contract):
        if contract.is_in_use:
            _fetch(contract, at=at)


def _fetch(contract: Contract, *, at: datetime) -> None:
    sort(contract, at=at)
    try:
        _visit(contract, at=at)
    except ebics.EbicsFault as fault:
        _note(contract, str(fault), at=at)
        if fault.is_passing:
            raise
        log.warning("EBICS, contract %s: %s", contract.pk, fault)
        return
    _note(contract, "", at=at)


def _visit(contract: Contract, *, at: datetime) -> None:
    try:
        _bring_all(contract, at=at)
    except ebics.UnknownBankKeys:
        if not _are_named_otherwise(contract, at=at):
            raise
        _bring_all(contract, at=at)


def _bring_all(contract: Contract, *, at: datetime) -> None:
    access = _access(contract, at=at)
    with tenancy.within(contract.firm_id):
        owed = contracts_of.to_receipt(contract)
    for fetched in owed:
        _give_receipt(access, fetched, at=at)
    if contract.asks_order:
        _name_order(contract, access, at=at)
    _bring(contract, access, None, at=at)
    with tenancy.within(contract.firm_id):
        periods = contracts_of.gaps(contract)
    for period in periods:
        _bring(contract, access, period, at=at)
        with tenancy.within(contract.firm_id):
            contracts.gap_asked(contract=contract, first_on=period.first_on, last_on=period.last_on, at=at)


def _name_order(contract: Contract, access: Access, *, at: datetime) -> None:
    """What the bank says that its statements are called; one that says nothing is asked in the usual words."""
    try:
        found = rights.statement_order(access)
    except ebics.UnknownBankKeys:
        raise
    except (ebics.Refused, ebics.NoData):
        found = None
    with tenancy.within(contract.firm_id):
        contracts.name_order(contract=contract, order=found, at=at)


def _bring(contract: Contract, access: Access, period: Period | None, *, at: datetime) -> None:
    """Fetched, stored and committed, acknowledged, sorted: in this order."""
    try:
        found = download.fetch(access, contracts_of.order(contract), period)
    except ebics.NoData:
        return
    with tenancy.within(contract.firm_id):
        fetched = contracts.keep_fetched(contract=contract, found=found, at=at)
    _give_receipt(access, fetched, at=at)
    sort(contract, at=at)


def _give_receipt(access: Access, fetched: Fetched, *, at: datetime) -> None:
    # A transmission that the bank has closed meanwhile comes again, and is known by its content.
    download.give_receipt(access, fetched.transaction_id, is_kept=True)
    with tenancy.within(fetched.firm_id):
        contracts.receipted(fetched=fetched, at=at)


def _are_named_otherwise(contract: Contract, *, at: datetime) -> bool:
    """Whether the bank's keys are the trusted ones, and only their name displeased; new ones wait for a person."""
    before = contract.is_bank_certified
    found = initialisation.checked_again(_subscription(contract))
    is_same = found.step is Step.TRUSTED
    if is_same and before is not None:
        return False  # both names were tried
    with tenancy.within(contract.firm_id):
        contracts.step(contract=contract, to=found, by=None, at=at)
    return is_same


def _access(contract: Contract, *, at: datetime) -> Access:
    """What orders need; a renewal that broke off is settled first, by asking which keys the bank goes by."""
    access = _subscription(contract).access
    new = contracts_of.new_keys(contract, secret=settings.EBICS_KEY)
    if new is None:
        return access
    keys = upkeep.current(access.contract, old=access.keys, new=new)
    with tenancy.within(contract.firm_id):
        contracts.settle_keys(contract=contract, keys=keys, secret=settings.EBICS_KEY, by=None, at=at)
    return replace(access, keys=keys)


def _subscription(contract: Contract) -> Subscription:
    return contracts_of.subscription(contract, secret=settings.EBICS_KEY)


def _note(contract: Contract, fault: str, *, at: datetime) -> None:
    with tenancy.within(contract.firm_id):
        contracts.asked(contract=contract, fault=fault, at=at)
        announce(contract.firm_id, ["ebics"])
