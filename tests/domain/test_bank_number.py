"""Whose a statement is: by IBAN, by the RIB that an IBAN holds, and never by a few figures that are alike."""

import pytest

from comptoir.domain.bank_mandate import State
from comptoir.domain.bank_number import is_of

IBAN, OTHER = "FR7630004008230001012345669", "FR7630004008230001099999923"
RIB = "00010123456"


@pytest.mark.parametrize(
    ("iban", "number", "known_iban", "known_number", "expected"),
    [
        (IBAN, RIB, IBAN, "", True),
        (IBAN, RIB, "FR76 3000 4008 2300 0101 2345 669", "", True),
        (IBAN, RIB, OTHER, RIB, False),
        (IBAN, RIB, "", RIB, True),
        (IBAN, RIB, "", "30004 00823 00010123456 69", True),
        ("", RIB, IBAN, "", True),
        ("", RIB, OTHER, "", False),
        ("", "123456", IBAN, "", False),
        (IBAN, RIB, "", "123456", False),
        ("", "", "", "", False),
        ("", RIB, "", "", False),
    ],
)
def test_a_statement_is_of_the_account_that_it_surely_names(iban, number, known_iban, known_number, expected):
    assert is_of(iban=iban, number=number, known_iban=known_iban, known_number=known_number) is expected


def test_each_state_of_a_mandate_is_said_and_leads_on():
    assert len({state.french for state in State}) == len(State)
    for state in State:
        assert state.next_ones
        assert state not in state.next_ones
        assert State.NONE not in state.next_ones
