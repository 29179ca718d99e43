"""Rapprochement: what is sure is linked, what is not is proposed, and a wrong sure link is never made."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from bench.matching import synthetic

from comptoir.domain.match import OpenMovement, OpenPiece, hints, near, pair, with_rivals

DAY = date(2026, 3, 14)


def piece(key="p", amount="-100.00", day=DAY, name="Moulins de la Vègre", number="MV-1197", **more) -> OpenPiece:
    return OpenPiece(key, Decimal(amount), day, None, (name,) if name else (), number, **more)


def move(key="m", amount="-100.00", day=DAY + timedelta(days=3), label="PRLV SEPA MOULINS VEGRE") -> OpenMovement:
    return OpenMovement(key, Decimal(amount), day, label)


def sure(pieces, moves, **more):
    return [(p.pieces, p.movements) for p in pair(pieces, moves, **more) if p.is_sure]


def proposed(pieces, moves, **more):
    return [(p.pieces, p.movements) for p in pair(pieces, moves, **more) if not p.is_sure]


def test_amount_and_name_are_sure_and_the_reason_is_said():
    (found,) = pair([piece()], [move()])
    assert found.is_sure
    assert found.reason == "même montant, 3 jours après la pièce, nom dans le libellé"


@pytest.mark.parametrize(("days", "words"), [(0, "le jour même"), (1, "1 jour après"), (-2, "2 jours avant")])
def test_the_distance_is_said_in_words(days, words):
    (found,) = pair([piece()], [move(day=DAY + timedelta(days=days))])
    assert words in found.reason


def test_the_amount_alone_is_only_proposed():
    assert sure([piece()], [move(label="CB AUTRE CHOSE")]) == []
    assert proposed([piece()], [move(label="CB AUTRE CHOSE")]) == [(("p",), ("m",))]


def test_one_cent_apart_is_nothing():
    assert pair([piece()], [move(amount="-100.01")]) == []


def test_money_that_goes_the_other_way_is_nothing():
    assert pair([piece()], [move(amount="100.00")]) == []


def test_a_number_in_the_label_decides_between_rivals():
    moves = [move("a", label="PRLV MOULINS VEGRE MV1196"), move("b", label="PRLV MOULINS VEGRE MV1197")]
    assert sure([piece()], moves) == [(("p",), ("b",))]


def test_two_equal_rivals_are_a_doubt():
    assert sure([piece()], [move("a"), move("b")]) == []
    assert len(proposed([piece()], [move("a"), move("b")])) == 2


def test_a_rent_of_the_same_amount_each_month_goes_to_its_own_month():
    rents = [piece(f"p{n}", day=date(2026, n, 1), number=None) for n in range(1, 7)]
    debits = [move(f"m{n}", day=date(2026, n, 3)) for n in range(1, 7)]
    assert sorted(sure(rents, debits)) == [((f"p{n}",), (f"m{n}",)) for n in range(1, 7)]


def test_too_far_away_is_nothing_and_far_is_only_proposed():
    assert pair([piece(number=None)], [move(day=DAY + timedelta(days=200))]) == []
    assert sure([piece(number=None)], [move(day=DAY + timedelta(days=100))]) == []


def test_a_total_that_is_not_sure_links_nothing_by_itself():
    assert sure([piece(is_sure=False)], [move()]) == []


def test_a_piece_without_a_date_needs_its_number():
    assert sure([piece(day=None)], [move()]) == []
    assert sure([piece(day=None)], [move(label="PRLV MOULINS MV1197")]) == [(("p",), ("m",))]


def test_a_piece_without_a_name_is_never_named():
    assert sure([piece(name="", number=None)], [move()]) == []


def test_short_numbers_are_not_numbers():
    assert sure([piece(number="12", name="")], [move(label="CB 12 RUE")]) == []


def test_a_rejected_pair_is_never_proposed_again():
    assert pair([piece()], [move()], rejected=frozenset({("p", "m")})) == []


def test_one_movement_pays_two_bills_of_one_supplier():
    pieces = [piece("a", "-60.00", number=None), piece("b", "-40.00", number=None)]
    assert sure(pieces, [move()]) == [(("a", "b"), ("m",))]
    assert sure(pieces, [move()], rejected=frozenset({("a", "m")})) == []


def test_a_credit_note_is_taken_off_what_is_paid():
    pieces = [piece("a", "-130.00", number=None), piece("b", "30.00", number=None)]
    assert sure(pieces, [move()]) == [(("a", "b"), ("m",))]


def test_two_ways_to_make_the_sum_are_a_doubt():
    pieces = [
        piece(k, a, number=None) for k, a in zip("abcd", ("-60.00", "-40.00", "-70.00", "-30.00"), strict=True)
    ]
    assert sure(pieces, [move()]) == []
    assert proposed(pieces, [move()]) != []


def test_one_bill_is_paid_in_three_times():
    moves = [move(str(n), "-50.00", DAY + timedelta(days=30 * n)) for n in range(3)]
    assert sure([piece(amount="-150.00", number=None)], moves) == [(("p",), ("0", "1", "2"))]


def test_a_movement_is_never_used_twice_among_sure_ones():
    found = sure([piece("a"), piece("b", number="MV-2000")], [move()])
    assert len(found) <= 1


def test_banks_shorten_names():
    assert sure([piece(name="Emballages Rousseau")], [move(label="VIR EMBALL ROUSSEAU")]) == [(("p",), ("m",))]


def test_precision_holds_on_a_crowd():
    pieces, moves = synthetic(600)
    linked = {(p, m) for ps, ms in sure(pieces, moves) for p in ps for m in ms}
    assert sum(p == m for p, m in linked) / len(linked) >= 0.99
    assert len(linked) > 300


def test_two_pieces_of_one_amount_and_no_date_are_a_doubt():
    twins = [piece("a", day=None, number=None), piece("b", day=DAY, number=None)]
    assert sure(twins, [move()]) == []


def test_a_sum_is_only_proposed_where_the_exact_amount_could_claim_it():
    parts = [piece("b", "-60.00", number=None), piece("c", "-40.00", number=None)]
    whole = piece("a", number=None, is_sure=False)
    assert sure(parts, [move()]) == [(("b", "c"), ("m",))]
    assert sure([*parts, whole], [move()]) == []
    assert (("b", "c"), ("m",)) in proposed([*parts, whole], [move()])


def test_one_piece_paid_twice_its_amount_in_parts_is_contested_too():
    halves = [move("m1", "-60.00"), move("m2", "-40.00")]
    assert sure([piece()], halves) == [(("p",), ("m1", "m2"))]
    far = move("m3", label="VIR AUTRE")
    assert sure([piece(number=None)], [*halves, far]) == []


def test_only_what_is_new_is_answered_and_every_rival_counts():
    pieces = [piece("old", number=None), piece("new", "-55.00", number=None, name="Laiterie du Perche")]
    twins = [
        move("m1"),
        move("m2", day=DAY + timedelta(days=5)),
        move("m3", "-55.00", label="PRLV LAITERIE PERCHE"),
    ]
    assert sure(pieces, twins, around=frozenset({"new"})) == [(("new",), ("m3",))]
    assert pair(pieces, twins, around=frozenset({"new"}))[0].pieces == ("new",)
    assert sure(pieces, twins, around=frozenset({"m1"})) == [], "m2 could be it as well"
    assert {p.movements for p in pair(pieces, twins, around=frozenset({"m2"}))} == {("m1",), ("m2",)}
    assert sure(pieces, twins[:1], around=frozenset({"m1"})) == [(("old",), ("m1",))]


PARTS = [piece("b", "-60.00", number=None), piece("c", "-40.00", number=None)]


def test_the_same_sum_twice_is_a_doubt():
    twice = [move("m1"), move("m2", day=DAY + timedelta(days=9))]
    assert sure(PARTS, twice) == []
    assert len(proposed(PARTS, twice)) == 2


def test_a_sum_never_takes_a_piece_that_an_exact_amount_could_claim():
    rivals = [move("m1", "-60.00"), move("m2", "-60.00", day=DAY + timedelta(days=4)), move("whole")]
    assert sure(PARTS, rivals) == []


def test_a_piece_in_parts_never_takes_a_movement_that_another_could_claim():
    whole, part = piece("p", number=None), piece("q", "-60.00", number=None, is_sure=False)
    assert sure([whole, part], [move("m1", "-60.00"), move("m2", "-40.00")]) == []


def test_a_rival_of_another_name_is_a_rival_when_only_new_ones_are_asked_for():
    whole = piece("new", number=None)
    other = piece("q", "-60.00", number=None, name="Laiterie du Perche")
    halves = [move("m1", "-60.00", label="PRLV MOULINS VEGRE LAITERIE PERCHE"), move("m2", "-40.00")]
    assert sure([whole, other], halves, around=frozenset({"new"})) == []
    assert sure([whole], halves, around=frozenset({"new"})) == [(("new",), ("m1", "m2"))]


def test_what_is_looked_for_is_a_name_or_an_amount():
    wanted = hints([piece()])
    assert (wanted.amounts, wanted.stems) == ({Decimal("-100.00")}, {"MOUL", "VEGR"})
    assert wanted.narrows
    assert not hints([piece(str(n), f"-{n + 1}.00") for n in range(501)]).narrows
    kin, other = piece("kin", "-7.00"), piece("other", "-9.00", name="Laiterie")
    assert near([piece(), kin, other], [], frozenset({"p"})) == [piece(), kin]
    assert with_rivals([kin], [kin, other], [move(amount="-9.00")]) == [kin, other]


@pytest.mark.parametrize("seed", range(3))
def test_asking_for_one_answers_as_asking_for_all(seed):
    pieces, moves = synthetic(120, seed=seed)
    everything = {(p.pieces, p.movements) for p in pair(pieces, moves) if p.is_sure}
    for one in pieces[::10]:
        mine = {found for found in everything if one.id in found[0]}
        assert set(sure(pieces, moves, around=frozenset({one.id}))) >= mine
