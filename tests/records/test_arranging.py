"""Which pages make which piece: cut, put together, turned, undone; the original stays as it came."""

import io
from datetime import timedelta

import pikepdf
import pytest
from django.db import DatabaseError, transaction
from tests.acts import bring_statement, hand_in
from tests.cast import mill_debit, mill_pdf
from tests.conftest import AT

from comptoir import pipeline, readers
from comptoir.domain.leaf import Leaf, outline_of
from comptoir.records.deposits import arranging, leaves, queries
from comptoir.records.deposits.actions import IsDismissed
from comptoir.records.deposits.log import verify_log
from comptoir.records.deposits.models import Arrival, Document, Original
from comptoir.records.ledger import pieces
from comptoir.records.ledger.actions import AlreadyPosted
from comptoir.records.ledger.models import Entry
from comptoir.records.matching.models import Match
from comptoir.records.readings.models import Reading

pytestmark = pytest.mark.django_db


def bound(*papers):
    """Papers scanned into one file."""
    made, written = pikepdf.new(), io.BytesIO()
    for paper in papers:
        made.pages.extend(pikepdf.open(io.BytesIO(paper)).pages)
    made.save(written)
    return written.getvalue()


SCAN = bound(mill_pdf("F-1", 10), mill_pdf("F-2", 20))


@pytest.fixture
def scan(bakery, bob):
    return hand_in(bakery, bob, SCAN, "scan.pdf")


@pytest.fixture
def halves(scan, bob):
    return pipeline.split(document=scan, parts=[[leaf] for leaf in leaves.of(scan)], by=bob, at=AT)


def again(document):
    return Document.objects.select_related("original", "company").get(pk=document.pk)


def number_read(document):
    pipeline.read_now(again(document), at=AT)
    return Reading.objects.get(document=document).number


def shown(company):
    return [piece.filename for piece in pieces.screen(company, pieces.Filter()).pieces]


def test_each_part_of_a_file_is_a_piece_read_by_itself(scan, halves, bob):
    first, second = halves
    assert first == scan
    assert (second.filename, second.deposited_by, second.cut_from) == ("scan (2).pdf", bob, scan)
    assert [number_read(piece) for piece in halves] == ["F-1", "F-2"]
    assert readers.page_count(leaves.content(again(second))) == 1
    assert queries.content(second.original) == SCAN


def test_a_cut_that_is_undone_leaves_the_file_as_it_was(bakery, scan, halves, bob):
    pipeline.undo_cut(document=again(scan), by=bob, at=AT)
    assert leaves.content(again(scan)) == SCAN
    assert shown(bakery) == ["scan.pdf"]
    with pytest.raises(IsDismissed):
        pipeline.split(document=again(halves[1]), parts=[leaves.of(again(halves[1]))], by=bob, at=AT)


def test_pieces_put_together_are_one_piece_in_the_order_that_was_said(bakery, bob):
    one, two = (hand_in(bakery, bob, mill_pdf(f"F-{n}", n), f"page-{n}.pdf") for n in (1, 2))
    pipeline.unite(documents=[two, one], by=bob, at=AT)
    assert [leaf.original for leaf in leaves.of(again(two))] == [two.original_id, one.original_id]
    assert readers.page_count(leaves.content(again(two))) == 2
    assert shown(bakery) == ["page-2.pdf"]


def test_what_a_person_linked_stays_linked_through_cutting_and_putting_together(
    bakery, bob, account, scan, halves
):
    (debit,) = bring_statement(account, mill_debit("-999.99"))
    pipeline.attach(document=again(halves[1]), transaction=debit, by=bob, at=AT)
    pipeline.undo_cut(document=again(scan), by=bob, at=AT)
    assert [(m.document_id, m.by) for m in Match.objects.filter(transaction=debit)] == [(scan.pk, bob)]


def test_what_the_machine_linked_with_other_pages_is_taken_back(bakery, bob, account):
    paid = hand_in(bakery, bob)
    (debit,) = bring_statement(account, mill_debit())
    assert Match.objects.filter(document=paid, transaction=debit, by=None).exists()
    other = hand_in(bakery, bob, mill_pdf("F-9", 3), "autre.pdf")
    pipeline.unite(documents=[other, again(paid)], by=bob, at=AT)
    assert not Match.objects.filter(transaction=debit).exists()


def test_pages_are_turned_reordered_and_taken_out(scan, bob):
    one, two = leaves.of(scan)
    pipeline.split(document=scan, parts=[[two.turned(90), one]], by=bob, at=AT)
    assert leaves.of(again(scan)) == (two.turned(90), one)
    with pikepdf.open(io.BytesIO(leaves.content(again(scan)))) as made:
        assert [int(page.get("/Rotate", 0)) for page in made.pages] == [90, 0]
    pipeline.split(document=again(scan), parts=[[one]], by=bob, at=AT)
    assert number_read(scan) == "F-1"


def test_a_part_of_a_page_is_a_leaf_of_its_own(scan, bob):
    half = Leaf(scan.original_id, 1, outline_of((0, 0, 1, 0.5)))
    part = leaves.leaf_picture(scan.original, half, at_most=320)
    assert part != leaves.leaf_picture(scan.original, Leaf(scan.original_id, 1), at_most=320)
    assert leaves.from_json(leaves.to_json(half)) == half


@pytest.mark.parametrize("parts", [[[1], [1]], [[1], [3]], [[1], []], []])
def test_pages_that_are_not_the_pieces_make_no_pieces(scan, bob, parts):
    asked = [[Leaf(scan.original_id, number) for number in part] for part in parts]
    with pytest.raises(arranging.NotAnArrangement):
        pipeline.split(document=scan, parts=asked, by=bob, at=AT)
    assert leaves.is_all_of_original(scan)


def test_a_page_of_another_file_is_not_taken_in_by_arranging(bakery, bob, scan):
    other = hand_in(bakery, bob)
    with pytest.raises(arranging.NotAnArrangement):
        pipeline.split(document=scan, parts=[[Leaf(other.original_id, 1)]], by=bob, at=AT)


def test_what_is_in_the_books_keeps_its_pages(scan, alice, bob):
    entry = Entry.objects.get(document=scan)
    pipeline.post(entry=entry, by=alice, at=AT)
    with pytest.raises(AlreadyPosted):
        pipeline.split(document=scan, parts=[[leaf] for leaf in leaves.of(scan)], by=bob, at=AT)


def test_a_reading_of_pages_that_have_changed_meanwhile_is_not_kept(scan, bob, monkeypatch):
    reader = pipeline.reading.READER

    class Slow:
        def read(self, content, **more):
            pipeline.split(document=scan, parts=[[leaf] for leaf in leaves.of(scan)], by=bob, at=AT)
            return reader.read(mill_pdf("OLD"), **more)

    monkeypatch.setattr(pipeline.reading, "READER", Slow())
    pipeline.read_now(again(scan), at=AT)
    assert Reading.objects.get(document=scan).number != "OLD"


def test_each_deposit_is_a_line_of_the_log_and_a_changed_line_is_seen(bakery, bob, scan):
    hand_in(bakery, bob, name="b.pdf", channel="mail", sent={"from": "bob@dupont.example"})
    lines = list(Arrival.objects.filter(company=bakery).order_by("number"))
    assert [(line.number, line.filename, line.way) for line in lines] == [
        (1, "scan.pdf", "web"),
        (2, "b.pdf", "mail"),
    ]
    assert list(verify_log()) == []
    with pytest.raises(DatabaseError), transaction.atomic():
        Arrival.objects.filter(pk=lines[0].pk).update(at=AT + timedelta(days=1))
    Arrival.objects.bulk_create([Arrival(**{**_columns(lines[1]), "number": 3})])
    assert [fault.code for fault in verify_log()] == ["deposit_log"]


def test_the_same_bytes_by_another_who_may_not_see_them_are_a_line_of_their_own(bakery, bob, dina, scan):
    hand_in(bakery, dina, SCAN, "scan.pdf", sees_all=False)
    assert Arrival.objects.count() == 2
    assert Original.objects.count() == 1


def _columns(row):
    fields = (field.attname for field in Arrival._meta.fields if field.name != "id")
    return {name: getattr(row, name) for name in fields}
