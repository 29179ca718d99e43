"""Transfers between own accounts: paired when only one pair is possible."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from comptoir.domain.transfer import Waiting, pairs

OUT = Waiting("out", "512000", date(2026, 3, 6), Decimal("-500.00"), "transfer")
INTO = Waiting("into", "512100", date(2026, 3, 9), Decimal("500.00"), "transfer")


def test_what_leaves_one_account_and_arrives_on_the_other_is_one_transfer():
    assert pairs([INTO, OUT]) == [(OUT, INTO)]


@pytest.mark.parametrize(
    "more",
    [{"bank": "512000"}, {"amount": Decimal("500.01")}, {"amount": Decimal("-500.00")}, {"booked_on": date(2026, 3, 12)},
     {"means": "card"}],
    ids=["same account", "another amount", "same side", "too late", "no transfer"],
)  # fmt: skip
def test_what_does_not_answer_is_no_transfer(more):
    assert pairs([OUT, replace(INTO, **more)]) == []


@pytest.mark.parametrize("twin", [replace(OUT, id="o2"), replace(INTO, id="i2")])
def test_where_two_could_be_nothing_is_sure(twin):
    assert pairs([OUT, INTO, twin]) == []
    assert pairs([replace(m, id=f"{m.id}{n}") for n in range(200) for m in (OUT, INTO)]) == []
    far = replace(twin, booked_on=date(2026, 6, 1))
    assert pairs([OUT, INTO, far]) == [(OUT, INTO)]
