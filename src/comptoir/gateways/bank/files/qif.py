"""QIF, as French banks and old accounting programs export it: a letter a line, `^` after each movement.

It holds no account number, no currency and no balances. `D` a date (French, ISO, or `D/M'YY`), `T` the amount,
`P` the payee, `M` a memo, `N` a cheque's number; `S`, `E` and `$` split the amount, which `T` already holds whole.
"""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from comptoir.domain.movement import BankStatement, Movement, Told
from comptoir.gateways.bank.files import written
from comptoir.gateways.bank.files.faults import Unreadable

_BANKS = re.compile(r"!Type:(?:Bank|CCard|Cash|Oth A|Oth L)\s*$", re.IGNORECASE)
_QUICKEN_DAY = re.compile(r"(\d{1,2})[/.\-]\s*(\d{1,2})\s*['’]\s*(\d{4}|\d{1,2})$")


def sniffs(content: bytes) -> bool:
    """A text that begins with the kind of its list."""
    return content.removeprefix(b"\xef\xbb\xbf").lstrip().upper().startswith((b"!TYPE:", b"!ACCOUNT", b"!OPTION"))


def read(content: bytes) -> Iterator[Told]:
    """The one account of the file; QIF proves nothing, so balances are null."""
    first = last = None
    for line, said in _records(written.text(content)):
        moved = _movement(line, said)
        first, last = min(first or moved.booked_on, moved.booked_on), max(last or moved.booked_on, moved.booked_on)
        yield moved
    yield BankStatement(None, None, None, None, None, first, last, format="qif")


def _records(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Each movement with its first line; a list of categories or securities holds none of an account."""
    said: dict[str, str] = {}
    start, is_bank = 0, False
    for number, row in written.rows(text):
        if row.startswith("!"):
            is_bank = _kept(row, number)
        elif row.strip() == "^":
            if is_bank and said:
                yield start, said
            said = {}
        elif row.strip():
            start = start if said else number
            said.setdefault(row[0].upper(), row[1:].strip())
    if said and is_bank:
        raise Unreadable("le dernier mouvement n’est pas fini (« ^ » manque) : le fichier est coupé.", line=start)


def _kept(row: str, number: int) -> bool:
    if row.upper().startswith("!TYPE:INVST"):
        raise Unreadable("ce fichier QIF est celui d’un compte de titres.", line=number)
    return bool(_BANKS.match(row))


def _movement(line: int, said: dict[str, str]) -> Movement:
    number = said.get("N", "")
    return Movement(
        booked_on=_day(said.get("D", ""), line),
        amount=_amount(said.get("T") or said.get("U", ""), line),
        label=written.joined([said.get("P", ""), said.get("M", "")]),
        reference=number if any(c.isdigit() for c in number) else None,
        line=line,
    )


def _day(said: str, line: int) -> date:
    quicken = _QUICKEN_DAY.fullmatch(said)
    try:
        return written.day("/".join((*quicken.groups()[:2], quicken[3].zfill(2))) if quicken else said)
    except ValueError:
        raise Unreadable(f"la date « {said} » n’existe pas (jour, mois, année).", line=line) from None


def _amount(said: str, line: int) -> Decimal:
    try:
        return written.french_amount(said)
    except ValueError:
        raise Unreadable(f"le montant « {said} » n’en est pas un.", line=line) from None
