"""The bank's words: who, by which means, and what tells one movement from another."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from comptoir.domain.movement import (
    BankStatement,
    Means,
    Movement,
    StatementFile,
    booked_until,
    chained,
    check,
    clean_label,
    counterparty,
    each,
    gathered,
    identity,
    means,
    reworded,
    told,
)

DAY = date(2026, 3, 14)
MOVE = Movement(DAY, Decimal("-10.00"), "CB CAFE DU MAIL 13/03")
STATEMENT = BankStatement("0001", None, "EUR", Decimal("100.00"), Decimal("90.00"), DAY, DAY, (MOVE,))


@pytest.mark.parametrize(
    ("label", "by", "who"),
    [
        ("CB GARAGE LEBRETON 12/11", Means.CARD, "GARAGE LEBRETON"),
        ("PRLV SEPA URSSAF PAYS DE LA LOIRE", Means.DIRECT_DEBIT, "URSSAF PAYS DE LA LOIRE"),
        ("VIR SEPA MAIRIE DE BRULON", Means.TRANSFER, "MAIRIE DE BRULON"),
        ("PAIEMENT CB 1203 PAPETERIE DU MAIL", Means.CARD, "PAPETERIE DU MAIL"),
        ("PRELEVEMENT ELEC OUEST", Means.DIRECT_DEBIT, "ELEC OUEST"),
        ("VIREMENT DUPONT", Means.TRANSFER, "DUPONT"),
    ],
)
def test_a_label_tells_the_means_and_the_other_party(label, by, who):
    assert means(label) == by
    assert counterparty(label) == who
    assert replace(MOVE, label=label).party == who
    assert replace(MOVE, label=label, counterparty="SNCF").party == "SNCF"


@pytest.mark.parametrize(
    ("label", "by"),
    [
        ("RETRAIT DAB 12/03 LE MANS", Means.CASH),
        ("CHEQUE 1234567", Means.CHEQUE),
        ("REMISE CHEQUES 12", Means.CHEQUE),
        ("FRAIS TENUE DE COMPTE", Means.FEE),
        ("COTISATION CARTE", Means.FEE),
        ("QUELQUE CHOSE", Means.OTHER),
    ],
)
def test_other_means_are_told_apart(label, by):
    assert means(label) == by


def test_what_is_not_known_is_left_as_the_bank_wrote_it():
    assert clean_label("zorglub 77 / XYZ") == "zorglub 77 / XYZ"


def test_an_opening_and_the_movements_make_the_closing():
    assert check(STATEMENT) == []
    (fault,) = check(replace(STATEMENT, closing=Decimal("91.00")))
    assert "écart de 1,00\u00a0€" in fault.message
    assert "Rien n’en a été gardé" in fault.remedy
    assert check(replace(STATEMENT, closing=None)) == []
    (foreign,) = check(replace(STATEMENT, closing=Decimal("91.00"), currency="CHF", number=None, closed_on=None))
    assert "CHF" in foreign.message
    assert "sans numéro" in foreign.message


def test_a_movement_is_the_same_however_its_bank_writes_it():
    written_otherwise = replace(MOVE, label="cb  Café du Mail 13/03", value_on=DAY, reference="X")
    assert identity(written_otherwise) == identity(replace(MOVE, amount=Decimal("-10.0"))) == identity(MOVE)
    assert identity(replace(MOVE, amount=Decimal("-10.01"))) != identity(MOVE)


def test_statements_that_follow_each_other_are_one():
    later = replace(STATEMENT, opening=Decimal("90.00"), closing=Decimal("80.00"))
    (joined,) = chained([STATEMENT, later])
    assert (joined.opening, joined.closing, len(joined.movements)) == (Decimal("100.00"), Decimal("80.00"), 2)
    apart = chained([STATEMENT, replace(later, opening=Decimal("95.00"))])
    assert len(apart) == 2, "a gap must be seen"


def test_what_a_bank_only_announces_waits_until_it_is_booked():
    assert booked_until(DAY) == DAY + timedelta(days=1)


def test_what_a_file_tells_is_gathered_as_it_was():
    file = StatementFile("csv", (replace(STATEMENT, format="csv"), replace(STATEMENT, format="csv", movements=())))
    assert gathered(told(file)) == file
    assert [isinstance(one, Movement) for one in told(file)] == [True, False, False]
    assert gathered([]) == StatementFile("", ())


def test_a_statement_is_proved_by_the_sum_of_what_it_told():
    bare = replace(STATEMENT, movements=())
    assert check(bare, MOVE.amount) == []
    assert check(bare, MOVE.amount * 2) != []


def test_a_movement_told_again_under_other_words_is_known_by_its_day_and_amount():
    other, dearer = replace(MOVE, label="ACHAT CB CAFE"), replace(MOVE, amount=Decimal("-11.00"))
    assert reworded([dearer, other, other], [MOVE]) == {1: 0}
    assert reworded([other, other], [MOVE, MOVE]) == {0: 0, 1: 1}
    assert reworded([replace(other, booked_on=DAY + timedelta(days=1))], [MOVE]) == {}


def test_statements_are_told_one_at_a_time_each_with_its_own_movements():
    coffee, rent = (Movement(date(2026, 3, 14), Decimal(amount), "X") for amount in ("-1.20", "-900"))
    read = []

    def telling():
        for one in (coffee, BARE, rent, BARE, BARE):
            read.append(one)
            yield one

    found = each(telling())
    assert next(found).movements == (coffee,)
    assert len(read) == 2, "nothing of the next one is read yet"
    assert [statement.movements for statement in found] == [(rent,), ()]


BARE = BankStatement(None, None, None, None, None, None, None)
