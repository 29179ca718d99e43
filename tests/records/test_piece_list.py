"""The list of pieces: found by words in one company alone, narrowed by status and days."""

from datetime import date

import pytest
from tests.acts import hand_in
from tests.cast import mill_pdf
from tests.conftest import AT

from comptoir import pipeline
from comptoir.domain.document import Status
from comptoir.lib import tenancy
from comptoir.records.firms.models import Company
from comptoir.records.ledger import pieces
from comptoir.records.ledger.models import Entry

pytestmark = pytest.mark.django_db


def listed(company, **wanted):
    with tenancy.within(company.firm_id, company.pk):
        return pieces.screen(company, pieces.Filter(**wanted))


@pytest.fixture
def every_status(bakery, bob, alice):
    """One piece, at least, in each status."""
    posted = hand_in(bakery, bob)
    pipeline.post(entry=Entry.objects.get(document=posted), by=alice, at=AT)
    hand_in(bakery, bob, mill_pdf("MV-2", 3))
    hand_in(bakery, bob, mill_pdf("MV-2", 3) + b"\n% a copy", name="copie.pdf")
    pipeline.dismiss(document=hand_in(bakery, bob, mill_pdf("MV-3", 4)), reason="Illisible", by=alice, at=AT)
    hand_in(bakery, bob, mill_pdf("MV-4", 5), purpose="admin")
    pipeline.hand_in(company=bakery, content=mill_pdf("MV-5", 6), filename="5.pdf", by=bob, at=AT)


def test_each_status_lists_just_the_pieces_that_have_it(bakery, every_status):
    everything = listed(bakery).pieces
    assert {piece.status for piece in everything} >= set(Status) - {Status.READING}
    for status in Status:
        wanted = {piece.id for piece in everything if piece.status is status}
        assert {piece.id for piece in listed(bakery, status=status).pieces} == wanted, status


def test_the_counts_of_the_tabs_are_those_of_the_rows(bakery, every_status):
    everything = listed(bakery)
    assert everything.tabs[0].count == len(everything.pieces)
    assert everything.tabs[1].count == len(listed(bakery, tab="achats").pieces)


def test_a_piece_that_became_part_of_another_is_counted_in_it(bakery, bob, alice):
    one, other = hand_in(bakery, bob), hand_in(bakery, bob, mill_pdf("MV-2", 3))
    pipeline.unite(documents=[one, other], by=alice, at=AT)
    assert listed(bakery).tabs[0].count == len(listed(bakery).pieces) == 1


def test_days_are_those_of_the_piece(bakery, bob):
    hand_in(bakery, bob, mill_pdf(day=date(2026, 10, 4)))
    assert len(listed(bakery, since=date(2026, 10, 4), until=date(2026, 10, 4)).pieces) == 1
    assert listed(bakery, since=date(2026, 10, 5)).pieces == []
    assert listed(bakery, until=date(2026, 10, 3)).pieces == []


def test_words_find_nothing_of_another_company(bakery, bob, charlie):
    hand_in(bakery, bob)
    garage = Company.objects.get(name="Garage Lebreton")
    assert listed(garage, words="farine").pieces == []
    hand_in(garage, charlie)
    assert len(listed(garage, words="farine").pieces) == 1
    assert len(listed(bakery, words="farine").pieces) == 1


def test_a_search_without_a_company_finds_nothing(bakery, bob):
    hand_in(bakery, bob)
    with tenancy.within(bakery.firm_id):
        assert pieces.screen(bakery, pieces.Filter(words="farine")).pieces == []


def test_a_deposante_finds_only_her_own(bakery, bob, dina):
    hand_in(bakery, bob)
    with tenancy.within(bakery.firm_id, bakery.pk):
        found = pieces.screen(bakery, pieces.Filter(words="farine"), only_by=dina)
    assert found.pieces == []
    assert [tab.count for tab in found.tabs] == [0] * len(found.tabs)
