"""Leaves: which page, what part of it, how far turned."""

from uuid import UUID

import pytest

from comptoir.domain.leaf import Leaf, covers, is_outline, outline_of, whole

SCAN = UUID(int=1)
UPRIGHT = outline_of((0.1, 0.2, 0.5, 0.6))


def test_a_whole_original_is_all_its_pages_in_their_order():
    assert whole(SCAN, 3) == (Leaf(SCAN, 1), Leaf(SCAN, 2), Leaf(SCAN, 3))
    assert all(leaf.is_whole and leaf.box is None for leaf in whole(SCAN, 3))


def test_a_slip_that_lies_askew_has_an_upright_box_around_it():
    askew = Leaf(SCAN, 1, ((0.2, 0.1), (0.6, 0.2), (0.5, 0.6), (0.1, 0.5)))
    assert askew.box == (0.1, 0.1, 0.6, 0.6)
    assert not askew.is_whole


def test_four_quarter_turns_bring_a_leaf_back():
    leaf = Leaf(SCAN, 2)
    assert leaf.turned(90).turn == 90
    assert not leaf.turned(90).is_whole
    assert leaf.turned(270).turned(90) == leaf


@pytest.mark.parametrize(
    ("corners", "why"),
    [
        (((0.1, 0.1), (1.2, 0.1), (0.5, 0.5), (0.1, 0.5)), "beyond the page"),
        (((0.1, 0.1), (0.1, 0.5), (0.5, 0.5), (0.5, 0.1)), "the wrong way round: it would be mirrored"),
        (((0.1, 0.1), (0.5, 0.5), (0.5, 0.1), (0.1, 0.5)), "crossing itself"),
        (((0.1, 0.1), (0.11, 0.1), (0.11, 0.11), (0.1, 0.11)), "a sliver"),
    ],
)
def test_what_bounds_no_part_is_no_outline(corners, why):
    assert is_outline(UPRIGHT)
    assert not is_outline(corners), why


def test_parts_take_each_page_once_and_only_pages_that_are_there():
    one, two, three = whole(SCAN, 3)
    assert covers([[one], [two, three]], [one, two, three])
    assert covers([[one], [three]], [one, two, three])  # a blank page may be left out
    assert not covers([[one], [one]], [one, two, three])
    assert not covers([[one], []], [one, two, three])
    assert not covers([], [one, two, three])
    assert not covers([[Leaf(SCAN, 4)]], [one, two, three])


def test_a_leaf_may_be_turned_and_a_slip_cut_out_of_a_whole_page_only():
    one, two, _ = whole(SCAN, 3)
    slip = Leaf(SCAN, 1, UPRIGHT)
    assert covers([[one.turned(90)]], [one])
    assert covers([[slip], [two]], [one, two])
    assert not covers([[one]], [slip]), "the rest of the page is not this piece's"
    assert not covers([[Leaf(SCAN, 1, ((0.1, 0.1), (0.1, 0.5), (0.5, 0.5), (0.5, 0.1)))]], [one])
