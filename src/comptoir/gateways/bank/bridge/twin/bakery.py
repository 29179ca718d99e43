"""The accounts of a small bakery at its bank, the same each time they are looked at on one day."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

DAYS = 90
AHEAD = 5
"""How many days ahead the bank announces what it will take."""


@dataclass(frozen=True, slots=True)
class Moved:
    """One movement as the bank holds it; `clean` is the aggregator's own wording."""

    on: date
    amount: Decimal
    label: str
    clean: str = ""
    value_on: date | None = None
    paid_on: date | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """One account as the bank holds it, since a balance of `opening`."""

    name: str
    moved: tuple[Moved, ...]
    opening: Decimal = Decimal("0.00")
    currency: str = "EUR"
    type: str = "checking"
    iban: str = ""


def bakery(today: date) -> tuple[Held, ...]:
    """A current account, savings, and what comes in from abroad in dollars."""
    days = [today + timedelta(days=n) for n in range(-DAYS, AHEAD + 1)]
    return (
        Held(
            "Compte courant pro",
            tuple(moved for day in days for moved in _current(day, today)),
            Decimal("8420.15"),
            iban="FR7630004000031234567890143",
        ),
        Held(
            "Livret entreprise",
            tuple(Moved(day, Decimal("500.00"), "VIR DE COMPTE COURANT EPARGNE") for day in days if day.day == 6),
            Decimal("12000.00"),
            type="savings",
        ),
        Held(
            "Compte en dollars",
            tuple(moved for day in days if day <= today for moved in _dollars(day)),
            Decimal("1310.40"),
            currency="USD",
            iban="FR7630004000039876543210127",
        ),
    )


def _current(day: date, today: date) -> Iterator[Moved]:
    yield from _debits(day)
    if day <= today:  # nobody announces what customers will spend
        yield from _takings(day)
        yield from _purchases(day)


def _debits(day: date) -> Iterator[Moved]:
    for due, amount, spread, label, clean in _MONTHLY:
        if day.day == due:
            yield Moved(day, -_around(amount, f"{label}{day}", spread), f"{label} {day:%m%y}", clean)


def _takings(day: date) -> Iterator[Moved]:
    if day.weekday() != 0:  # closed on Mondays
        paid_on = day - timedelta(days=1)
        amount = _around("612.40", f"cards{day}", 0.35)
        yield Moved(
            day, amount, f"REMISE CB 4417021 DU {paid_on:%d%m%y}", "Remise CB", day + timedelta(days=1), paid_on
        )
    if day.weekday() == 2:
        yield Moved(
            day, _around("238.50", f"cafe{day}"), "VIR INST RECU CAFE DE LA GARE FACTURE PAIN", "Café de la Gare"
        )
    if day.weekday() == 4:
        yield Moved(
            day, _around("480.00", f"cash{day}").quantize(Decimal(10)), "VERSEMENT ESPECES BRULON", "Espèces"
        )


def _purchases(day: date) -> Iterator[Moved]:
    if day.weekday() == 3:
        yield Moved(
            day,
            -_around("386.20", f"flour{day}"),
            "PRLV SEPA MOULINS DE LA SARTHE FARINE T65",
            "Moulins de la Sarthe",
        )
    if day.weekday() in (1, 5):
        paid_on = day - timedelta(days=1)
        yield Moved(
            day, -_around("64.30", f"shop{day}", 0.6), f"CARTE {paid_on:%d/%m} PROMOCASH LE MANS", "Promocash",
            paid_on=paid_on,
        )  # fmt: skip
    if day.day in (9, 23):
        yield Moved(
            day, -_around("142.00", f"cheque{day}"), f"CHEQUE {1204000 + day.toordinal() % 1000}", "Chèque"
        )


def _dollars(day: date) -> Iterator[Moved]:
    if day.day in (3, 17):
        yield Moved(
            day, _around("214.80", f"abroad{day}"), "VIR RECU BREAD LOVERS INC NEW YORK", "Bread Lovers Inc"
        )
        yield Moved(day, Decimal("-15.00"), "FRAIS VIREMENT INTERNATIONAL", "Frais bancaires")


def _around(amount: str, name: str, spread: float = 0.1) -> Decimal:
    """An amount like this one, the same for the same name on every machine."""
    factor = Decimal(str(round(random.Random(name).uniform(1 - spread, 1 + spread), 4)))  # noqa: S311  # no secret
    return (Decimal(amount) * factor).quantize(Decimal("0.01"))


_MONTHLY = (
    (2, "23.90", 0, "COTISATION ESPRIT PRO", "Frais bancaires"),
    (5, "842.17", 0, "ECHEANCE PRET 00031482 FOUR", "Échéance de prêt"),
    (6, "500.00", 0, "VIR EMIS VERS LIVRET ENTREPRISE", "Épargne"),
    (8, "48.00", 0, "PRLV SEPA ORANGE BUSINESS", "Orange"),
    (10, "1150.00", 0, "VIR EMIS LOYER SCI DU MARCHE", "Loyer"),
    (12, "412.66", 0.2, "PRLV SEPA EDF ENTREPRISES", "EDF"),
    (15, "1284.00", 0.1, "PRLV SEPA URSSAF PAYS DE LA LOIRE", "Urssaf"),
    (20, "690.00", 0.3, "PRLV SEPA DGFIP TVA", "TVA"),
    (28, "1742.35", 0, "VIR EMIS SALAIRE D MOREAU", "Salaire"),
)
"""The day of the month, the amount and by how much it varies, and how the bank and the aggregator write it."""
