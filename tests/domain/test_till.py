"""A Z de caisse: its sums, what is between them, and the days that have none."""

from datetime import date, timedelta
from decimal import Decimal

from comptoir.domain.reading import Taking, VatLine
from comptoir.domain.till import Till, days_without, gap_in_words

MONDAY = date(2026, 11, 23)


def till(*taken, sales=((Decimal("5.5"), Decimal("105.50")),)):
    return Till(MONDAY, "12", sales, tuple(Taking(means, Decimal(amount)) for means, amount in taken))


def test_a_z_whose_takings_make_its_sales_has_no_gap():
    assert till(("cash", "5.50"), ("card", "100")).gap == 0
    assert gap_in_words(till(("card", "105.50"))) == ""


def test_a_gap_is_said_with_its_direction():
    assert gap_in_words(till(("card", "105"))) == (
        "Les encaissements font 0,50 € de moins que les ventes : le cabinet regardera."
    )
    assert "1,00 € de plus" in gap_in_words(till(("card", "106.50")))


def test_sales_with_tax_give_their_net_and_their_tax():
    assert till().vat_lines == (VatLine(Decimal("5.5"), Decimal("100.00"), Decimal("5.50")),)


def test_a_z_says_its_number_and_day():
    assert till().said == "Z 12 du 23.11.2026"
    assert Till(MONDAY, "", ()).said == "Z du 23.11.2026"


def test_days_on_which_the_shop_opens_and_that_have_no_z_are_listed():
    weeks = [MONDAY - timedelta(weeks=n) for n in range(6)]
    known = [day for day in weeks if day != MONDAY - timedelta(weeks=2)]
    assert days_without(known, until=MONDAY + timedelta(days=1)) == [MONDAY - timedelta(weeks=2)]


def test_a_shop_without_any_z_misses_none():
    assert days_without([], until=MONDAY) == []
    assert days_without([MONDAY - timedelta(days=200)], until=MONDAY) == []
