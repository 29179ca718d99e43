"""What the lettrage screen proposes: what pays what, and why, never across third parties."""

from datetime import date
from decimal import Decimal

import pytest

from comptoir.domain.lettrage import OpenLine, propose


def line(key: str, amount: str, day: int, *, paid: bool = False, party: str = "MOULIN", account: str = "401000"):
    journal = "BQ" if paid else "AC"
    return OpenLine(
        key, date(2026, 11, day), journal, account, party, party.title(), key, Decimal(amount), is_payment=paid
    )


def told(*lines: OpenLine) -> list[tuple[set[str], str]]:
    return [({one.id for one in proposal.lines}, proposal.reason) for proposal in propose(lines)]


def test_a_payment_settles_the_nearest_bill_of_its_amount():
    found = told(line("old", "-105.50", 1), line("new", "-105.50", 12), line("pay", "105.50", 14, paid=True))
    assert found == [({"pay", "new"}, "même montant, 2 jours après la pièce")]


def test_a_credit_note_settles_its_invoice():
    assert told(line("bill", "-48.20", 3), line("credit", "48.20", 9)) == [
        ({"bill", "credit"}, "l’avoir solde la facture")
    ]


def test_one_payment_settles_two_bills_less_a_credit_note():
    bills = line("a", "-1000.00", 1), line("b", "-815.16", 2), line("credit", "25.00", 3)
    found = told(*bills, line("pay", "1790.16", 14, paid=True))
    assert found == [({"pay", "a", "b", "credit"}, "somme exacte de 3 pièces, avoir compris")]


def test_two_ways_to_make_a_sum_are_a_doubt():
    bills = [line(key, amount, 1) for key, amount in (("a", "-10"), ("b", "-20"), ("c", "-12"), ("d", "-18"))]
    assert told(*bills, line("pay", "30", 5, paid=True)) == []


def test_two_payments_never_settle_each_other():
    assert told(line("out", "50.00", 3, paid=True), line("back", "-50.00", 4, paid=True)) == []


def test_third_parties_are_never_mixed():
    assert told(line("bill", "-10", 1, party="A"), line("pay", "10", 1, paid=True, party="B")) == []


@pytest.mark.parametrize(
    ("account", "amount", "paid", "shown"),
    [
        ("401000", "-10", False, "10"),
        ("401000", "10", True, "10"),
        ("401000", "3", False, "-3"),
        ("411000", "10", False, "10"),
        ("411000", "-10", True, "10"),
    ],
)
def test_what_is_settled_and_what_settles_read_alike(account, amount, paid, shown):
    assert line("x", amount, 1, paid=paid, account=account).shown == Decimal(shown)


def test_a_proposal_says_how_much_it_settles():
    (proposal,) = propose([line("bill", "-105.50", 1), line("pay", "105.50", 1, paid=True)])
    assert (proposal.amount, proposal.reason) == (Decimal("105.50"), "même montant, le jour même")
