"""QIF: movements of one account without proof; dates day first, amounts as French programs write them."""

from datetime import date
from decimal import Decimal

import pytest

from comptoir.gateways.bank import files

QIF = """!Type:Bank
D14/03/2026
T-1 210,50
PCB CAFE DU MAIL
MREUNION
N1234567
SFournitures
$-1 000,00
SRepas
$-210,50
^
D2026-03-15
T20.00
PVIR DUPONT
NVIR
^
"""


def test_each_movement_is_read_once_whatever_its_split():
    found = files.read(QIF.encode("cp1252"))
    (statement,) = found.statements
    cafe, transfer = statement.movements
    assert found.format == "qif"
    assert (cafe.amount, cafe.label, cafe.reference) == (Decimal("-1210.50"), "CB CAFE DU MAIL REUNION", "1234567")
    assert (transfer.booked_on, transfer.amount, transfer.reference) == (date(2026, 3, 15), Decimal("20.00"), None)
    assert (statement.opened_on, statement.closed_on) == (date(2026, 3, 14), date(2026, 3, 15))
    assert not statement.is_proved


@pytest.mark.parametrize("day", ["14/03/2026", "14/03/26", "14/3'26", "14/ 3'2026", "14-03-2026", "2026-03-14"])
def test_a_day_is_read_however_it_is_written(day):
    (statement,) = files.read(QIF.replace("14/03/2026", day).encode()).statements
    assert statement.movements[0].booked_on == date(2026, 3, 14)


def test_a_list_of_categories_is_no_movement():
    (statement,) = files.read(("!Type:Cat\nNRepas\nE\n^\n" + QIF).encode()).statements
    assert len(statement.movements) == 2


@pytest.mark.parametrize(
    ("was", "now", "reason"),
    [
        ("D14/03/2026", "D14/23/2026", "ligne 2 : la date « 14/23/2026 » n’existe pas"),
        ("T20.00", "Tvingt", "ligne 12 : le montant « vingt » n’en est pas un"),
        ("NVIR\n^\n", "NVIR\n", "ligne 12 : le dernier mouvement n’est pas fini"),
        ("!Type:Bank", "!Type:Invst", "compte de titres"),
    ],
)
def test_what_is_broken_is_refused_with_its_line(was, now, reason):
    assert was in QIF
    with pytest.raises(files.RefusedFile, match=reason):
        files.read(QIF.replace(was, now).encode())
