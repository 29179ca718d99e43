"""Each statement that an EBICS contract brings goes to its dossier, by IBAN or RIB; unknown accounts wait at the firm."""

import hashlib
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from comptoir.domain import movement
from comptoir.domain.bank_mandate import State
from comptoir.domain.movement import BankStatement, StatementFile
from comptoir.gateways.bank import ebics
from comptoir.gateways.bank import files as bank_files
from comptoir.lib import tenancy
from comptoir.lib.live import announce
from comptoir.pipeline.bank import take
from comptoir.records.banking import actions as banking
from comptoir.records.banking import columns as bank_columns
from comptoir.records.banking import queries as bank
from comptoir.records.banking.models import BankAccount
from comptoir.records.banking.overlaps import Twice
from comptoir.records.ebics import actions as contracts
from comptoir.records.ebics import queries as contracts_of
from comptoir.records.ebics.actions import Said
from comptoir.records.ebics.models import Carried, Contract, Fetched, Mandate
from comptoir.records.firms.models import Company, Person

log = logging.getLogger(__name__)


class NotAttachable(Exception):
    """Ce relevé ne peut pas être rattaché."""


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


def sort(contract: Contract, *, at: datetime) -> None:
    """Each statement of the files that are stored goes to the dossier that holds its account; the others wait."""
    with tenancy.within(contract.firm_id):
        stored = contracts_of.to_sort(contract)
    for fetched in stored:
        said, faults = _read(fetched)
        with tenancy.within(contract.firm_id):
            waiting = contracts.carry(fetched=fetched, said=said)
        for carried, told in _waited_for(fetched, waiting):
            _place(carried, told, at=at)
        with tenancy.within(contract.firm_id):
            contracts.sort_out(fetched=fetched, fault=" ".join(faults), at=at)


def _waited_for(fetched: Fetched, waiting: Sequence[Carried]) -> Iterator[tuple[Carried, _Told]]:
    """Each with what it tells, one at a time: a morning's archive holds a bank's every client of the firm."""
    here = {(one.part, one.rank): one for one in waiting if one.fetched_id == fetched.pk}
    explained = bank_columns.explained(fetched.firm_id)
    asked = {part for part, _ in here}
    for part, content in enumerate(contracts_of.parts(fetched) if here else ()):
        for told in _statements(part, content, explained) if part in asked else ():
            if carried := here.get((part, told.rank)):
                yield carried, told
    for carried in waiting:
        # One that the bank told before, in another file, is read there.
        if carried.fetched_id != fetched.pk:
            yield carried, _told_again(carried)


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
    statement = told.statement
    if faults := movement.check(statement):
        raise NotAttachable(" ".join(str(fault) for fault in faults))
    with tenancy.within(carried.firm_id):
        days = contracts_of.days_missing(carried, account, statement.opening)
        try:
            # Nobody is there to be asked; what a bank tells twice is seldom two things.
            said = movement.told(StatementFile(told.format, (statement,)))
            take(account=account, told=said, filename=_filename(carried), by=by, at=at, twice=Twice.SAME)
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


def _read(fetched: Fetched) -> tuple[list[Said], list[str]]:
    """The statements of a fetched file, and what of it cannot be read: one bad part keeps no other back."""
    said: list[Said] = []
    faults: list[str] = []
    explained = bank_columns.explained(fetched.firm_id)
    try:
        for part, content in enumerate(contracts_of.parts(fetched)):
            try:
                said += [_said(told) for told in _statements(part, content, explained)]
            except bank_files.RefusedFile as refusal:
                faults.append(str(refusal))
    except ebics.Unreadable as fault:
        return [], [str(fault)]
    return said, faults


def _told_again(carried: Carried) -> _Told:
    content = next(islice(contracts_of.parts(carried.fetched), carried.part, None))
    explained = bank_columns.explained(carried.firm_id)
    return next(one for one in _statements(carried.part, content, explained) if one.rank == carried.rank)


def _statements(part: int, content: bytes, explained: Mapping[str, bank_files.Columns]) -> Iterator[_Told]:
    for rank, statement in enumerate(movement.each(bank_files.tell_each(content, explained=explained))):
        yield _Told(part, rank, statement.format, statement)


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
