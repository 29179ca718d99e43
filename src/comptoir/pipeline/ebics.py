"""The firm's EBICS contracts: brought to life step by step, asked each morning, and each statement given to its dossier.

What the bank gives is stored and committed before the bank is told so, and sorted from what is stored: a machine that stops
anywhere on the way goes on from there, and nothing is lost or counted twice.
"""

import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction as db
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from comptoir.domain import movement
from comptoir.domain.bank_mandate import State
from comptoir.domain.movement import BankStatement, StatementFile
from comptoir.gateways.bank import ebics
from comptoir.gateways.bank import files as bank_files
from comptoir.gateways.bank.ebics import Access, Period, Step, Subscription, download, initialisation, upkeep
from comptoir.gateways.bank.ebics import keys as ebics_keys
from comptoir.gateways.bank.ebics import letters as ebics_letters
from comptoir.lib import tenancy
from comptoir.lib.alone import alone
from comptoir.lib.live import announce
from comptoir.pipeline.bank import take
from comptoir.pipeline.between import WhenAllowed
from comptoir.records.banking import actions as banking
from comptoir.records.banking import queries as bank
from comptoir.records.banking.models import BankAccount
from comptoir.records.ebics import actions as contracts
from comptoir.records.ebics import queries as contracts_of
from comptoir.records.ebics.actions import Said
from comptoir.records.ebics.models import Carried, Contract, Fetched, Mandate
from comptoir.records.firms.models import Company, Firm, Person

log = logging.getLogger(__name__)


class WrongHashes(Exception):
    """Ces empreintes ne sont pas celles des clés que le serveur a données. Relisez le courrier de la banque ; si elles
    y figurent bien ainsi, n’allez pas plus loin et appelez-la."""


class NotNow(Exception):
    """Le contrat n’en est pas à cette étape."""


class Busy(NotNow):
    """Un échange avec cette banque est en cours : réessayez dans un instant."""


class NotAttachable(Exception):
    """Ce relevé ne peut pas être rattaché."""


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
    _sort(contract, at=at)
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
    _bring(contract, access, None, at=at)
    with tenancy.within(contract.firm_id):
        periods = contracts_of.gaps(contract)
    for period in periods:
        _bring(contract, access, period, at=at)
        with tenancy.within(contract.firm_id):
            contracts.gap_asked(contract=contract, first_on=period.first_on, last_on=period.last_on, at=at)


def _bring(contract: Contract, access: Access, period: Period | None, *, at: datetime) -> None:
    """Fetched, stored and committed, acknowledged, sorted: in this order."""
    try:
        found = download.fetch(access, contracts_of.order(contract), period)
    except ebics.NoData:
        return
    with tenancy.within(contract.firm_id):
        fetched = contracts.keep_fetched(contract=contract, found=found, at=at)
    _give_receipt(access, fetched, at=at)
    _sort(contract, at=at)


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


# ── Each statement goes to its dossier ────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Told:
    """A statement as it stands in a file of an archive."""

    part: int
    rank: int
    format: str
    statement: BankStatement


def attach_statement(
    *, carried: Carried, company: Company, ledger_account: str, by: Person, at: datetime
) -> tuple[BankAccount, int]:
    """The firm says whose account it is: all that waits for it goes there, and what comes later by itself; says how many.

    `ledger_account` is the account of the books (512…) that follows it; without one, the dossier's only account that has
    no number yet, else a new one. Raises `NotAttachable` where that account is another's.
    """
    with tenancy.within(carried.firm_id):
        account = _account_of(company, ledger_account, carried)
        rows = contracts_of.alike(carried)
        for row in rows:
            _give(row, _told_again(row), account, by=by, at=at)
        announce(carried.firm_id, ["ebics"])
    return account, len(rows)


def _account_of(company: Company, ledger_account: str, carried: Carried) -> BankAccount:
    accounts = bank.accounts(company)
    if ledger_account:
        found = [one for one in accounts if one.ledger_account == ledger_account]
        if not found:
            raise NotAttachable(f"{company.name} n’a pas de compte bancaire suivi en {ledger_account}.")
        return found[0]
    free = [one for one in accounts if not one.iban and not one.number]
    if len(free) == 1:
        return free[0]
    return banking.open_next_account(company=company, name=f"Compte {carried.contract.bank}")


def say_bank_mandate(*, account: BankAccount, state: State, by: Person, at: datetime) -> Mandate:
    """The firm says what became of the mandate of an account. Raises `contracts.NotSayable`."""
    with tenancy.within(account.firm_id, account.company_id):
        row = contracts.say_mandate(account=account, state=state, by=by, at=at)
        announce(account.company_id, ["bank"])
    return row


def _sort(contract: Contract, *, at: datetime) -> None:
    with tenancy.within(contract.firm_id):
        stored = contracts_of.to_sort(contract)
    for fetched in stored:
        told, faults = _read(fetched)
        with tenancy.within(contract.firm_id):
            waiting = contracts.carry(fetched=fetched, said=[_said(one) for one in told])
        places = {(one.part, one.rank): one for one in told}
        for carried in waiting:
            # One that the bank told before, in another file, is read there.
            is_here = carried.fetched_id == fetched.pk
            _place(carried, places[carried.part, carried.rank] if is_here else _told_again(carried), at=at)
        with tenancy.within(contract.firm_id):
            contracts.sort_out(fetched=fetched, fault=" ".join(faults), at=at)


def _place(carried: Carried, told: _Told, *, at: datetime) -> None:
    """Into the books of the dossier that holds the account, whole or not at all; else it waits, and says why."""
    with tenancy.within(carried.firm_id):
        account = bank.account_told(carried.firm_id, iban=carried.iban, number=carried.number)
        if account is None:
            return
        if contracts_of.mandate(account) is State.ENDED:
            contracts.wait(carried=carried, fault="Le mandat de ce compte est résilié.")
            return
    try:
        _give(carried, told, account, by=None, at=at)
    except NotAttachable as refusal:
        with tenancy.within(carried.firm_id):
            contracts.wait(carried=carried, fault=str(refusal))


def _give(carried: Carried, told: _Told, account: BankAccount, *, by: Person | None, at: datetime) -> None:
    statement, file = told.statement, StatementFile(told.format, (told.statement,))
    if faults := movement.check(statement):
        raise NotAttachable(" ".join(str(fault) for fault in faults))
    with tenancy.within(carried.firm_id):
        days = contracts_of.days_missing(carried, account, statement.opening)
        try:
            take(account=account, file=file, filename=_filename(carried), by=by, at=at)
        except banking.OtherAccount as refusal:
            raise NotAttachable(str(refusal)) from refusal
        contracts.give(carried=carried, account=account, by=by, at=at)
        if days:
            contracts.see_gap(carried=carried, first_on=days[0], last_on=days[1], at=at)
        if contracts_of.mandate(account) is State.SENT:
            contracts.say_mandate(account=account, state=State.ACTIVE, by=None, at=at)


def _filename(carried: Carried) -> str:
    day = f" {carried.closed_on:%d/%m/%Y}" if carried.closed_on else ""
    return f"EBICS {carried.contract.bank}{day}"


def _read(fetched: Fetched) -> tuple[list[_Told], list[str]]:
    """The statements of a fetched file, and what of it cannot be read: one bad part keeps no other back."""
    told: list[_Told] = []
    faults: list[str] = []
    try:
        parts = contracts_of.content(fetched)
    except ebics.Unreadable as fault:
        return [], [str(fault)]
    for part, content in enumerate(parts):
        try:
            told.extend(_statements(part, content))
        except bank_files.RefusedFile as refusal:
            faults.append(str(refusal))
    return told, faults


def _told_again(carried: Carried) -> _Told:
    content = contracts_of.content(carried.fetched)[carried.part]
    return next(one for one in _statements(carried.part, content) if one.rank == carried.rank)


def _statements(part: int, content: bytes) -> Iterator[_Told]:
    file = bank_files.read_each(content)
    for rank, statement in enumerate(file.statements):
        yield _Told(part, rank, file.format, statement)


def _said(told: _Told) -> Said:
    statement = told.statement
    return Said(
        part=told.part,
        rank=told.rank,
        digest=_digest(statement),
        iban=statement.iban or "",
        number=statement.number or "",
        currency=statement.currency or "",
        opened_on=statement.opened_on,
        closed_on=statement.closed_on,
        closing=statement.closing,
        movements=len(statement.movements),
    )


def _digest(statement: BankStatement) -> str:
    """What makes a statement this one, wherever it stands in a file: banks make their archives anew each time."""
    bare = replace(statement, movements=tuple(replace(one, line=None) for one in statement.movements))
    return hashlib.sha256(repr(bare).encode()).hexdigest()
