"""CFONB120: the statement of French banks, lines of 120 characters (*relevé de compte*, CFONB 2004).

A line 01 holds the old balance, 04 a movement, 05 more words on it, 07 the new balance.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from comptoir.domain.movement import BankStatement, Movement, StatementFile
from comptoir.gateways.bank.files import written
from comptoir.gateways.bank.files.faults import Unreadable
from comptoir.gateways.bank.files.rib import iban_of

WIDTH = 120

_UNITS = {c: (1, n) for n, c in enumerate("{ABCDEFGHI")} | {c: (-1, n) for n, c in enumerate("}JKLMNOPQR")}
_UNITS |= {"é": _UNITS["{"], "è": _UNITS["}"]}
"""The last character holds sign and digit. In the French 7-bit set `{` and `}` are é and è."""

_NAMES = {"NPY", "NPO", "NBE", "NBU"}
_REFERENCES = {"RCN", "REF"}
_IDENTIFIERS = {"IPY", "IBE", "RUM", "MMO", "FEE", "CBE", "BDF", "LCM"}
"""Qualifiers that are no words for a reader; every other one, known or not, is part of the label."""


def sniffs(content: bytes) -> bool:
    """A file that begins with an old balance or a movement, bank code behind it."""
    head = content[:4096].removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n \x00")
    return bool(re.match(rb"0[14]\d{5}[ \d]{4}", head)) and b"<" not in head[:WIDTH]


def read(content: bytes) -> StatementFile:
    """The statements of a file, in its order: several accounts, and several days of one."""
    statements: list[BankStatement] = []
    current: _Draft | None = None
    for number, line in _lines(_decoded(content)):
        kind = line[:2]
        if kind == "01":
            if current is not None:
                raise _unfinished(current)
            current = _opened(line, number)
        elif kind == "04":
            current = current or _without_opening(line, number)
            current.movements.append(_movement(line, number))
        elif kind == "05":
            if current is not None and current.movements:
                current.movements[-1].add(line)
        elif kind == "07":
            current = current or _without_opening(line, number)
            statements.append(_closed(current, line, number))
            current = None
        else:
            raise Unreadable(f"« {kind} » n’est pas un type de ligne CFONB120.", line=number)
    if current is not None:
        statements.append(_left_open(current))
    return StatementFile("cfonb120", tuple(statements))


@dataclass
class _DraftMovement:
    booked_on: date
    value_on: date | None
    amount: Decimal
    words: list[str]
    reference: str
    entry_number: str
    line: int
    qualifier: str = "LIB"
    said: dict[str, str] = field(default_factory=dict)

    def add(self, line: str) -> None:
        qualifier, information = line[45:48].strip(), line[48:118].rstrip()
        self.qualifier = qualifier or self.qualifier
        if self.qualifier in _NAMES | _REFERENCES | _IDENTIFIERS:
            self.said[self.qualifier] = self.said.get(self.qualifier, "") + information
        else:
            self.words.append(information)

    def settled(self) -> Movement:
        client_reference = self.said.get("RCN", "")
        label = written.joined([*self.words, client_reference[35:]])
        names = ("NBE", "NBU") if self.amount < 0 else ("NPY", "NPO")
        counterparty = next((self.said[name] for name in names if self.said.get(name, "").strip()), "")
        references = (self.reference, client_reference[:35], self.said.get("REF", ""), self.entry_number)
        reference = next((text for text in map(written.one_line, references) if text.strip("0 ")), None)
        return Movement(
            booked_on=self.booked_on,
            amount=self.amount,
            label=label,
            value_on=self.value_on,
            counterparty=written.one_line(counterparty) or None,
            reference=reference,
            line=self.line,
        )


@dataclass
class _Draft:
    account: tuple[str, str, str]
    currency: str
    line: int
    opening: Decimal | None = None
    opened_on: date | None = None
    movements: list[_DraftMovement] = field(default_factory=list)


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _lines(text: str) -> Iterator[tuple[int, str]]:
    rows = re.split(r"\r\n|\n|\r", text.replace("\x1a", "").replace("\x00", " "))
    if len([row for row in rows if row.strip()]) == 1:
        row = next(row for row in rows if row.strip())
        rows = [row[start : start + WIDTH] for start in range(0, len(row), WIDTH)]
    for number, row in enumerate(rows, 1):
        if row.strip():
            yield number, row.ljust(WIDTH)


def _opened(line: str, number: int) -> _Draft:
    draft = _without_opening(line, number)
    draft.opening = _amount(line, number)
    draft.opened_on = _day(line[34:40], number) if line[34:40].strip() else None
    return draft


def _without_opening(line: str, number: int) -> _Draft:
    return _Draft(_account(line), line[16:19].strip() or "EUR", number)


def _account(line: str) -> tuple[str, str, str]:
    return line[2:7].strip(), line[11:16].strip(), line[21:32].strip()


def _movement(line: str, number: int) -> _DraftMovement:
    return _DraftMovement(
        booked_on=_day(line[34:40], number),
        value_on=_day(line[42:48], number) if line[42:48].strip("0 ") else None,
        amount=_amount(line, number),
        words=[line[48:79]],
        reference=line[104:120],
        entry_number=line[81:88],
        line=number,
    )


def _closed(draft: _Draft, line: str, number: int) -> BankStatement:
    if _account(line) != draft.account:
        raise Unreadable(
            f"le nouveau solde est celui du compte {_account(line)[2]}, "
            f"le relevé commencé est celui du compte {draft.account[2]}.",
            line=number,
        )
    closed_on = _day(line[34:40], number) if line[34:40].strip("0 ") else None
    return _statement(draft, closing=_amount(line, number), closed_on=closed_on)


def _left_open(draft: _Draft) -> BankStatement:
    if draft.opening is not None:
        raise _unfinished(draft)
    return _statement(draft, closing=None, closed_on=None)


def _unfinished(draft: _Draft) -> Unreadable:
    return Unreadable(
        f"le relevé du compte {draft.account[2]} a un ancien solde, mais pas de nouveau solde (ligne 07) : "
        "le fichier est incomplet.",
        line=draft.line,
    )


def _statement(draft: _Draft, *, closing: Decimal | None, closed_on: date | None) -> BankStatement:
    return BankStatement(
        number=draft.account[2] or None,
        iban=iban_of(*draft.account),
        currency=draft.currency,
        opening=draft.opening,
        closing=closing,
        opened_on=draft.opened_on,
        closed_on=closed_on,
        movements=tuple(movement.settled() for movement in draft.movements),
    )


def _amount(line: str, number: int) -> Decimal:
    digits, unit = line[90:103].strip() or "0", line[103]
    places = line[19].strip() or "2"
    if not (re.fullmatch(r"[0-9]+", digits) and unit in _UNITS and places in "0123456789"):
        raise Unreadable(f"le montant « {line[90:104].strip()} » n’en est pas un.", line=number)
    sign, last = _UNITS[unit]
    return written.tidy(sign * Decimal(int(digits) * 10 + last).scaleb(-int(places)))


def _day(jjmmaa: str, number: int) -> date:
    try:
        return written.day(f"{jjmmaa[:2]}/{jjmmaa[2:4]}/{jjmmaa[4:6]}")
    except ValueError:
        raise Unreadable(f"la date « {jjmmaa.strip()} » n’existe pas.", line=number) from None
