"""CFONB120: the statement of French banks, lines of 120 characters (*relevé de compte*, CFONB 2004).

A line 01 holds the old balance, 04 a movement, 05 more words on it, 07 the new balance.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from io import BytesIO

from comptoir.domain import label
from comptoir.domain.money import places
from comptoir.domain.movement import BankStatement, Movement, Told
from comptoir.gateways.bank.files import written
from comptoir.gateways.bank.files.faults import Unreadable
from comptoir.gateways.bank.files.rib import iban_of

WIDTH = 120

_UNITS = {c: (1, n) for n, c in enumerate("{ABCDEFGHI")} | {c: (-1, n) for n, c in enumerate("}JKLMNOPQR")}
_UNITS |= {"é": _UNITS["{"], "è": _UNITS["}"]}
"""The last character holds sign and digit. In the French 7-bit set `{` and `}` are é and è."""

_NAMES = {"NPY", "NPO", "NBE", "NBU"}
_REFERENCES = {"RCN", "REF"}
_IDENTIFIERS = {"RUM": "RUM ", "IBE": "ICS ", "IPY": "ID/"}
"""Mandate, creditor and debtor, in the words by which `domain.label` knows where a name ends."""
_SUMS = {"MMO": "", "FEE": "FRAIS "}
"""The amount in the money of the purchase, and what the bank kept."""
_CODES = {"CBE", "BDF", "LCM"}
"""Qualifiers that are no words for a reader; every other one, known or not, is part of the label."""

_REJECTS = {"A3", "B3"}
"""Operation codes of collections that come back; the column of the reject says the same of any operation."""


def sniffs(content: bytes) -> bool:
    """A file that begins with an old balance or a movement, bank code behind it."""
    head = content[:4096].removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n \x00")
    return bool(re.match(rb"0[14]\d{5}[ \d]{4}", head)) and b"<" not in head[:WIDTH]


def read(content: bytes) -> Iterator[Told]:
    """What a file tells, in its order: several accounts, and several days of one."""
    current: _Draft | None = None
    for number, line in _lines(content):
        kind = line[:2]
        if kind == "01":
            if current is not None:
                raise _unfinished(current)
            current = _opened(line, number)
        elif kind == "04":
            current = current or _without_opening(line, number)
            _refuse_other(current, line, number, "un mouvement")
            yield from current.begin(_movement(line, number))
        elif kind == "05":
            # Words before any movement are those of the balance, which needs none.
            if current is not None and current.pending is not None:
                current.pending.add(line)
        elif kind == "07":
            current = current or _without_opening(line, number)
            _refuse_other(current, line, number, "le nouveau solde")
            yield from current.begin(None)
            yield _closed(current, line, number)
            current = None
        else:
            raise Unreadable(f"« {kind} » n’est pas un type de ligne CFONB120.", line=number)
    if current is not None:
        yield from current.begin(None)
        yield _left_open(current)


@dataclass(slots=True)
class _DraftMovement:
    booked_on: date
    value_on: date | None
    amount: Decimal
    words: list[str]
    reference: str
    entry_number: str
    line: int
    is_rejected: bool
    qualifier: str = "LIB"
    said: dict[str, str] = field(default_factory=dict)

    def add(self, line: str) -> None:
        qualifier, information = line[45:48].strip(), line[48:118].rstrip()
        self.qualifier = qualifier or self.qualifier
        if self.qualifier in _NAMES | _REFERENCES | _CODES | _IDENTIFIERS.keys() | _SUMS.keys():
            self.said[self.qualifier] = self.said.get(self.qualifier, "") + information
        else:
            self.words.append(information)

    def settled(self) -> Movement:
        names = ("NBE", "NBU") if self.amount < 0 else ("NPY", "NPO")
        counterparty = next((self.said[name] for name in names if self.said.get(name, "").strip()), "")
        return Movement(
            booked_on=self.booked_on,
            amount=self.amount,
            label=self._label(),
            value_on=self.value_on,
            counterparty=written.one_line(counterparty) or None,
            reference=self._reference(),
            line=self.line,
        )

    def _label(self) -> str:
        said = written.joined([*self.words, self.said.get("RCN", "")[35:]])
        told = [f"{word}{_sum(self.said[name])}" for name, word in _SUMS.items() if name in self.said]
        told += [
            f"{word}{self.said[name]}" for name, word in _IDENTIFIERS.items() if self.said.get(name, "").strip()
        ]
        rejected = self.is_rejected and label.kind(said) != label.Kind.REJECT
        return written.joined([f"REJET {said}" if rejected else said, *told])

    def _reference(self) -> str | None:
        said = (self.reference, self.said.get("RCN", "")[:35], self.said.get("REF", ""), self.entry_number)
        return next((text for text in map(written.one_line, said) if text.strip("0 ")), None)


@dataclass(slots=True)
class _Draft:
    """A statement while it is read; its last movement may still get words."""

    account: tuple[str, str, str]
    currency: str
    line: int
    opening: Decimal | None = None
    opened_on: date | None = None
    pending: _DraftMovement | None = None

    def begin(self, movement: _DraftMovement | None) -> Iterator[Movement]:
        """The movement before, whose words have all come."""
        if self.pending is not None:
            yield self.pending.settled()
        self.pending = movement


def _lines(content: bytes) -> Iterator[tuple[int, str]]:
    for number, row in enumerate(_rows(content.removeprefix(b"\xef\xbb\xbf")), 1):
        bare = row.strip(b"\r\n\x1a").replace(b"\x00", b" ")
        if bare.strip():
            yield number, _in_place(bare).ljust(WIDTH)


_HEAD, _EDGES = 4096, b"\r\n\x1a \x00"


def _rows(content: bytes) -> Iterable[bytes]:
    """The file's lines, one at a time; cut by their width where the bank writes no line breaks at all."""
    if b"\n" in content[:_HEAD].strip(_EDGES) or b"\n" in (bare := content.strip(_EDGES)):
        return BytesIO(content)
    if b"\r" in bare:
        return content.split(b"\r")
    return (bare[start : start + WIDTH] for start in range(0, len(bare), WIDTH))


def _in_place(row: bytes) -> str:
    """The line with each thing in its column: some banks count the columns of an accented line in bytes of UTF-8."""
    if row.isascii():
        return row.decode()
    try:
        line = row.decode()
    except UnicodeDecodeError:
        return row.decode("latin-1")
    lacking = len(row) - len(line) if len(row) == WIDTH else 0
    end = (118 if line.startswith("05") else 79) - lacking
    return f"{line[:end]}{' ' * lacking}{line[end:]}"


def _opened(line: str, number: int) -> _Draft:
    draft = _without_opening(line, number)
    draft.opening = _amount(line, number)
    draft.opened_on = _day(line[34:40], number) if line[34:40].strip() else None
    return draft


def _without_opening(line: str, number: int) -> _Draft:
    return _Draft(_account(line), _currency(line), number)


def _account(line: str) -> tuple[str, str, str]:
    return line[2:7].strip(), line[11:16].strip(), line[21:32].strip()


def _currency(line: str) -> str:
    return line[16:19].strip().upper() or "EUR"


def _movement(line: str, number: int) -> _DraftMovement:
    return _DraftMovement(
        booked_on=_day(line[34:40], number),
        value_on=_day(line[42:48], number) if line[42:48].strip("0 ") else None,
        amount=_amount(line, number),
        words=[line[48:79]],
        reference=line[104:120],
        entry_number=line[81:88],
        line=number,
        is_rejected=bool(line[40:42].strip("0 ")) or line[32:34] in _REJECTS,
    )


def _closed(draft: _Draft, line: str, number: int) -> BankStatement:
    closed_on = _day(line[34:40], number) if line[34:40].strip("0 ") else None
    return _statement(draft, closing=_amount(line, number), closed_on=closed_on)


def _refuse_other(draft: _Draft, line: str, number: int, what: str) -> None:
    """A line of another account or currency than the old balance's: the file is out of order."""
    # Its number alone: on movements some banks write the code of the bank that the money came from.
    if (account := _account(line)[2]) != draft.account[2]:
        raise Unreadable(
            f"{what} est celui du compte {account}, le relevé commencé est celui du compte {draft.account[2]}.",
            line=number,
        )
    if (currency := _currency(line)) != draft.currency:
        raise Unreadable(f"{what} est en {currency}, l’ancien solde en {draft.currency}.", line=number)


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
        format="cfonb120",
    )


def _amount(line: str, number: int) -> Decimal:
    digits, unit = line[90:103].strip() or "0", line[103]
    decimals = line[19].strip() or str(places(_currency(line)))
    if not (re.fullmatch(r"[0-9]+", digits) and unit in _UNITS and decimals in "0123456789"):
        raise Unreadable(f"le montant « {line[90:104].strip()} » n’en est pas un.", line=number)
    sign, last = _UNITS[unit]
    return written.tidy(sign * Decimal(int(digits) * 10 + last).scaleb(-int(decimals)))


def _sum(said: str) -> str:
    """A currency, its decimals and fourteen figures, as « 10,00 USD »; as the bank wrote it where it is anything else."""
    found = re.match(r"([A-Z]{3})(\d)(\d{14})", said)
    if found is None:
        return said
    amount = Decimal(int(found[3])).scaleb(-int(found[2]))
    return f"{amount:f} {found[1]}".replace(".", ",")


def _day(jjmmaa: str, number: int) -> date:
    try:
        return written.day(f"{jjmmaa[:2]}/{jjmmaa[2:4]}/{jjmmaa[4:6]}")
    except ValueError:
        raise Unreadable(f"la date « {jjmmaa.strip()} » n’existe pas.", line=number) from None
