"""A file that holds several documents: cut where that is sure, asked where it is not, once, whatever falls in between."""

import random

import pytest
from bench.cutting import six_slips
from django.db import connections
from tests.conftest import AT, as_web
from tests.readers.test_cutting import BILLS, bound, scanned

from comptoir import pipeline, readers
from comptoir.records.deposits import arranging, leaves, queries
from comptoir.records.deposits.models import Arrival, Cutting, Document
from comptoir.records.ledger import pieces
from comptoir.records.ledger.models import Entry
from comptoir.records.readings.models import Reading

pytestmark = pytest.mark.django_db

BOUND = bound(*BILLS)


def hand_in(company, by, content, name="lot.pdf"):
    return pipeline.hand_in(company=company, content=content, filename=name, by=by, at=AT)


def work(*documents):
    """What the worker does with each piece that waits to be read, as the role that sees nothing unless it is said whose."""
    for document in list(documents or Document.objects.order_by("pk")):
        with as_web():
            pipeline.read(str(document.firm_id), str(document.company_id), str(document.pk))


def numbers():
    return sorted(Reading.objects.exclude(number="").values_list("number", flat=True))


def test_three_bills_in_one_file_are_three_pieces_each_read_and_proposed(bakery, bob):
    first = hand_in(bakery, bob, BOUND)
    work(first)
    work(*Document.objects.filter(cut_from=first))
    assert len(set(numbers())) == 3
    assert Entry.objects.drafts().count() == 3
    assert Arrival.objects.count() == 1, "one file came"
    assert {piece.deposited_by for piece in pieces.screen(bakery, pieces.Filter()).pieces} == {"Bob"}
    assert queries.content(first.original) == BOUND


def test_the_worker_reads_of_each_piece_its_own_pages(bakery, bob):
    first = hand_in(bakery, bob, BOUND)
    work(first)
    work(*Document.objects.filter(cut_from=first))
    assert [reading.values["pages"] for reading in Reading.objects.all()] == [1, 1, 1]
    assert len(set(Reading.objects.values_list("total", flat=True))) > 1


def test_a_job_that_runs_twice_cuts_once(bakery, bob):
    first = hand_in(bakery, bob, BOUND)
    for _ in range(3):
        work(first)
    assert Document.objects.count() == 3


def test_a_cut_that_was_undone_stays_undone(bakery, bob):
    first = hand_in(bakery, bob, BOUND)
    work(first)
    pipeline.undo_cut(document=Document.objects.get(pk=first.pk), by=bob, at=AT)
    work(first)
    assert Document.objects.kept().count() == 1
    assert leaves.content(Document.objects.get(pk=first.pk)) == BOUND


def test_what_a_person_arranged_is_not_cut_by_the_machine(bakery, bob):
    first = hand_in(bakery, bob, BOUND)
    pages = leaves.of(first)
    pipeline.split(document=first, parts=[list(reversed(pages))], by=bob, at=AT)
    work(Document.objects.get(pk=first.pk))
    assert Document.objects.count() == 1
    assert leaves.of(Document.objects.get(pk=first.pk)) == tuple(reversed(pages))


def test_a_scan_is_asked_about_and_nothing_is_cut_before_the_answer(bakery, bob):
    first = hand_in(bakery, bob, scanned(BOUND))
    pipeline.cut_now(first, at=AT)
    assert Document.objects.count() == 1
    assert [len(part["leaves"]) for part in arranging.proposal(first).parts] == [1, 1, 1]
    (listed,) = pieces.screen(bakery, pieces.Filter()).pieces
    assert listed.to_cut
    work(first)
    assert not Entry.objects.exists(), "what is read of four papers is the entry of none"
    pipeline.split(document=first, parts=[[leaf] for leaf in leaves.of(first)], by=bob, at=AT)
    assert arranging.proposal(first) is None
    assert not any(piece.to_cut for piece in pieces.screen(bakery, pieces.Filter()).pieces)


def test_separators_cut_at_once_and_doubts_stay_within_a_piece(bakery, bob):
    scan = scanned(bound(BILLS[0], BILLS[1], readers.cutting.separator_sheet(), BILLS[2]))
    first = hand_in(bakery, bob, scan)
    pipeline.cut_now(first, at=AT)
    second = Document.objects.get(cut_from=first)
    assert [leaf.page for leaf in leaves.of(Document.objects.get(pk=first.pk))] == [1, 2]
    assert [leaf.page for leaf in leaves.of(second)] == [4]
    assert arranging.proposal(first) is not None
    assert arranging.proposal(second) is None


def test_six_receipts_on_one_photo_are_six_pieces_and_the_photo_stays_whole(bakery, bob):
    photo = six_slips("slate", 7, random.Random(3))  # the same photo each time
    first = hand_in(bakery, bob, photo, "photo.jpg")
    pipeline.cut_now(first, at=AT)
    made = list(Document.objects.order_by("pk"))
    assert len(made) == 6
    assert {document.original_id for document in made} == {first.original_id}
    assert queries.content(first.original) == photo
    assert all(readers.admit(leaves.content(document)) == "image/jpeg" for document in made)


@pytest.mark.parametrize("step", ["arranging.split", "arranging.propose", "read_later"])
def test_a_worker_killed_at_any_step_leaves_nothing_half_done(bakery, bob, monkeypatch, step):
    first = hand_in(bakery, bob, BOUND)
    owner, name = (arranging, step.split(".")[1]) if "." in step else (pipeline.reading, step)
    real, calls = getattr(owner, name), []

    def killed(*args, **more):
        calls.append(1)
        made = real(*args, **more)
        if len(calls) == (1 if "." in step else 2):
            raise KeyboardInterrupt
        return made

    with monkeypatch.context() as patched:
        patched.setattr(owner, name, killed)
        with pytest.raises(KeyboardInterrupt):
            pipeline.cut_now(first, at=AT)
            pipeline.cut_now(first, at=AT)
    assert Document.objects.count() in (1, 3)
    assert Cutting.objects.count() in (0, 3)
    pipeline.cut_now(first, at=AT)
    assert Document.objects.count() == 3


def test_a_file_that_cannot_be_looked_at_is_kept_and_read_whole(bakery, bob, monkeypatch):
    def fall(*args, **more):
        raise RuntimeError

    monkeypatch.setattr(readers.cutting, "parts_of", fall)
    first = hand_in(bakery, bob, BOUND)
    work(first)
    assert Document.objects.count() == 1
    assert Reading.objects.get(document=first).read_at


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_cut_once(bakery, bob):
    from threading import Thread

    first = hand_in(bakery, bob, BOUND)
    faults = []

    def cut():
        try:
            pipeline.cut_now(Document.objects.select_related("company", "original").get(pk=first.pk), at=AT)
        except Exception as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [Thread(target=cut) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    assert Document.objects.count() == 3
