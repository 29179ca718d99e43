"""The headings of French banks and neobanks, and the tables of those that write none."""

import re
from collections.abc import Sequence
from typing import Any

from comptoir.domain.text import folded
from comptoir.gateways.bank.files.table.columns import Columns
from comptoir.gateways.bank.files.table.rows import is_amount, is_day

_WORDS: dict[str, tuple[str, ...]] = {
    "booked_on": ("DATE DE COMPTABILISATION", "DATE COMPTABLE", "SETTLEMENT DATE", "DATE DE LA VALEUR", "DATE DE REGLEMENT",
                  "COMPLETED DATE", "DATE DE FIN", "DATE OPERATION", "DATE D OPERATION", "DATEOP", "DATE DE L OPERATION",
                  "DATE D OP", "BOOKING DATE", "DATE"),
    "value_on": ("DATE DE VALEUR", "DATE VALEUR", "DATEVAL", "VALUE DATE"),
    "label": ("LIBELLE OPERATION", "LIBELLE DE L OPERATION", "LABEL", "LIBELLE SIMPLIFIE", "LIBELLE", "LIBELLE COURT",
              "DESCRIPTION", "NATURE DE L OPERATION", "COUNTERPARTY NAME", "NOM DE LA CONTREPARTIE", "CONTREPARTIE",
              "PAYEE", "INTITULE"),
    "more": ("INFORMATIONS COMPLEMENTAIRES", "LIBELLE COMPLET", "DETAIL DE L ECRITURE", "DETAIL", "PAYMENT REFERENCE"),
    "reference": ("REFERENCE", "NUMERO D OPERATION"),
    "debit": ("DEBIT", "DEBIT EUROS", "MONTANT DEBIT"),
    "credit": ("CREDIT", "CREDIT EUROS", "MONTANT CREDIT"),
    "amount": ("MONTANT", "MONTANT OPERATION EN EURO", "MONTANT EUROS", "AMOUNT", "MONTANT EUR", "AMOUNT EUR",
               "MONTANT DE L OPERATION", "TOTAL AMOUNT INCL VAT", "MONTANT TOTAL TTC"),
    # BoursoBank's « accountbalance » is none: it says the balance of the day of the export on each row.
    "balance": ("SOLDE", "BALANCE", "SOLDE EUROS"),
    "fee": ("FEE", "FRAIS"),
    "currency": ("DEVISE", "CURRENCY", "DEVISE DE L OPERATION"),
    "account": ("ACCOUNTNUM", "NUMERO DE COMPTE", "COMPTE", "IBAN"),
    "state": ("STATUS", "STATUT", "STATE", "ETAT"),
}  # fmt: skip


def columns(cells: Sequence[str]) -> Columns | None:
    """What a row of headings says, where it names at least a day, a label and an amount."""
    found: dict[str, Any] = {**places(cells)}
    has_amount = "amount" in found or {"debit", "credit"} <= found.keys()
    if not (has_amount and {"booked_on", "label"} <= found.keys()):
        return None
    more = found.pop("more", None)
    label = found.pop("label")
    booked_on = found.pop("booked_on")
    return Columns(booked_on, (label,) if more is None else (label, more), **found)


def signature(cells: Sequence[str]) -> str:
    """The headings as they are compared: two files of one bank have the same."""
    return " | ".join(map(folded, cells))[:1000]


def without(rows: Sequence[Sequence[str]]) -> Columns | None:
    """The columns of a bank that writes no headings, where each row with a day fits."""
    dated = [row for row in rows if row and is_day(row[0]) and not is_closing(row)]
    for fits, known in ((_is_bnp, _BNP), (_is_lcl, _LCL)):
        if dated and all(map(fits, dated)):
            return known
    return None


def is_closing(row: Sequence[str]) -> bool:
    """LCL's last line: the day, the balance and the account, without a label. It moves nothing."""
    filled = [cell for cell in row[1:] if cell]
    return len(filled) == 2 and is_amount(filled[0]) and bool(re.fullmatch(r"\d{5} ?\d{6}[A-Z]", filled[1]))


def places(cells: Sequence[str]) -> dict[str, int]:
    """Each meaning that a row of headings names, however few, and its place."""
    return _places([folded(cell) for cell in cells])


def account(preamble: Sequence[Sequence[str]]) -> str | None:
    """The account's number, where the lines above the table tell it."""
    said = " ".join(" ".join(cells) for cells in preamble)
    found = re.search(
        r"(?:compte|n°|num[ée]ro|carte)\D{0,30}?(\d[\d ]{8,}[\dA-Z]\d{0,3})(?!\w)", said, re.IGNORECASE
    )
    return found.group(1).replace(" ", "") if found else None


def _places(names: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for meaning, words in _WORDS.items():
        place = next((names.index(word) for word in words if word in names), None)
        if place is None:
            place = next((i for w in words if len(w) > 6 for i, n in enumerate(names) if n.startswith(w)), None)
        if place is not None and place not in found.values():
            found[meaning] = place
    return found


def _is_bnp(row: Sequence[str]) -> bool:
    return len(row) == 6 and is_day(row[4]) and is_amount(row[5]) and not any(map(is_amount, row[1:4]))


def _is_lcl(row: Sequence[str]) -> bool:
    return len(row) >= 5 and is_amount(row[1]) and not is_amount(row[2]) and any(row[2:5])


_BNP = Columns(0, (3,), amount=5, value_on=4, otherwise=(1, 2))
_LCL = Columns(0, (4,), amount=1, otherwise=(2, 3))
