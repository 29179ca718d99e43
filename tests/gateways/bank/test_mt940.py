"""MT940 and MT942: proved a page at a time, or refused whole with the line and the reason."""

from datetime import date
from decimal import Decimal

import pytest

from comptoir.gateways.bank import files

MT940 = """:20:RELEVE1
:25:FR7630004008230001012345669
:28C:00003/001
:60F:C260301EUR100,00
:61:2603140314DR10,50NMSCNONREF//B1
:86:CB CAFE DU MAIL
:12:11 AU COMPTOIR
:61:2603150315CR20,NTRFFACT-12//B2
:86:166?00VIREMENT RECU?20EREF+F2026-12?21SVWZ+SOLDE FACTURE 12?32MAIRIE DE BR?33ULON
:62F:C260331EUR109,50
-
"""
MT942 = """:20:JOUR1
:25:30004/00823/00010123456
:28C:1/1
:34F:EUR0,
:13D:2603141815+0100
:61:260314C42,50NTRFNONREF
:86:VIR DUPONT
:90D:0EUR0,
:90C:1EUR42,50
-
"""


def one(text: str):
    (statement,) = files.read(text.encode()).statements
    return statement


def test_a_statement_is_proved_and_keeps_words_party_and_reference():
    statement = one(MT940)
    assert (statement.opening, statement.closing) == (Decimal("100.00"), Decimal("109.50"))
    assert (statement.iban, statement.currency) == ("FR7630004008230001012345669", "EUR")
    cafe, town = statement.movements
    assert (cafe.amount, cafe.booked_on, cafe.line) == (Decimal("-10.50"), date(2026, 3, 14), 5)
    assert cafe.label == "CB CAFE DU MAIL :12:11 AU COMPTOIR"
    assert (town.amount, town.counterparty, town.reference) == (Decimal("20.00"), "MAIRIE DE BRULON", "F2026-12")
    assert town.label == "VIREMENT RECU SOLDE FACTURE 12"


def test_the_movements_of_the_day_are_read_without_proof():
    found = files.read(MT942.encode())
    (statement,) = found.statements
    assert found.format == "mt942"
    assert not statement.is_proved
    assert (statement.currency, statement.movements[0].amount) == ("EUR", Decimal("42.50"))


@pytest.mark.parametrize(("side", "amount"), [("C", "10.50"), ("D", "-10.50"), ("RC", "-10.50"), ("RD", "10.50")])
def test_a_reversal_moves_money_the_other_way(side, amount):
    assert one(MT942.replace("C42,50", f"{side}10,50")).movements[0].amount == Decimal(amount)


@pytest.mark.parametrize(
    ("value", "booked", "day"),
    [
        ("260102", "1231", date(2025, 12, 31)),
        ("251231", "0102", date(2026, 1, 2)),
        ("260314", "", date(2026, 3, 14)),
    ],
)
def test_a_booking_day_takes_the_year_beside_its_value_date(value, booked, day):
    assert one(MT942.replace(":61:260314C", f":61:{value}{booked}C")).movements[0].booked_on == day


def test_line_breaks_and_a_swift_envelope_change_nothing():
    wrapped = "{1:F01BANKFRPPAXXX}{2:O940}{4:\n" + MT940.replace("-\n", "-}\n")
    assert one(MT940.replace("\n", "\r\n")) == one(MT940)
    assert [m.amount for m in one(wrapped).movements] == [m.amount for m in one(MT940).movements]


def test_each_page_and_each_account_is_a_statement_of_its_own():
    second = MT940.replace(":25:FR7630004008230001012345669", ":25:30004/00999").replace(":60F", ":60M")
    assert [s.number for s in files.read((MT940 + second).encode()).statements] == ["00010123456", "30004/00999"]


@pytest.mark.parametrize(
    ("was", "written", "reason"),
    [
        ("62F:C260331EUR109,50", "62F:C260331EUR109,51", "écart de 0,01"),
        (":62F:C260331EUR109,50\n", "", "il manque le nouveau"),
        (":60F:C260301EUR100,00\n", "", "il manque l’ancien"),
        ("2603140314DR", "2602300230DR", "ligne 5 : la date « 260230 » n’existe pas"),
        ("CR20,", "CRvingt", "ligne 8 : « 2603150315CRvingtNTRFFACT-12//B2 » n’est pas un mouvement"),
        ("60F:C260301EUR100,00", "60F:C260301EUR", "ligne 4 : le solde « C260301EUR »"),
    ],
)
def test_what_is_broken_is_refused_with_its_line(was, written, reason):
    assert was in MT940
    with pytest.raises(files.RefusedFile, match=reason):
        files.read(MT940.replace(was, written).encode())
