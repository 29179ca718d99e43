"""What a bank movement is, and how its money moved. The values are public: they stand in JSON and in the database."""

from enum import StrEnum


class Means(StrEnum):
    """How money moved."""

    CARD = "card"
    DIRECT_DEBIT = "direct_debit"
    TRANSFER = "transfer"
    CHEQUE = "cheque"
    CASH = "cash"
    FEE = "fee"
    OTHER = "other"


class Kind(StrEnum):
    """What happened. The direction is that of the amount, never of the words."""

    PURCHASE = "purchase"
    TAKINGS = "takings"
    TRANSFER = "transfer"
    INSTANT = "instant"
    INTERNAL = "internal"
    DIRECT_DEBIT = "direct_debit"
    REJECT = "reject"
    FEE = "fee"
    INTEREST = "interest"
    LOAN = "loan"
    CHEQUE = "cheque"
    CHEQUE_DEPOSIT = "cheque_deposit"
    CASH_WITHDRAWAL = "cash_withdrawal"
    CASH_DEPOSIT = "cash_deposit"
    OTHER = "other"
