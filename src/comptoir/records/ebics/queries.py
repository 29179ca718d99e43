"""The firm's contracts as its screens show them, what is still to be done with each, and the mandates of a dossier's accounts."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.core.files.storage import storages
from django.db.models import Count, Q

from comptoir.domain.bank_mandate import State
from comptoir.domain.fault import Fault
from comptoir.gateways.bank import ebics
from comptoir.gateways.bank.ebics import Keys, Order, Period, Step, Subscription, cipher, sealing
from comptoir.records.banking.models import BankAccount, Statement
from comptoir.records.deposits.actions import address
from comptoir.records.deposits.queries import verify_stored
from comptoir.records.ebics import orders
from comptoir.records.ebics.models import Carried, Contract, Fetched, Gap, Mandate
from comptoir.records.firms.models import Company, Firm

MOST_WAITING = 200


@dataclass(frozen=True, slots=True)
class Line:
    """A contract in the firm's list: how it is, what it brought last, what of it waits."""

    contract: Contract
    last: Fetched | None
    waiting: int


@dataclass(frozen=True, slots=True)
class AccountMandate:
    """The mandate of one account: where it stands, what may be said next, and all that was said."""

    account: BankAccount
    state: State
    said: tuple[Mandate, ...]


# ── Contracts ─────────────────────────────────────────────────────────────────────────────────────


def contracts(firm: Firm) -> list[Line]:
    """The firm's contracts, with the last file of each."""
    rows = Contract.objects.filter(firm=firm).order_by("bank", "opened_at")
    rows = rows.annotate(waiting=Count("carried", filter=Q(carried__account=None)))
    last = Fetched.objects.filter(contract__firm=firm).order_by("contract", "-stored_at").distinct("contract")
    of = {row.contract_id: row for row in last}
    return [Line(row, of.get(row.pk), row.waiting) for row in rows]


def contract(firm_id: UUID, contract_id: UUID) -> Contract | None:
    """A contract of this firm, or None."""
    rows = Contract.objects.filter(firm_id=firm_id, pk=contract_id)
    return rows.select_related("firm", "opened_by", "trusted_by", "suspended_by").first()


def said(row: Contract) -> ebics.Contract:
    """The contract as the gateway knows it."""
    return ebics.Contract(
        row.url,
        row.host_id,
        row.partner_id,
        row.user_id,
        ebics.Version(row.version),
        is_bank_certified=row.is_bank_certified,
    )


def order(row: Contract) -> Order:
    """What is fetched with it."""
    return orders.order_of(ebics.Version(row.version), row.order)


def keys(row: Contract, *, secret: bytes) -> Keys:
    """The keys of a contract, opened. Raises `ebics.WrongSecret`."""
    return sealing.unsealed(bytes(row.keys), secret=secret, contract_id=str(row.pk))


def new_keys(row: Contract, *, secret: bytes) -> Keys | None:
    """Keys of which nobody knows yet whether the bank has taken them."""
    if not row.new_keys:
        return None
    return sealing.unsealed(bytes(row.new_keys), secret=secret, contract_id=str(row.pk))


def subscription(row: Contract, *, secret: bytes) -> Subscription:
    """How far the contract has come, as the gateway goes on with it. Raises `ebics.WrongSecret`."""
    bank = sealing.bank_keys_read(row.bank_keys) if row.bank_keys else None
    return Subscription(said(row), keys(row, secret=secret), Step(row.step), row.is_under_way, bank)


def in_use(firm_id: UUID) -> list[UUID]:
    """The contracts of a firm with which statements are fetched."""
    rows = Contract.objects.filter(firm_id=firm_id, step=Step.TRUSTED.value, suspended_at=None)
    return list(rows.values_list("pk", flat=True))


def fetched(row: Contract, limit: int = 10) -> list[Fetched]:
    """The last files that a contract brought."""
    rows = Fetched.objects.filter(contract=row).annotate(
        statements=Count("carried"), waiting=Count("carried", filter=Q(carried__account=None))
    )
    return list(rows.order_by("-stored_at")[:limit])


# ── What is still to be done ──────────────────────────────────────────────────────────────────────


def to_receipt(row: Contract) -> list[Fetched]:
    """Files that are stored, and of which the bank does not know it."""
    return list(Fetched.objects.filter(contract=row, receipted_at=None).order_by("stored_at"))


def to_sort(row: Contract) -> list[Fetched]:
    """Files whose statements are not all in their dossier or at the firm yet."""
    return list(Fetched.objects.filter(contract=row, sorted_at=None).order_by("stored_at"))


def parts(row: Fetched) -> Iterator[bytes]:
    """The files of what was fetched, in their order, one at a time. Raises `ebics.Unreadable`, at any of them."""
    with storages["originals"].open(address(row.sha256)) as file:
        stored = bytes(file.read())
    return (one.content for one in cipher.each(stored)) if cipher.is_archive(stored) else iter((stored,))


def verify_fetched() -> Iterator[Fault]:
    """Each file of a bank's that the store has lost, or that is no longer what came."""
    rows = Fetched.objects.values_list("sha256", flat=True).distinct().order_by("sha256")
    return verify_stored(rows.iterator())


def waiting(firm: Firm) -> list[Carried]:
    """Statements of accounts that no dossier of the firm holds, the newest first."""
    rows = Carried.objects.filter(firm=firm, account=None).select_related("contract")
    return list(rows.order_by("iban", "number", "-closed_on", "-id")[:MOST_WAITING])


def waiting_one(firm: Firm, carried_id: UUID) -> Carried | None:
    """One of them, or None."""
    rows = Carried.objects.filter(firm=firm, account=None, pk=carried_id)
    return rows.select_related("contract", "fetched").first()


def alike(carried: Carried) -> list[Carried]:
    """The statements that wait for the same account, from the oldest."""
    rows = Carried.objects.filter(firm_id=carried.firm_id, account=None, iban=carried.iban, number=carried.number)
    return list(rows.select_related("contract", "fetched").order_by("closed_on", "id"))


def gaps(row: Contract) -> list[Period]:
    """Days to ask the bank for once more, each once."""
    found = Gap.objects.filter(contract=row, asked_at=None).order_by("first_on", "last_on")
    return [Period(*days) for days in dict.fromkeys(found.values_list("first_on", "last_on"))]


def days_missing(carried: Carried, account: BankAccount, opening: object) -> tuple[date, date] | None:
    """The days between this statement and the last proved one before it, where their balances do not meet."""
    if carried.opened_on is None or opening is None:
        return None
    before = (
        Statement.objects.filter(account=account, closing__isnull=False, closed_on__lte=carried.opened_on)
        .order_by("-closed_on", "-at")
        .first()
    )
    if before is None or before.closed_on is None or before.closing == opening:
        return None
    return before.closed_on, carried.opened_on


# ── Mandates ──────────────────────────────────────────────────────────────────────────────────────


def mandates(company: Company) -> dict[UUID, AccountMandate]:
    """The mandate of each account of a dossier."""
    told: dict[UUID, list[Mandate]] = {}
    for row in Mandate.objects.filter(company=company).select_related("by").order_by("at", "id"):
        told.setdefault(row.account_id, []).append(row)
    accounts: Iterable[BankAccount] = BankAccount.objects.filter(company=company)
    return {account.pk: _mandate(account, told.get(account.pk, [])) for account in accounts}


def mandate(account: BankAccount) -> State:
    """Where the mandate of an account stands."""
    last = Mandate.objects.filter(account=account).order_by("-at", "-id").first()
    return last.said if last else State.NONE


def _mandate(account: BankAccount, told: list[Mandate]) -> AccountMandate:
    return AccountMandate(account, told[-1].said if told else State.NONE, tuple(told))
