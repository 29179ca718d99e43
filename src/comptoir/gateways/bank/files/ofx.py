"""OFX 1 (SGML, tags left open) and OFX 2 (XML): one reader for both, since banks mix the two.

Seen in real files: everything on one line, `FITID` with `$ %`, amounts with a comma, dates with `[+1:CET]`.
"""

import html
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import pairwise

from comptoir.domain.movement import BankStatement, Movement, StatementFile
from comptoir.gateways.bank.files import written
from comptoir.gateways.bank.files.faults import Unreadable

_TAG = re.compile(r"<([A-Za-z0-9._]+)>([^<]*)")
_BLOCKS = ("STMTRS", "CCSTMTRS")


def sniffs(content: bytes) -> bool:
    """A file with the OFX root near its head."""
    head = content[:8192].upper()
    return b"<OFX>" in head or b"OFXHEADER" in head


def read(content: bytes) -> StatementFile:
    """The statements of a file, one an account; OFX gives a closing balance and never an opening one."""
    text = written.text(content)
    if "<!ENTITY" in text.upper():
        raise Unreadable("le fichier déclare des entités XML.")
    statements = [_statement(block) for name in _BLOCKS for block in _blocks(text, name)]
    if not statements:
        raise Unreadable("le fichier OFX ne contient aucun compte.")
    return StatementFile("ofx", tuple(statements))


def _statement(block: str) -> BankStatement:
    values = _values(block)
    moves = tuple(_movement(part) for part in _blocks(block, "STMTTRN"))
    number = "".join(values.get(name, "") for name in ("BANKID", "BRANCHID", "ACCTID")) or None
    return BankStatement(
        number=number,
        iban=None,
        currency=values.get("CURDEF", "EUR").upper()[:3],
        opening=None,
        closing=_amount(values["BALAMT"]) if "BALAMT" in values else None,
        opened_on=_day(values.get("DTSTART", "")),
        closed_on=_day(values.get("DTASOF", "") or values.get("DTEND", "")),
        movements=moves,
    )


def _movement(block: str) -> Movement:
    values = _values(block)
    booked_on = _day(values.get("DTPOSTED", ""))
    if booked_on is None:
        raise Unreadable(f"une opération n’a pas de date ({values.get('NAME', 'sans libellé')}).")
    words = [values.get(name, "") for name in ("NAME", "MEMO")]
    label = " ".join(dict.fromkeys(word for word in words if word)) or values.get("TRNTYPE", "Opération")
    return Movement(
        booked_on=booked_on,
        amount=_amount(values.get("TRNAMT", "")),
        label=label,
        value_on=_day(values.get("DTAVAIL", "")),
        reference=values.get("CHECKNUM") or values.get("REFNUM") or None,
    )


def _blocks(text: str, name: str) -> Iterator[str]:
    """What stands in each such tag, whether the file closes it or leaves it open."""
    starts = [match.end() for match in re.finditer(rf"<{name}>", text, re.IGNORECASE)]
    closing = re.compile(rf"</{name}>", re.IGNORECASE)
    for start, following in pairwise([*starts, len(text)]):
        end = closing.search(text, start, following)
        yield text[start : end.start() if end else following]


def _values(block: str) -> dict[str, str]:
    """The first value of each tag: those of the account come before its movements."""
    found: dict[str, str] = {}
    for name, value in _TAG.findall(block):
        if value.strip():
            found.setdefault(name.upper(), html.unescape(value.strip()))
    return found


def _amount(text: str) -> Decimal:
    try:
        return written.plain_amount(text.replace(" ", "").replace(",", "."))
    except ValueError as error:
        raise Unreadable(f"« {text} » n’est pas un montant.") from error


def _day(text: str) -> date | None:
    digits = text[:8]
    if not digits:
        return None
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError as error:
        raise Unreadable(f"« {text} » n’est pas une date.") from error
