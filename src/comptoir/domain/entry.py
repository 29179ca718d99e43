"""Entries (*écritures*): what a line is, and what must hold before an entry may be posted."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from comptoir.domain import chart
from comptoir.domain.fault import Fault
from comptoir.domain.limits import LARGEST_AMOUNT
from comptoir.domain.money import ZERO, cents, french, total
from comptoir.domain.text import on_one_line

LONGEST_AUXILIARY = 20


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an entry: an account, perhaps its auxiliary, and either a debit or a credit."""

    account: str
    label: str
    debit: Decimal = ZERO
    credit: Decimal = ZERO
    auxiliary: str = ""

    def upright(self) -> "Line":
        """The line with what stands below zero on its other side: `debit=-5` is `credit=5`."""
        amount = self.debit - self.credit
        return replace(self, debit=max(amount, ZERO), credit=max(-amount, ZERO))


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as proposed or corrected: a journal, a date, the document that proves it, and its lines."""

    journal: str
    dated_on: date
    label: str
    piece_ref: str
    piece_on: date
    lines: tuple[Line, ...]

    @property
    def debit(self) -> Decimal:
        """What the entry debits in all."""
        return total(line.debit for line in self.lines)

    @property
    def credit(self) -> Decimal:
        """What the entry credits in all."""
        return total(line.credit for line in self.lines)


def check(entry: Entry, *, opens_on: date, closes_on: date) -> list[Fault]:
    """Everything that forbids posting: PCG art. 1032 (two sides that balance), and the fiscal year's bounds."""
    return [
        *check_lines(entry),
        *_check_balance(entry),
        *_check_dates(entry, opens_on, closes_on),
        *_check_piece(entry),
    ]


def check_lines(entry: Entry) -> list[Fault]:
    """What no entry may hold, not even a draft that does not balance yet."""
    if len(entry.lines) < 2:
        return [Fault("too_few_lines", "Une écriture a au moins deux lignes.", "Ajoutez la contrepartie.")]
    return [fault for rank, line in enumerate(entry.lines, 1) for fault in _check_line(line, rank)]


def _check_line(line: Line, rank: int) -> list[Fault]:
    faults = []
    if not chart.is_account(line.account):
        faults.append(Fault("account", chart.refusal(line.account), "", rank))
    if chart.is_collective(line.account) and not line.auxiliary.strip():
        faults.append(Fault("third_party", f"Le compte {line.account} demande un tiers.", "Saisissez-le.", rank))
    if len(line.auxiliary) > LONGEST_AUXILIARY:
        faults.append(
            Fault("auxiliary", f"Le tiers « {line.auxiliary[:24]}… » est trop long.", "20 signes au plus.", rank)
        )
    if not on_one_line(line.label):
        # LPF art. A47 A-1: EcritureLib may not be empty in the FEC.
        faults.append(Fault("label", "Le libellé est vide.", "Saisissez-le.", rank))
    if max(line.debit, line.credit) > LARGEST_AMOUNT:
        faults.append(Fault("amount", "Un montant dépasse mille milliards.", "Vérifiez-le.", rank))
    if line.debit < 0 or line.credit < 0:
        faults.append(Fault("negative", "Un montant est négatif.", "Passez-le de l’autre côté.", rank))
    if line.debit and line.credit:
        faults.append(Fault("both_sides", "La ligne porte un débit et un crédit.", "Gardez un seul côté.", rank))
    if not line.debit and not line.credit:
        faults.append(Fault("zero", "La ligne est sans montant.", "Complétez-la ou retirez-la.", rank))
    if cents(line.debit) != line.debit or cents(line.credit) != line.credit:
        faults.append(Fault("cents", "Un montant a plus de deux décimales.", "Arrondissez-le au centime.", rank))
    return faults


def _check_balance(entry: Entry) -> list[Fault]:
    gap = entry.debit - entry.credit
    if not gap:
        return []
    side = "au crédit" if gap > 0 else "au débit"
    message = f"L’écriture n’est pas équilibrée : débit {french(entry.debit)} €, crédit {french(entry.credit)} €."
    return [Fault("unbalanced", message, f"Il manque {french(abs(gap))} € {side}.")]


def _check_dates(entry: Entry, opens_on: date, closes_on: date) -> list[Fault]:
    if opens_on <= entry.dated_on <= closes_on:
        return []
    message = f"La date du {entry.dated_on:%d/%m/%Y} est hors de l’exercice."
    return [Fault("outside_year", message, f"Il va du {opens_on:%d/%m/%Y} au {closes_on:%d/%m/%Y}.")]


def _check_piece(entry: Entry) -> list[Fault]:
    # LPF art. A47 A-1: PieceRef may not be empty in the FEC.
    if on_one_line(entry.piece_ref):
        return []
    return [Fault("piece_ref", "La référence de la pièce est vide.", "Saisissez le numéro du document.")]
