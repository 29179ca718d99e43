"""The statuses of an e-invoice: who may say them, when, and with what reason; and the mandate."""

from datetime import UTC, datetime, timedelta

import pytest

from comptoir.domain import mandate
from comptoir.domain.lifecycle import BY_BUYER, BY_SELLER, Code, check, motives, next_ones, sendable

T = datetime(2026, 11, 24, tzinfo=UTC)


def codes(found):
    return [fault.code for fault in found]


def test_each_status_has_its_number_a_name_and_a_sentence():
    assert len(Code) == 22
    assert (Code("204").french, Code("210").french, Code("212").french) == (
        "Prise en charge",
        "Refusée",
        "Encaissée",
    )
    for code in Code:
        assert code.french
        assert code.explained.endswith(".")


def test_a_buyer_never_says_that_the_seller_was_paid_nor_a_seller_that_the_buyer_agrees():
    assert Code.CASHED not in sendable(is_sale=False)
    assert Code.PAYMENT_SENT not in sendable(is_sale=True)
    assert not set(BY_BUYER) & set(BY_SELLER)
    assert codes(check(Code.CASHED, said=[], is_sale=False)) == ["not_yours"]
    assert codes(check(Code.APPROVED, said=[], is_sale=True)) == ["not_yours"]


def test_nobody_says_what_only_platforms_say():
    for code in (Code.DEPOSITED, Code.RECEIVED, Code.AVAILABLE, Code.REJECTED, Code.FACTORED):
        assert "not_yours" in codes(check(code, said=[], is_sale=False, reason="x", motive="DOUBLON"))


def test_a_new_purchase_may_be_taken_in_charge_approved_disputed_refused_paid():
    assert next_ones([Code.AVAILABLE], is_sale=False) == BY_BUYER
    assert next_ones([], is_sale=False) == BY_BUYER


def test_the_same_status_is_not_said_twice():
    for code in (*BY_BUYER, *BY_SELLER):
        assert code not in next_ones([code], is_sale=code in BY_SELLER)


def test_an_approved_invoice_is_disputed_but_not_refused_any_more():
    after = next_ones([Code.IN_CHARGE, Code.APPROVED], is_sale=False)
    assert after == (Code.DISPUTED, Code.PAYMENT_SENT)
    assert codes(check(Code.REFUSED, said=[Code.APPROVED], is_sale=False, reason="x", motive="DOUBLON")) == [
        "out_of_turn"
    ]


def test_a_dispute_ends_by_agreement_or_refusal():
    assert {Code.APPROVED, Code.REFUSED} <= set(next_ones([Code.DISPUTED], is_sale=False))


@pytest.mark.parametrize("code", [code for code in Code if code.is_final])
def test_nothing_follows_a_final_status(code):
    for is_sale in (True, False):
        assert next_ones([code], is_sale=is_sale) == ()
    (fault, *_) = check(Code.IN_CHARGE, said=[code], is_sale=False)
    assert code.french in fault.message


def test_factoring_does_not_move_the_invoice():
    assert Code.APPROVED in next_ones([Code.IN_CHARGE, Code.FACTORED], is_sale=False)
    assert next_ones([Code.REFUSED, Code.OTHER_PAYEE], is_sale=False) == ()


def test_a_refusal_without_a_motive_or_without_words_is_not_sent():
    assert codes(check(Code.REFUSED, said=[], is_sale=False)) == ["no_motive", "no_reason"]
    assert codes(check(Code.REFUSED, said=[], is_sale=False, reason="  ", motive="DOUBLON")) == ["no_reason"]
    assert codes(check(Code.REFUSED, said=[], is_sale=False, reason="Reçue deux fois", motive="AUTRE")) == [
        "no_motive"
    ]
    assert check(Code.REFUSED, said=[], is_sale=False, reason="Reçue deux fois", motive="DOUBLON") == []
    assert check(Code.DISPUTED, said=[], is_sale=False, reason="Il en manque", motive="QTE_ERR") == []


def test_an_approval_needs_no_reason():
    assert check(Code.APPROVED, said=[Code.IN_CHARGE], is_sale=False) == []
    assert motives(Code.APPROVED) == {}


def test_a_sale_is_cashed_once_it_is_out():
    assert check(Code.CASHED, said=[Code.DEPOSITED, Code.APPROVED, Code.PAYMENT_SENT], is_sale=True) == []
    assert codes(check(Code.CASHED, said=[Code.REFUSED], is_sale=True)) == ["out_of_turn"]
    assert next_ones([Code.SUSPENDED], is_sale=True) == (Code.COMPLETED, Code.CASHED, Code.CANCELLED)


@pytest.mark.parametrize(
    ("moments", "wanted"),
    [
        ((None, None, None), "Pas demandé"),
        ((T, None, None), "À signer"),
        ((T, T + timedelta(1), None), "Signé"),
        ((T, T + timedelta(1), T + timedelta(2)), "Refusé"),
        ((T + timedelta(3), T + timedelta(1), T + timedelta(2)), "À signer"),
    ],
)
def test_the_last_that_happened_to_a_mandate_counts(moments, wanted):
    asked, signed, refused = moments
    assert mandate.state(asked_at=asked, signed_at=signed, refused_at=refused).french == wanted
