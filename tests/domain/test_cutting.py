"""Where documents begin in a file: what each witness says, and that doubt never cuts."""

from dataclasses import replace

import pytest

from comptoir.domain.cutting import LIKELY, SURE, Part, Seen, Why, cut, joined, likeness

MILL = Seen(1, reference="F-1", ids=frozenset({"552100554"}), supplier="MOULINS", has_total=True, has_text=True)
POWER = replace(MILL, reference="E-9", ids=frozenset({"552081317"}), supplier="ENERGIE")
BLANK, SHEET = Seen(1, is_blank=True), Seen(1, is_separator=True)
RUN, HOLLOW = tuple(n / 99 for n in range(100)), tuple((n % 10) / 9 for n in range(100))


def numbered(*pages):
    return [replace(page, number=n) for n, page in enumerate(pages, start=1)]


def found(*pages):
    return [(part.pages, part.why, part.is_sure) for part in cut(numbered(*pages))]


def second(*pages):
    """What is said of the second document, or None where there is none."""
    parts = cut(numbered(*pages))
    return (parts[1].why, parts[1].is_sure) if len(parts) > 1 else None


def test_a_file_of_one_page_is_one_document():
    assert found(MILL) == [((1,), Why.WHOLE, True)]


def test_another_number_after_a_total_is_another_document():
    assert found(MILL, replace(MILL, reference="F-2")) == [((1,), Why.WHOLE, True), ((2,), Why.NUMBER, True)]


def test_two_numbers_without_two_totals_are_only_proposed():
    order = replace(MILL, reference="C-7", has_total=False)
    assert second(MILL, order) == (Why.NUMBER, False)


def test_another_issuer_is_another_document():
    assert second(MILL, replace(POWER, reference="")) == (Why.SUPPLIER, True)
    assert second(MILL, replace(POWER, reference="", has_total=False)) == (Why.SUPPLIER, False)
    named = replace(MILL, ids=frozenset(), reference="")
    assert second(named, replace(named, supplier="AUTRE")) == (Why.SUPPLIER, False)


def test_the_same_number_goes_on():
    assert second(MILL, replace(MILL, has_total=False)) is None


def test_page_numbers_say_what_belongs_together():
    one, two = replace(MILL, of=(1, 2), reference=""), replace(MILL, of=(2, 2), reference="")
    assert found(one, two, one, two) == [((1, 2), Why.WHOLE, True), ((3, 4), Why.NUMBERING, True)]
    assert second(MILL, replace(one, ids=frozenset(), supplier="")) == (Why.NUMBERING, False)
    assert second(one, replace(one, of=(1, 3))) == (Why.NUMBERING, False)
    assert second(one, replace(MILL, reference="", has_total=False)) is None
    assert second(MILL, two) is None
    assert second(replace(one, of=(1, 3)), replace(two, of=(3, 4))) == (Why.NUMBERING, False)


def test_a_page_that_says_it_goes_on_is_never_cut_off_by_itself():
    assert second(MILL, replace(MILL, reference="", has_total=False, continues=True)) is None
    assert second(MILL, replace(POWER, continues=True)) == (Why.NUMBER, False)


def test_witnesses_that_contradict_each_other_make_a_question():
    clash = replace(POWER, of=(2, 2))
    assert second(replace(MILL, of=(1, 2)), clash) is not None
    assert second(replace(MILL, of=(1, 2)), clash)[1] is False


def test_a_new_head_after_a_total_is_proposed():
    bare = replace(MILL, reference="", ids=frozenset(), supplier="")
    assert second(bare, replace(bare, reference="X-1")) == (Why.HEAD, False)


def test_an_annex_without_number_or_total_stays():
    annex = Seen(1, has_text=True)
    assert found(MILL, annex) == [((1, 2), Why.WHOLE, True)]


def test_a_separator_is_always_right_and_belongs_to_nothing():
    assert found(MILL, SHEET, replace(MILL, has_total=False)) == [
        ((1,), Why.WHOLE, True),
        ((3,), Why.SEPARATOR, True),
    ]


def test_a_blank_page_belongs_to_nothing_and_is_only_a_hint():
    plain = Seen(1, look=RUN)
    assert found(plain, BLANK, replace(plain, look=HOLLOW)) == [((1,), Why.WHOLE, True), ((3,), Why.BLANK, False)]
    assert found(MILL, BLANK, Seen(1, has_text=True)) == [((1, 3), Why.WHOLE, True)]


def test_a_whole_blank_sheet_between_two_scans_is_a_sure_cut_unless_the_pages_say_otherwise():
    def bound(after, blanks, **before):
        return cut([Seen(1, **before), *(Seen(n + 2, is_blank=True) for n in range(blanks)), after(blanks + 2)])

    for blanks, is_sure in ((1, False), (2, True), (3, True)):
        (_, part) = bound(lambda number: Seen(number), blanks)
        assert (part.why, part.is_sure) == (Why.BLANK, is_sure)
    assert not bound(lambda number: Seen(number, has_text=True), 2)[1].is_sure
    assert not bound(lambda number: Seen(number, of=(2, 2)), 2, of=(1, 2))[1].is_sure


def test_a_file_of_blank_pages_is_one_document():
    assert found(BLANK, BLANK) == [((1, 2), Why.WHOLE, True)]


def test_another_paper_is_proposed():
    scan = Seen(1, look=RUN)
    assert second(scan, replace(scan, shape=1.4)) == (Why.PAPER, False)


def test_pictures_alone_never_cut_by_themselves():
    scan = Seen(1, look=RUN)
    assert second(scan, scan) == (Why.FORM, False)
    assert second(scan, replace(scan, look=tuple(reversed(RUN)))) == (Why.LOOK, False)
    half = tuple(a + 1.2 * b for a, b in zip(RUN, HOLLOW, strict=True))
    assert 0.5 < likeness(RUN, half) < 0.85
    assert second(scan, replace(scan, look=half)) is None
    assert second(scan, replace(scan, look=())) is None


def test_likeness_is_one_for_the_same_and_none_for_the_opposite():
    assert likeness(RUN, RUN) == pytest.approx(1)
    assert likeness(RUN, tuple(reversed(RUN))) == pytest.approx(-1)
    assert likeness((0.5,) * 4, (0.5,) * 4) == 1


def test_what_is_sure_parts_the_groups_and_what_is_not_stays_within_them():
    parts = [
        Part((1,), Why.WHOLE, 1),
        Part((2,), Why.LOOK, 0.6),
        Part((3,), Why.SEPARATOR, 1),
        Part((4,), Why.NUMBER, 0.85),
    ]
    assert [[part.pages[0] for part in group] for group in joined(parts)] == [[1, 2], [3, 4]]
    assert LIKELY < SURE


@pytest.mark.parametrize("why", list(Why))
def test_each_reason_is_a_sentence(why):
    assert why.french[0].isupper()
    assert why.french[-1] in ".?"
