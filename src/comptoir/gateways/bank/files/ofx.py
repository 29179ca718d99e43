"""OFX 1 (SGML, tags left open) and OFX 2 (XML): one reader for both, since banks mix the two.

Seen in real files: everything on one line, `FITID` with `$ %`, amounts with a comma, dates with `[+1:CET]`.
"""

import html
import re
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from comptoir.domain.movement import BankStatement, Movement, Told
from comptoir.gateways.bank.files import written
from comptoir.gateways.bank.files.faults import Unreadable

_TAG = re.compile(r"<([A-Za-z0-9._]+)>([^<]*)")
_BLOCKS = ("STMTRS", "CCSTMTRS")


def sniffs(content: bytes) -> bool:
    """A file with the OFX root near its head."""
    head = content[:8192].upper()
    return b"<OFX>" in head or b"OFXHEADER" in head


def read(content: bytes) -> Iterator[Told]:
    """The statements of a file, one an account; OFX gives a closing balance and never an opening one."""
    text = written.text(content)
    if "<!ENTITY" in text.upper():
        raise Unreadable("le fichier déclare des entités XML.")
    _refuse_cut(text)
    whole, count = _Block(text, 0, len(text), array("Q", _breaks(text))), 0
    for name in _BLOCKS:
        for block in whole.inner(name):
            yield from _statement(block)
            count += 1
    if not count:
        raise Unreadable("le fichier OFX ne contient aucun compte.")


def _breaks(text: str) -> Iterator[int]:
    return (found.start() for found in re.finditer("\n", text))


def _refuse_cut(text: str) -> None:
    """A file that ends before its last tag has lost movements, or the end of an amount, which nothing else would tell."""
    if not re.search(r"</OFX>[\s\x1a\x00]*$", text, re.IGNORECASE):
        raise Unreadable("le fichier OFX s’arrête avant sa fin (« </OFX> » manque).")


@dataclass(frozen=True, slots=True)
class _Block:
    """What stands between two places of the file."""

    text: str
    start: int
    end: int
    breaks: Sequence[int]

    @property
    def line(self) -> int:
        return bisect_left(self.breaks, self.start) + 1

    def inner(self, name: str) -> "Iterator[_Block]":
        """What stands in each such tag, whether the file closes it or leaves it open."""
        opening, closing = re.compile(f"<{name}>", re.IGNORECASE), re.compile(f"</{name}>", re.IGNORECASE)
        starts = [found.end() for found in opening.finditer(self.text, self.start, self.end)]
        for start, following in pairwise([*starts, self.end]):
            end = closing.search(self.text, start, following)
            yield _Block(self.text, start, end.start() if end else following, self.breaks)

    def values(self) -> dict[str, str]:
        """The first value of each tag: those of the account come before its movements."""
        found: dict[str, str] = {}
        for tag in _TAG.finditer(self.text, self.start, self.end):
            if value := tag[2].strip():
                found.setdefault(tag[1].upper(), html.unescape(value))
        return found


def _statement(block: _Block) -> Iterator[Told]:
    values = block.values()
    currency = values.get("CURDEF", "EUR").upper()[:3]
    for part in block.inner("STMTTRN"):
        yield _movement(part, currency)
    number = "".join(values.get(name, "") for name in ("BANKID", "BRANCHID", "ACCTID")) or None
    yield BankStatement(
        number=number,
        iban=None,
        currency=currency,
        opening=None,
        closing=_amount(values["BALAMT"], block.line) if "BALAMT" in values else None,
        opened_on=_day(values.get("DTSTART", ""), block.line),
        closed_on=_day(values.get("DTASOF", "") or values.get("DTEND", ""), block.line),
        format="ofx",
    )


def _movement(block: _Block, currency: str) -> Movement:
    values, line = block.values(), block.line
    booked_on = _day(values.get("DTPOSTED", ""), line)
    if booked_on is None:
        raise Unreadable(f"une opération n’a pas de date ({values.get('NAME', 'sans libellé')}).", line=line)
    if "<CURRENCY>" in block.text[block.start : block.end].upper() and values.get("CURSYM", currency) != currency:
        raise Unreadable(f"une opération est en {values['CURSYM']} sur un compte en {currency}.", line=line)
    words = [values.get(name, "") for name in ("NAME", "MEMO")]
    label = " ".join(dict.fromkeys(word for word in words if word)) or values.get("TRNTYPE", "Opération")
    return Movement(
        booked_on=booked_on,
        amount=_amount(values.get("TRNAMT", ""), line),
        label=label,
        value_on=_day(values.get("DTAVAIL", ""), line),
        reference=values.get("CHECKNUM") or values.get("REFNUM") or None,
        line=line,
    )


def _amount(text: str, line: int) -> Decimal:
    """OFX wants a point; some banks write their country's comma, and spaces between thousands."""
    try:
        return written.plain_amount(text.replace(",", "."))
    except ValueError:
        pass
    try:
        return written.french_amount(text)
    except ValueError:
        raise Unreadable(f"« {text} » n’est pas un montant.", line=line) from None


def _day(text: str, line: int) -> date | None:
    digits = text[:8]
    if not digits:
        return None
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        raise Unreadable(f"« {text} » n’est pas une date.", line=line) from None
