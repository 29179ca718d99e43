"""Sums are paid in coins that exist."""

from decimal import Decimal

import pytest

from comptoir.domain.money import is_payable, places


@pytest.mark.parametrize(
    ("currency", "decimals"), [("EUR", 2), ("USD", 2), ("JPY", 0), ("XPF", 0), ("TND", 3), ("ZZZ", 2)]
)
def test_each_currency_has_its_decimals(currency, decimals):
    assert places(currency) == decimals


@pytest.mark.parametrize(
    ("amount", "currency", "payable"),
    [("1.10", "EUR", True), ("1.105", "EUR", False), ("-1.100", "EUR", True), ("1.5", "JPY", False), ("1.105", "TND", True)],
)  # fmt: skip
def test_a_sum_finer_than_a_coin_cannot_be_paid(amount, currency, payable):
    assert is_payable(Decimal(amount), currency) is payable
