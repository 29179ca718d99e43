"""Cards with deferred debit: which account is one, what it still has to pay, and which debit paid what."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Max, Min, Q, QuerySet, Sum

from comptoir.domain.card import is_deferred_debit, names
from comptoir.domain.movement import Movement
from comptoir.records.audit.actions import record
from comptoir.records.banking import movements
from comptoir.records.banking.models import BankAccount, CardDebit, CardPurchase, DeferredCard, Transaction
from comptoir.records.firms.models import Company, Person


class NotACard(Exception):
    """Ce compte ne peut pas être une carte à débit différé."""


@transaction.atomic
def say(*, card: BankAccount, pays: BankAccount, by: Person, at: datetime) -> DeferredCard:
    """An account is a card whose purchases another account pays later; said again, the last word counts."""
    if card.pk == pays.pk:
        raise NotACard("Une carte ne se débite pas sur elle-même : choisissez le compte courant.")
    if card.currency != pays.currency:
        raise NotACard("La carte et son compte courant sont dans la même monnaie.")
    if DeferredCard.objects.filter(card=pays).exists():
        raise NotACard(f"« {pays.name} » est elle-même une carte : choisissez le compte courant.")
    if DeferredCard.objects.filter(pays=card).exists():
        raise NotACard(f"« {card.name} » paie déjà une carte : ce n’en est pas une.")
    row, _ = DeferredCard.objects.update_or_create(
        card=card,
        company_id=card.company_id,
        defaults={"firm_id": card.firm_id, "pays": pays, "by": by, "at": at},
    )
    record("say_card", row, by=by, at=at, card=card.name, pays=pays.ledger_account)
    return row


@transaction.atomic
def end(*, card: BankAccount, by: Person, at: datetime) -> None:
    """An account is no such card any more; what its debits paid stays as it is booked."""
    if row := DeferredCard.objects.filter(card=card).first():
        record("end_card", row, by=by, at=at, card=card.name)
        row.delete()


def number(*, card: BankAccount, digits: str) -> None:
    """The last figures of a card, by which its debits name it."""
    card.number = digits[:40]
    card.save(update_fields=["number"])


def of(company: Company) -> list[DeferredCard]:
    """The cards of a company, in the order of its books."""
    rows = DeferredCard.objects.filter(company=company).select_related("card", "pays")
    return list(rows.order_by("card__ledger_account"))


def unpaid(card: BankAccount) -> QuerySet[Transaction]:
    """What no debit has paid yet; the card's own line of a debit is no purchase."""
    rows = Transaction.objects.filter(account=card, card_purchase=None, mirrors_debit=None)
    return rows.filter(withdrawal=None, undoes=None)


@dataclass(frozen=True, slots=True)
class Debit:
    """A debit that a current account has told: how many purchases it pays, of which days."""

    booked_on: date
    amount: Decimal
    purchases: int
    first_on: date | None
    last_on: date | None


@dataclass(frozen=True, slots=True)
class Outstanding:
    """A card as the firm reads it: what it still has to pay, and the last debits."""

    card: BankAccount
    pays: BankAccount
    amount: Decimal
    purchases: int
    debits: tuple[Debit, ...]


def outstanding(company: Company) -> list[Outstanding]:
    """Each card of the company, with what it has still to pay."""
    return [_outstanding(row) for row in of(company)]


def _outstanding(row: DeferredCard) -> Outstanding:
    waiting = [one for one in unpaid(row.card) if not (one.amount > 0 and is_deferred_debit(one.label))]
    debits = (
        CardDebit.objects.filter(card=row.card)
        .annotate(n=Count("purchases"), first=Min(_DAY), last=Max(_DAY))
        .order_by("-transaction__booked_on")
        .values_list("transaction__booked_on", "transaction__amount", "n", "first", "last")[:6]
    )
    owed = sum((one.amount for one in waiting), Decimal(0))
    return Outstanding(row.card, row.pays, owed, len(waiting), tuple(Debit(*one) for one in debits))


_DAY = "purchases__transaction__booked_on"


def owed(company: Company) -> dict[UUID, Decimal]:
    """What each card of the company has still to pay, as its client reads it."""
    rows = Transaction.objects.filter(company=company, card_purchase=None, mirrors_debit=None).filter(
        ~Q(account__as_card=None), withdrawal=None, undoes=None
    )
    found: dict[UUID, Decimal] = defaultdict(Decimal)
    found.update(rows.order_by().values_list("account").annotate(Sum("amount")))
    return {row.card_id: found[row.card_id] for row in of(company)}


def keep(
    *,
    debit: Transaction,
    card: BankAccount,
    mirror: Transaction | None,
    purchases: Sequence[UUID],
    at: datetime,
) -> CardDebit:
    """Remember what a debit is and what it paid; told more later, the row takes it."""
    row, _ = CardDebit.objects.get_or_create(
        transaction=debit,
        company_id=debit.company_id,
        defaults={"firm_id": debit.firm_id, "card": card, "at": at},
    )
    if mirror is not None and row.mirror_id is None:
        row.mirror = mirror
        row.save(update_fields=["mirror"])
    CardPurchase.objects.bulk_create(
        [
            CardPurchase(firm_id=row.firm_id, company_id=row.company_id, debit=row, transaction_id=pk)
            for pk in purchases
        ]
    )
    return row


def release(*, transactions: Iterable[Transaction]) -> None:
    """What the bank takes back has neither paid nor been paid: debits and purchases wait for each other again."""
    gone = [row.pk for row in transactions]
    touched = Q(transaction__in=gone) | Q(mirror__in=gone) | Q(purchases__transaction__in=gone)
    CardDebit.objects.filter(pk__in=CardDebit.objects.filter(touched).values("pk")).delete()


def detailed(*, account: BankAccount, told: Iterable[tuple[Movement, str]], at: datetime) -> list[Transaction]:
    """The purchases that a bank tells with the monthly debit of a card, each once, on the card's own account.

    `told` are debits with their fingerprints. Only of a card that is known: the one that the debit's label names, or the account's only one.
    """
    held = list(DeferredCard.objects.filter(pays=account).select_related("card"))
    found: list[Transaction] = []
    for moved, key in told if held else ():
        named = [row.card for row in held if names(moved.label, row.card.number)]
        cards = named or [row.card for row in held]
        if len(cards) == 1:
            parts = [(f"part|{account.pk}|{key}|{rank}", part) for rank, part in enumerate(moved.parts)]
            before = set(
                Transaction.objects.filter(account=cards[0])
                .exclude(card_purchase=None)
                .values_list("pk", flat=True)
            )
            found += movements.take(account=cards[0], movements=parts, by_it=before, at=at).new
    return found
