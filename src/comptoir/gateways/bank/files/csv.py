"""CSV as French banks export it: found by its header's words, wherever the header stands.

Some banks write lines before the header (account, balance, period), spread a label over several lines inside
quotes, leave debits unsigned in a column of their own, or repeat the balance on each line.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from comptoir.domain.movement import BankStatement, Movement, StatementFile
from comptoir.domain.text import folded
from comptoir.gateways.bank.files import written
from comptoir.gateways.bank.files.faults import Unreadable

HEADER_WITHIN = 40
"""A header stands among the first lines, after whatever the bank says of the account."""

_COLUMNS: dict[str, tuple[str, ...]] = {
    "booked_on": ("DATE DE COMPTABILISATION", "DATE COMPTABLE", "DATE OPERATION", "DATE D OPERATION", "DATEOP",
                  "DATE DE L OPERATION", "SETTLEMENT DATE", "BOOKING DATE", "DATE"),
    "value_on": ("DATE DE VALEUR", "DATE VALEUR", "DATEVAL", "VALUE DATE"),
    "label": ("LIBELLE OPERATION", "LIBELLE DE L OPERATION", "LABEL", "LIBELLE SIMPLIFIE", "LIBELLE",
              "LIBELLE COURT", "DESCRIPTION", "NATURE DE L OPERATION", "COUNTERPARTY NAME"),
    "more": ("INFORMATIONS COMPLEMENTAIRES", "LIBELLE COMPLET", "DETAIL DE L ECRITURE", "DETAIL"),
    "reference": ("REFERENCE", "NUMERO D OPERATION"),
    "debit": ("DEBIT", "DEBIT EUROS", "MONTANT DEBIT"),
    "credit": ("CREDIT", "CREDIT EUROS", "MONTANT CREDIT"),
    "amount": ("MONTANT", "MONTANT OPERATION EN EURO", "MONTANT EUROS", "AMOUNT", "MONTANT EUR",
               "MONTANT DE L OPERATION", "TOTAL AMOUNT INCL VAT"),
    "balance": ("SOLDE", "ACCOUNTBALANCE", "BALANCE", "SOLDE EUROS"),
    "currency": ("DEVISE", "CURRENCY", "DEVISE DE L OPERATION"),
    "account": ("ACCOUNTNUM", "NUMERO DE COMPTE", "COMPTE", "IBAN"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Table:
    """The rows under a header, and where each thing stands in them."""

    columns: dict[str, int]
    rows: list[tuple[int, list[str]]]
    preamble: list[list[str]]


def sniffs(content: bytes) -> bool:
    """A text with a header that names a date, a label and an amount."""
    return b"\x00" not in content[:4096] and _table(written.text(content[:262_144])) is not None


def read(content: bytes) -> StatementFile:
    """The one account of the file; CSV seldom proves anything, so balances are null unless both stand in it."""
    table = _table(written.text(content))
    if table is None:
        raise Unreadable("aucune ligne de titres ne nomme la date, le libellé et le montant.")
    moves = [_movement(table, number, row) for number, row in table.rows]
    dated = sorted(move.booked_on for move in moves)
    number = _account(table)
    return StatementFile(
        "csv",
        (
            BankStatement(
                number=number,
                iban=number if number and re.fullmatch(r"FR\d{2}[A-Z0-9]{23}", number) else None,
                currency=_currency(table),
                opening=None,
                closing=None,
                opened_on=dated[0] if dated else None,
                closed_on=dated[-1] if dated else None,
                movements=tuple(moves),
            ),
        ),
    )


def _table(text: str) -> _Table | None:
    for separator in (";", "\t", ","):
        rows = list(_numbered(text, separator))
        for rank, (_, cells) in enumerate(rows[:HEADER_WITHIN]):
            columns = _columns(cells)
            if _is_header(columns):
                kept = [row for row in rows[rank + 1 :] if _is_movement(row[1], columns)]
                return _Table(columns, kept, [cells for _, cells in rows[:rank]])
    return None


def _numbered(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text), delimiter=separator)
    try:
        for cells in reader:
            yield reader.line_num, [written.one_line(cell) for cell in cells]
    except csv.Error as error:
        raise Unreadable("le fichier CSV est abîmé.", line=reader.line_num) from error


def _columns(cells: Sequence[str]) -> dict[str, int]:
    names = [folded(cell) for cell in cells]
    found: dict[str, int] = {}
    for meaning, words in _COLUMNS.items():
        place = next((names.index(word) for word in words if word in names), None)
        if place is None:
            place = next((i for i, n in enumerate(names) for w in words if len(w) > 6 and n.startswith(w)), None)
        if place is not None and place not in found.values():
            found[meaning] = place
    return found


def _is_header(columns: dict[str, int]) -> bool:
    has_amount = "amount" in columns or {"debit", "credit"} <= columns.keys()
    return "booked_on" in columns and "label" in columns and has_amount


def _is_movement(cells: list[str], columns: dict[str, int]) -> bool:
    """A row with a date; totals and blank lines below the table have none."""
    first = _cell(cells, columns, "booked_on")
    return bool(first and first[0].isdigit())


def _movement(table: _Table, number: int, cells: list[str]) -> Movement:
    columns = table.columns
    try:
        booked_on = written.day(_cell(cells, columns, "booked_on"))
        value = _cell(cells, columns, "value_on")
        return Movement(
            booked_on=booked_on,
            amount=_amount(cells, columns),
            label=written.joined([_cell(cells, columns, "label"), _cell(cells, columns, "more")]),
            value_on=written.day(value) if value else None,
            reference=_cell(cells, columns, "reference") or None,
            line=number,
        )
    except ValueError as error:
        raise Unreadable(f"« {error} » n’est ni une date ni un montant.", line=number) from error


def _amount(cells: list[str], columns: dict[str, int]) -> Decimal:
    if "amount" in columns:
        return written.french_amount(_cell(cells, columns, "amount"))
    debit, credit = _cell(cells, columns, "debit"), _cell(cells, columns, "credit")
    # Some banks sign the debit, some do not: a debit takes money away either way.
    paid = -abs(written.french_amount(debit)) if debit else Decimal(0)
    return written.tidy(paid + (abs(written.french_amount(credit)) if credit else Decimal(0)))


def _cell(cells: list[str], columns: dict[str, int], meaning: str) -> str:
    place = columns.get(meaning)
    return cells[place].strip() if place is not None and place < len(cells) else ""


def _account(table: _Table) -> str | None:
    if "account" in table.columns and table.rows:
        return _cell(table.rows[0][1], table.columns, "account").replace(" ", "") or None
    said = " ".join(" ".join(cells) for cells in table.preamble)
    found = re.search(r"(?:compte|n°|carte)\D{0,30}?(\d[\d ]{8,}\d)", said, re.IGNORECASE)
    return found.group(1).replace(" ", "") if found else None


def _currency(table: _Table) -> str:
    if "currency" in table.columns and table.rows:
        return _cell(table.rows[0][1], table.columns, "currency").upper()[:3] or "EUR"
    return "EUR"
