"""The plan comptable général: the regulation's accounts, dated by fiscal year, and how dossiers extend them."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

LONGEST = 12
WIDTH = 6
"""Accounts of a dossier are written on six digits, the firms' custom: 401 is kept as 401000."""

SUPPLIERS = ("401", "404")
CUSTOMERS = ("411",)
THIRD_PARTIES = ("108", "40", "41", "42", "43", "45", "46")
"""Accounts of those whom the company owes or who owe it: suppliers, customers, staff, partners, the owner."""
SUSPENSE = "471000"
INTERNAL_TRANSFERS = "580000"
TILL = "530000"
CHEQUES_TO_BANK = "511200"
CARDS_TO_BANK = "511500"
MEAL_VOUCHERS_TO_BANK = "511600"
BANK_FEES = "627000"


@dataclass(frozen=True, slots=True)
class PublishedAccount:
    """An account as the regulation publishes it, and the fiscal years that it holds for (opening years)."""

    number: str
    label: str
    since: int
    until: int | None

    def holds_in(self, year: int) -> bool:
        """Whether a fiscal year opened in `year` knows this account; older years keep the oldest text."""
        return year <= (self.until or year) and (year >= self.since or self.since == FIRST_YEAR)


FIRST_YEAR = 2025


@cache
def published(year: int) -> dict[str, str]:
    """Number to label, as published for fiscal years opened in `year`."""
    return {account.number: account.label for account in _all_published() if account.holds_in(year)}


def label(number: str, year: int) -> str:
    """The label of an account: the regulation's, else that of its nearest parent (401000 reads *Fournisseurs*)."""
    chart = published(year)
    stem = number.rstrip("0") or number
    while stem and stem not in chart:
        stem = stem[:-1]
    return chart.get(stem, number)


def padded(number: str) -> str:
    """The account on the dossier's width: `6061` is kept as `606100`; what is no account is left as it is."""
    return number.ljust(WIDTH, "0") if is_account(number) else number


def is_account(number: str) -> bool:
    """Whether it may be an account of a dossier: three to twelve digits, below an account of the regulation.

    Class 8 is the firms' own (opening balance, commitments), 54 and 79 stood in the texts before 2025.
    """
    is_number = number.isascii() and number.isdigit() and 3 <= len(number) <= LONGEST
    return is_number and (number.startswith(("8", "54", "79")) or number[:2] in _every_number())


def refusal(number: str) -> str:
    """Why it is no account, for the person who typed it."""
    return f"« {number[:20]} » n’est pas un compte : il en faut trois à douze chiffres, du plan comptable."


def is_charge(number: str) -> bool:
    """Whether the account says what was bought: a charge, or a fixed asset."""
    return number.startswith(("6", "20", "21", "23"))


def is_collective(number: str) -> bool:
    """Whether the account is kept by third party, each with an auxiliary."""
    return number.startswith((*SUPPLIERS, *CUSTOMERS))


@cache
def _every_number() -> frozenset[str]:
    return frozenset(account.number for account in _all_published())


@cache
def _all_published() -> tuple[PublishedAccount, ...]:
    lines = files("comptoir.domain").joinpath("pcg.txt").read_text("utf-8").splitlines()
    return tuple(_parse(line) for line in lines if not line.startswith("#"))


def _parse(line: str) -> PublishedAccount:
    years, number, text = line.split("\t")
    since, _, until = years.partition("-")
    return PublishedAccount(number, text, int(since), int(until) if until else None)
