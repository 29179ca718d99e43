"""When two pieces may be one paper, and when what was read says that they are not."""

from datetime import date
from decimal import Decimal

import pytest

from comptoir.domain.duplicate import Paper, difference, why_same

DAY = date(2026, 3, 14)
TOTAL = Decimal("36.40")
BILL = Paper("Moulins de Bourgogne", "F-12", DAY, TOTAL)
TICKET = Paper("Station Bleue", "", DAY, TOTAL)
LOOK = "f0" * 48


def test_the_same_number_and_total_of_one_supplier_is_one_paper():
    assert (
        why_same(BILL, Paper("MOULINS DE BOURGOGNE", "f 12", DAY, TOTAL))
        == "Même fournisseur, même numéro, même total."
    )


def test_a_ticket_without_a_number_is_known_by_its_day_and_total():
    assert why_same(TICKET, TICKET) == "Même fournisseur, même jour, même total."


@pytest.mark.parametrize(
    "other",
    [
        Paper("Moulins de Bourgogne", "F-13", DAY, TOTAL),
        Paper("Moulins de Bourgogne", "F-12", DAY, Decimal("36.41")),
        Paper("Moulins de Bourgogne", "F-12", date(2026, 4, 14), TOTAL),
        Paper("Autre", "F-12", DAY, TOTAL),
        Paper("", "", None, TOTAL),
        Paper(),
    ],
)
def test_one_thing_that_differs_makes_two_papers(other):
    assert why_same(BILL, other) == ""


def test_two_photos_that_look_alike_are_asked_about_where_nothing_read_says_no():
    assert why_same(Paper(look=LOOK), Paper(look=LOOK)) == "Les deux photos montrent le même papier."
    assert why_same(Paper(look=LOOK, total=TOTAL), Paper(look=LOOK)) != ""
    assert why_same(Paper(look=LOOK, total=TOTAL), Paper(look=LOOK, total=TOTAL + 1)) == ""
    assert why_same(Paper(look=LOOK), Paper(look="0f" * 48)) == ""


def test_the_same_bytes_are_one_paper_whatever_was_read():
    assert why_same(Paper(original="a", number="1"), Paper(original="a", number="2")).startswith("Même fichier")


def test_the_difference_is_the_share_of_points():
    assert difference("ff", "fe") == 1 / 8
    assert difference("", "") == 1.0
    assert difference("ff", "ffff") == 1.0
