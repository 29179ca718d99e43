"""SWIFT MT940 (statement) and MT942 (movements of the day), as the fields of a message: `:20:`, `:61:`, `:86:`.

Field 60 holds the old balance, 61 a movement, 86 its words, 62 the new balance. `60M` and `62M` are those of a page
within a statement: each page is proved on its own. MT942 holds no balances.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from comptoir.domain.movement import BankStatement, Movement, Told
from comptoir.gateways.bank.files import written
from comptoir.gateways.bank.files.faults import Unreadable
from comptoir.gateways.bank.files.rib import account_of, is_iban

_FIELD = re.compile(r":(20|21|25|28C?|60[FM]|61|86|62[FM]|64|65|34F|13D?|90[CD]?|NS):(.*)", re.DOTALL)
"""Only fields of the norm: a line `:12:11` within the words of a movement is words."""

_BALANCE = re.compile(r"([CD])(\d{6})([A-Z]{3})(\d+(?:,\d*)?)")
_MOVED = re.compile(
    r"(?P<value>\d{6})(?P<booked>\d{4})?(?P<side>R?[CD])[A-Z]?(?P<amount>\d+,\d*)"
    r"(?:[NSF][A-Z0-9]{3})?(?P<reference>[^\n]*)(?:\n(?P<more>.*))?",
    re.DOTALL,
)
_SUBFIELD = re.compile(r"\?(\d\d)")
_PURPOSE = {*map(str, range(20, 30)), "60", "61", "62", "63"}
_SEPA = re.compile(r"(EREF|KREF|MREF|CRED|DEBT|SVWZ|ABWA|ABWE|IBAN|BIC)\+")


@dataclass(slots=True)
class _Draft:
    """One message while it is read; its last movement may still get words."""

    line: int
    account: str = ""
    currency: str | None = None
    opening: tuple[Decimal, date] | None = None
    closing: tuple[Decimal, date] | None = None
    pending: tuple[int, str, str] | None = None
    has_moved: bool = False

    def begin(self, movement: tuple[int, str, str] | None) -> Iterator[Movement]:
        """The movement before, whose words have all come."""
        if self.pending is not None:
            yield _movement(*self.pending)
        self.pending = movement
        self.has_moved |= movement is not None


def sniffs(content: bytes) -> bool:
    """A text that holds a message's reference at the start of a line, and an account or a movement after it."""
    head = content[:8192]
    return bool(re.search(rb"(?m)^:20:", head) and re.search(rb"(?m)^:(?:25|28C?|60[FM]|61):", head))


def read(content: bytes) -> Iterator[Told]:
    """What each message of a file tells: its movements, then its statement."""
    draft: _Draft | None = None
    text, form = written.text(content), "mt942" if b":34F:" in content else "mt940"
    for line, name, said in _fields(text):
        if name == "20":
            yield from _ended(draft, form)
            draft = _Draft(line)
        elif draft is not None:
            yield from _taken(draft, line, name, said)
    if draft and draft.closing is None:
        _refuse_cut(text, draft)
    yield from _ended(draft, form)


def _ended(draft: _Draft | None, form: str) -> Iterator[Told]:
    if draft is not None:
        yield from draft.begin(None)
        yield _settled(draft, form)


def _refuse_cut(text: str, draft: _Draft) -> None:
    """Nothing proves the last message: where the file ends within a movement, its amount may have lost figures."""
    if draft.pending and not text.endswith(("\n", "\r", "-", "}", "\x03")) and not draft.pending[2]:
        raise Unreadable("le fichier s’arrête au milieu de ce mouvement.", line=draft.pending[0])


def _fields(text: str) -> Iterator[tuple[int, str, str]]:
    """Each field with its line; what follows a field up to the next one belongs to it."""
    current: tuple[int, str, str] | None = None
    for number, row in written.rows(text):
        bare = row.strip("\x01\x03")
        found = _FIELD.match(bare)
        if found or re.fullmatch(r"\s*-(?:\}.*)?", bare) or bare.startswith("{"):
            if current:
                yield current
            current = (number, found[1], found[2]) if found else None
        elif current:
            current = (*current[:2], f"{current[2]}\n{bare}")
    if current:
        yield current


def _taken(draft: _Draft, line: int, name: str, said: str) -> Iterator[Movement]:
    if name == "25":
        draft.account = said.split("\n")[0].strip()
    elif name.startswith("60"):
        draft.currency, draft.opening = _balance(said, line)
    elif name.startswith("62"):
        draft.currency, draft.closing = _balance(said, line)
    elif name == "34F":
        draft.currency = said[:3]
    elif name == "61":
        yield from draft.begin((line, said, ""))
    elif name == "86" and draft.pending and draft.closing is None:
        moved, text, words = draft.pending
        draft.pending = (moved, text, f"{words}\n{said}" if words else said)


def _balance(said: str, line: int) -> tuple[str, tuple[Decimal, date]]:
    found = _BALANCE.match(said.strip())
    if found is None:
        raise Unreadable(f"le solde « {written.one_line(said)} » n’en est pas un.", line=line)
    side, day, currency, amount = found.groups()
    return currency, (_amount(amount, side, line), _day(day, line))


def _settled(draft: _Draft, form: str) -> BankStatement:
    if (draft.opening is None) != (draft.closing is None):
        missing = "le nouveau" if draft.opening else "l’ancien"
        raise Unreadable(f"le relevé n’a qu’un de ses deux soldes, il manque {missing}.", line=draft.line)
    if not (draft.account or draft.has_moved):
        raise Unreadable("le relevé ne dit ni compte ni mouvement.", line=draft.line)
    number = re.sub(r"(?<=\d)/?[A-Z]{3}$", "", draft.account)
    bare = number.replace(" ", "").upper()
    iban = bare if is_iban(bare) else None
    return BankStatement(
        number=account_of(iban) if iban else number or None,
        iban=iban,
        currency=draft.currency,
        opening=draft.opening[0] if draft.opening else None,
        closing=draft.closing[0] if draft.closing else None,
        opened_on=draft.opening[1] if draft.opening else None,
        closed_on=draft.closing[1] if draft.closing else None,
        format=form,
    )


def _movement(line: int, said: str, words: str) -> Movement:
    found = _MOVED.match(said.strip())
    if found is None:
        raise Unreadable(f"« {written.one_line(said)[:60]} » n’est pas un mouvement.", line=line)
    value_on = _day(found["value"], line)
    label, party, told = _words(words)
    reference = found["reference"].split("//")[0].strip()
    return Movement(
        booked_on=_booked(found["booked"], value_on, line) if found["booked"] else value_on,
        amount=_amount(found["amount"], found["side"], line),
        label=label or written.one_line(found["more"] or "") or party or "",
        value_on=value_on,
        counterparty=party,
        reference=told or (reference if reference not in ("", "NONREF") else None),
        line=line,
    )


def _amount(said: str, side: str, line: int) -> Decimal:
    """A reversed credit (`RC`) takes money away, a reversed debit (`RD`) gives it back."""
    try:
        amount = written.plain_amount(said.replace(",", "."))
    except ValueError:
        raise Unreadable(f"le montant « {said} » n’en est pas un.", line=line) from None
    return -amount if side in ("D", "RC") else amount


def _booked(mmdd: str, value_on: date, line: int) -> date:
    """The booking day has no year: that of the value date, or its neighbour around New Year."""
    month = int(mmdd[:2])
    year = value_on.year + (value_on.month - month > 6) - (month - value_on.month > 6)
    return _day(f"{year % 100:02d}{mmdd}", line)


def _day(yymmdd: str, line: int) -> date:
    try:
        return written.day(f"{yymmdd[4:]}/{yymmdd[2:4]}/{yymmdd[:2]}")
    except ValueError:
        raise Unreadable(f"la date « {yymmdd} » n’existe pas.", line=line) from None


def _words(said: str) -> tuple[str, str | None, str | None]:
    """The label, the other party and the end-to-end reference; free text is all label."""
    if not _SUBFIELD.search(said):
        return written.one_line(said), None, None
    parts = _SUBFIELD.split(said.replace("\n", ""))
    pairs = list(zip(parts[1::2], parts[2::2], strict=True))
    purpose = "".join(text for name, text in pairs if name in _PURPOSE)
    party = written.one_line("".join(text for name, text in pairs if name in ("32", "33")))
    free, *tagged = _SEPA.split(purpose)
    sepa = dict(zip(tagged[::2], tagged[1::2], strict=True))
    kind = "".join(text for name, text in pairs if name == "00")
    label = written.joined([kind, free, sepa.get("SVWZ", "")])
    return label, party or None, written.one_line(sepa.get("EREF", "")) or None
