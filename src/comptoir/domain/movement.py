"""The bank's side: accounts, statements and the movements on them, as a bank's file tells them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Movement:
    """One movement on a bank account. `amount` is signed: positive when money comes in."""

    booked_on: date
    amount: Decimal
    label: str
    value_on: date | None = None
    counterparty: str | None = None
    reference: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class BankStatement:
    """One account's statement. A file without balances gives None: *solde non prouvé*."""

    number: str | None
    iban: str | None
    currency: str | None
    opening: Decimal | None
    closing: Decimal | None
    opened_on: date | None
    closed_on: date | None
    movements: tuple[Movement, ...] = ()


@dataclass(frozen=True, slots=True)
class StatementFile:
    """What one file holds: its format and one statement an account and period."""

    format: str
    statements: tuple[BankStatement, ...]
