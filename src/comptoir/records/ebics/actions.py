"""A contract opened, its steps kept, files stored before their receipt, statements given to their dossier, mandates said."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction

from comptoir.domain.bank_mandate import State
from comptoir.gateways.bank import ebics
from comptoir.gateways.bank.ebics import Download, Keys, Step, Subscription, sealing
from comptoir.lib import rows
from comptoir.records.audit.actions import record
from comptoir.records.banking.models import BankAccount
from comptoir.records.deposits.actions import address
from comptoir.records.ebics import orders
from comptoir.records.ebics.models import Carried, Contract, Fetched, Gap, Mandate
from comptoir.records.firms.models import Firm, Person


class AlreadyOpen(Exception):
    """Ce contrat est déjà dans la liste : un abonné n’a qu’un jeu de clés."""


class NotSayable(Exception):
    """Le mandat n’en est pas là : relisez son état, puis recommencez."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a file tells of one statement, beside its movements."""

    part: int
    rank: int
    digest: str
    iban: str
    number: str
    currency: str
    opened_on: date | None
    closed_on: date | None
    closing: Decimal | None
    movements: int


# ── The contract ──────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def open_contract(
    *, firm: Firm, bank: str, said: ebics.Contract, order: str, secret: bytes, by: Person, at: datetime
) -> Contract:
    """A contract that the firm signed, with new keys of its own; without an `order`, the bank is asked for it later.

    Raises `AlreadyOpen`, `ebics.WrongContract`.
    """
    asks, order = not order.strip(), order.strip() or orders.USUAL[said.version]
    orders.order_of(said.version, order)
    begun = ebics.initialisation.begun(said, at=at)
    row = Contract(
        firm=firm,
        bank=bank[:80],
        url=said.url,
        host_id=said.host_id,
        partner_id=said.partner_id,
        user_id=said.user_id,
        version=said.version.value,
        order=order,
        asks_order=asks,
        step=begun.step.value,
        keys_expire_at=begun.keys.expires_at,
        opened_by=by,
        opened_at=at,
    )
    row.keys = sealing.sealed(begun.keys, secret=secret, contract_id=str(row.pk))
    if not rows.add(row):
        raise AlreadyOpen(AlreadyOpen.__doc__)
    record("open_ebics_contract", row, by=by, at=at, name=row.bank)
    return row


@transaction.atomic
def step(*, contract: Contract, to: Subscription, by: Person | None, at: datetime) -> None:
    """How far the contract has come; kept after each step, so that a machine that stops goes on from there."""
    before = contract.step
    contract.step, contract.is_under_way = to.step.value, to.is_under_way
    contract.is_bank_certified = to.contract.is_bank_certified
    contract.bank_keys = sealing.bank_keys_written(to.bank) if to.bank else ""
    if to.step is Step.TRUSTED and before != to.step:
        contract.trusted_by, contract.trusted_at = by, at
    contract.fault = ""
    contract.save(
        update_fields=[
            "step", "is_under_way", "is_bank_certified", "bank_keys", "trusted_by", "trusted_at", "fault",
        ]
    )  # fmt: skip
    if before != to.step:
        record(_VERBS[to.step], contract, by=by, at=at, name=contract.bank)


_VERBS = {
    Step.KEYS_MADE: "renew_ebics_keys",
    Step.SIGNATURE_SENT: "send_ebics_key",
    Step.ALL_SENT: "send_ebics_keys",
    Step.BANK_KEYS_READ: "read_bank_keys",
    Step.TRUSTED: "trust_bank_keys",
}


@transaction.atomic
def correct(*, contract: Contract, url: str, order: str, by: Person, at: datetime) -> None:
    """The bank moved, or calls its statements otherwise (`order`; it is asked where that is empty). Raises `ebics.WrongContract`."""
    version = ebics.Version(contract.version)
    ebics.Contract(url, contract.host_id, contract.partner_id, contract.user_id, version)
    words = order.strip() or contract.order
    orders.order_of(version, words)
    contract.url, contract.order, contract.fault, contract.asks_order = url, words, "", not order.strip()
    contract.save(update_fields=["url", "order", "fault", "asks_order"])
    record("correct_ebics", contract, by=by, at=at, name=contract.bank)


@transaction.atomic
def name_order(*, contract: Contract, order: ebics.Order | None, at: datetime) -> None:
    """The bank has said what it calls its statements; where it says nothing of them, the usual words stay."""
    words = orders.written(order) if order is not None else contract.order
    if words != contract.order:
        record("name_ebics_order", contract, by=None, at=at, name=contract.bank, order=words)
    contract.order, contract.asks_order = words, False
    contract.save(update_fields=["order", "asks_order"])


@transaction.atomic
def ask_period(*, contract: Contract, period: ebics.Period, by: Person, at: datetime) -> None:
    """The firm wants the statements of these days once more; asked for again, they come again."""
    Gap.objects.update_or_create(
        contract=contract,
        account_named="",
        first_on=period.first_on,
        last_on=period.last_on,
        defaults={"firm_id": contract.firm_id, "seen_at": at, "asked_at": None},
    )
    days = {"first_on": str(period.first_on), "last_on": str(period.last_on)}
    record("ask_ebics_period", contract, by=by, at=at, name=contract.bank, **days)


@transaction.atomic
def try_keys(*, contract: Contract, keys: Keys, secret: bytes) -> None:
    """New keys are about to be shown to the bank: both are kept until its answer is known."""
    contract.new_keys = sealing.sealed(keys, secret=secret, contract_id=str(contract.pk))
    contract.save(update_fields=["new_keys"])


@transaction.atomic
def settle_keys(*, contract: Contract, keys: Keys, secret: bytes, by: Person | None, at: datetime) -> None:
    """The bank goes by these."""
    is_renewed = keys.expires_at != contract.keys_expire_at
    contract.keys = sealing.sealed(keys, secret=secret, contract_id=str(contract.pk))
    contract.new_keys, contract.keys_expire_at = b"", keys.expires_at
    contract.save(update_fields=["keys", "new_keys", "keys_expire_at"])
    if is_renewed:
        record("renew_ebics_keys", contract, by=by, at=at, name=contract.bank)


@transaction.atomic
def suspend(*, contract: Contract, by: Person, at: datetime) -> None:
    """The bank takes no more orders with these keys; said again, nothing changes."""
    if contract.suspended_at:
        return
    contract.suspended_by, contract.suspended_at = by, at
    contract.save(update_fields=["suspended_by", "suspended_at"])
    record("suspend_ebics", contract, by=by, at=at, name=contract.bank)


@transaction.atomic
def begin_again(*, contract: Contract, keys: Keys, secret: bytes, by: Person, at: datetime) -> None:
    """A contract that was suspended, or reset by the bank, starts anew with new keys and new letters."""
    contract.step, contract.is_under_way, contract.bank_keys = Step.KEYS_MADE.value, False, ""
    contract.suspended_by = contract.suspended_at = contract.trusted_by = contract.trusted_at = None
    contract.keys = sealing.sealed(keys, secret=secret, contract_id=str(contract.pk))
    contract.new_keys, contract.keys_expire_at, contract.fault = b"", keys.expires_at, ""
    contract.save()
    record("begin_ebics_again", contract, by=by, at=at, name=contract.bank)


def asked(*, contract: Contract, fault: str, at: datetime) -> None:
    """The bank was asked, and what went wrong, if anything did."""
    contract.asked_at, contract.fault = at, fault[:400]
    contract.save(update_fields=["asked_at", "fault"])


# ── What it brings ────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def keep_fetched(*, contract: Contract, found: Download, at: datetime) -> Fetched:
    """Store what the bank gave, before it is told so; what it offers again because a receipt was lost is known."""
    sha256 = hashlib.sha256(found.content).hexdigest()
    store = storages["originals"]
    if not store.exists(address(sha256)):
        store.save(address(sha256), ContentFile(found.content))
    row, is_new = Fetched.objects.get_or_create(
        contract=contract,
        sha256=sha256,
        defaults={
            "firm_id": contract.firm_id,
            "transaction_id": found.transaction_id,
            "size": len(found.content),
            "stored_at": at,
        },
    )
    if is_new:
        record("fetch_statements", row, by=None, at=at, name=contract.bank)
    elif row.transaction_id != found.transaction_id:
        row.transaction_id, row.receipted_at = found.transaction_id, None
        row.save(update_fields=["transaction_id", "receipted_at"])
    return row


def receipted(*, fetched: Fetched, at: datetime) -> None:
    """The bank knows that it is stored."""
    Fetched.objects.filter(pk=fetched.pk, receipted_at=None).update(receipted_at=at)


def sort_out(*, fetched: Fetched, fault: str, at: datetime) -> None:
    """Each statement of the file is in its dossier or waits; or the file cannot be read, and why."""
    Fetched.objects.filter(pk=fetched.pk).update(sorted_at=None if fault else at, fault=fault[:400])


@transaction.atomic
def carry(*, fetched: Fetched, said: Sequence[Said]) -> list[Carried]:
    """The statements of a file, each once, even where another file told the very same; gives those that wait."""
    for one in said:
        Carried.objects.get_or_create(
            contract_id=fetched.contract_id,
            digest=one.digest,
            defaults={
                "firm_id": fetched.firm_id, "fetched": fetched, "part": one.part, "rank": one.rank,
                "iban": one.iban, "number": one.number, "currency": one.currency, "opened_on": one.opened_on,
                "closed_on": one.closed_on, "closing": one.closing, "movements": one.movements,
            },
        )  # fmt: skip
    kept = Carried.objects.filter(contract_id=fetched.contract_id, digest__in=[one.digest for one in said])
    return list(kept.filter(account=None).select_related("fetched", "contract").order_by("part", "rank"))


@transaction.atomic
def give(*, carried: Carried, account: BankAccount, by: Person | None, at: datetime) -> None:
    """The statement is in the books of the dossier that holds its account; without a person, its number told which."""
    carried.company_id, carried.account = account.company_id, account
    carried.by, carried.at, carried.fault = by, at, ""
    carried.save(update_fields=["company", "account", "by", "at", "fault"])
    record("give_statement", carried, by=by, at=at, account=account.ledger_account, number=carried.named)


def wait(*, carried: Carried, fault: str) -> None:
    """The statement stays at the firm, and why."""
    carried.fault = fault[:600]
    carried.save(update_fields=["fault"])


def see_gap(*, carried: Carried, first_on: date, last_on: date, at: datetime) -> None:
    """Days between two statements of an account that nothing tells; noticed once."""
    Gap.objects.get_or_create(
        contract_id=carried.contract_id,
        account_named=carried.named[:40],
        first_on=first_on,
        last_on=last_on,
        defaults={"firm_id": carried.firm_id, "seen_at": at},
    )


def gap_asked(*, contract: Contract, first_on: date, last_on: date, at: datetime) -> None:
    """The bank was asked for these days once more."""
    rows = Gap.objects.filter(contract=contract, first_on=first_on, last_on=last_on, asked_at=None)
    rows.update(asked_at=at)


# ── Mandates ──────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def say_mandate(*, account: BankAccount, state: State, by: Person | None, at: datetime) -> Mandate:
    """What became of the mandate of an account. Raises `NotSayable` for what cannot follow; said again, nothing changes."""
    BankAccount.objects.select_for_update().get(pk=account.pk)  # two people at once say one thing after the other
    last = Mandate.objects.filter(account=account).order_by("-at", "-id").first()
    before = last.said if last else State.NONE
    if last and before is state:
        return last
    if state not in before.next_ones:
        raise NotSayable(NotSayable.__doc__)
    row = Mandate.objects.create(
        firm_id=account.firm_id, company_id=account.company_id, account=account, state=state.value, by=by, at=at
    )
    record("say_bank_mandate", row, by=by, at=at, what=state.french, account=account.ledger_account)
    return row
