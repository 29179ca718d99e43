"""The cutting desk: the same for the client and the firm; what a form forges makes no piece."""

import json
import random
import re

import pytest
from bench.cutting import six_slips
from tests.acts import hand_in
from tests.cast import mill_pdf
from tests.conftest import AT
from tests.readers.test_cutting import BILLS, bound, scanned

from comptoir import pipeline, readers
from comptoir.domain.leaf import Leaf, outline_of
from comptoir.records.deposits import arranging, leaves
from comptoir.records.deposits.models import Document
from comptoir.records.ledger.models import Entry

pytestmark = pytest.mark.django_db
BOUND = bound(*BILLS)


@pytest.fixture
def scan(bakery, bob):
    document = pipeline.hand_in(company=bakery, content=scanned(BOUND), filename="lot.pdf", by=bob, at=AT)
    pipeline.cut_now(document, at=AT)
    return document


def desk(document):
    return f"/c/{document.company_id}/pieces/{document.pk}/decoupe/"


def laid(document, *pages):
    return [
        json.dumps({"rank": rank, **leaves.to_json(leaf)})
        for rank, leaf in enumerate(pages or leaves.of(document), 1)
    ]


def again(document):
    return Document.objects.select_related("original", "company").get(pk=document.pk)


def test_the_desk_shows_each_page_and_why_a_piece_begins(scan, bob, alice, signed_in):
    for who in (bob, alice):
        page = signed_in(who).get(desk(scan)).content.decode()
        assert page.count('name="leaf"') == 3
        assert "3 pièces" in page
        assert page.count("checked") == 4  # each begins a piece; the first is held so
        pictures = re.findall(r'<img src="(/c/[^"]+/decoupe/\d)"', page)
        assert [signed_in(who).get(picture).status_code for picture in pictures] == [200] * 3


def test_a_confirmed_proposal_makes_its_pieces(scan, bob, signed_in):
    answer = signed_in(bob).post(desk(scan), {"leaf": laid(scan), "begins": ["1", "2", "3"]})
    assert answer.status_code == 302
    assert Document.objects.count() == 3


def test_a_cut_moved_by_hand_is_where_it_was_moved_to(scan, alice, signed_in):
    signed_in(alice).post(desk(scan), {"leaf": laid(scan), "begins": ["3"]})
    assert [[leaf.page for leaf in leaves.of(d)] for d in Document.objects.order_by("pk")] == [[1, 2], [3]]


def test_pages_that_the_desk_cannot_show_stay_with_the_last_piece(scan, bob, signed_in, monkeypatch):
    monkeypatch.setattr("comptoir.web.arranging.MOST_SHOWN", 2)
    page = signed_in(bob).get(desk(scan)).content.decode()
    assert page.count('name="leaf"') == 2
    assert "La suivante reste avec la dernière pièce" in " ".join(page.split())
    signed_in(bob).post(desk(scan), {"leaf": laid(scan)[:2], "begins": ["1", "2"]})
    assert [[leaf.page for leaf in leaves.of(d)] for d in Document.objects.order_by("pk")] == [[1], [2, 3]]


def test_a_desk_full_of_pages_may_be_sent_whatever_is_marked(scan, bob, signed_in, settings):
    from comptoir.web.arranging import MOST_SHOWN

    fields = MOST_SHOWN * len(("leaf", "turn", "begins", "out")) + len(("token", "whole"))
    assert fields <= settings.DATA_UPLOAD_MAX_NUMBER_FIELDS


def test_one_piece_is_said_with_one_button_and_not_asked_again(scan, bob, signed_in):
    signed_in(bob).post(desk(scan), {"leaf": laid(scan), "begins": ["1", "2", "3"], "whole": "1"})
    assert Document.objects.count() == 1
    assert arranging.proposal(scan) is None


def test_pages_are_reordered_turned_and_left_out_as_the_form_lays_them(scan, bob, signed_in):
    one, two, three = laid(scan)
    signed_in(bob).post(desk(scan), {"leaf": [three, one, two], "turn-3": "90", "out": ["1"]})
    assert [(leaf.page, leaf.turn) for leaf in leaves.of(again(scan))] == [(3, 90), (2, 0)]


def test_a_slip_drawn_on_a_photo_is_a_piece(bakery, bob, signed_in):
    photo = pipeline.hand_in(
        company=bakery, content=six_slips("wood", 0, random.Random(1)), filename="p.jpg", by=bob, at=AT
    )
    slips = [Leaf(photo.original_id, 1, outline_of((x, 0.1, x + 0.3, 0.8))) for x in (0.05, 0.5)]
    sent = laid(photo, Leaf(photo.original_id, 1), *slips)
    signed_in(bob).post(desk(photo), {"leaf": sent, "begins": ["1", "2", "3"], "out": ["1"]})
    assert [leaves.of(d)[0].outline for d in Document.objects.order_by("pk")] == [slip.outline for slip in slips]


def test_slips_laid_together_on_a_scanner_are_drawn_and_become_pieces(bakery, bob, signed_in):
    sheet = scanned(mill_pdf())
    document = pipeline.hand_in(company=bakery, content=sheet, filename="tickets.pdf", by=bob, at=AT)
    assert "data-add-slip" in signed_in(bob).get(desk(document)).content.decode()
    slips = [Leaf(document.original_id, 1, outline_of((0.1, y, 0.9, y + 0.3))) for y in (0.05, 0.5)]
    sent = laid(document, Leaf(document.original_id, 1), *slips)
    signed_in(bob).post(desk(document), {"leaf": sent, "begins": ["1", "2", "3"], "out": ["1"]})
    made = list(Document.objects.order_by("pk"))
    assert [leaves.of(one)[0].outline for one in made] == [slip.outline for slip in slips]
    assert all(readers.admit(leaves.content(one)) == "image/jpeg" for one in made)


def test_a_cut_is_undone_from_any_of_its_pieces(scan, bob, signed_in):
    signed_in(bob).post(desk(scan), {"leaf": laid(scan), "begins": ["1", "2", "3"]})
    last = Document.objects.order_by("-pk").first()
    answer = signed_in(bob).post(desk(last) + "annulation")
    assert answer.url == desk(scan)
    assert leaves.is_all_of_original(again(scan))


def test_pieces_are_put_together(bakery, bob, signed_in):
    one, two = (hand_in(bakery, bob, mill_pdf(f"U-{n}"), f"{n}.pdf") for n in (1, 2))
    assert "2.pdf" in signed_in(bob).get(desk(one)).content.decode()
    signed_in(bob).post(desk(one) + "reunion", {"piece": [str(two.pk)]})
    assert len(leaves.of(again(one))) == 2
    assert signed_in(bob).post(desk(one) + "reunion", {"piece": []}).status_code == 422
    assert signed_in(bob).post(desk(one) + "reunion", {"piece": ["x"]}).status_code == 404


@pytest.mark.parametrize(
    "sent",
    [
        {"leaf": ["nothing"]},
        {"leaf": ['{"rank": 1}']},
        {"leaf": []},
        {"leaf": ['{"rank": 1, "original": "00000000-0000-0000-0000-000000000001", "page": 1}']},
        {"leaf": ["[1]"]},
    ],
)
def test_a_forged_form_makes_no_piece_and_is_told_so(scan, bob, signed_in, sent):
    answer = signed_in(bob).post(desk(scan), sent)
    assert answer.status_code == 422
    assert "rechargez" in answer.content.decode()
    assert Document.objects.count() == 1


def test_a_page_twice_an_outline_beyond_and_a_page_that_is_not_there_make_no_piece(scan, bob, signed_in):
    beyond = Leaf(scan.original_id, 1, ((0, 0), (2, 0), (2, 1), (0, 1)))
    for pages in ([Leaf(scan.original_id, 1)] * 2, [beyond], [Leaf(scan.original_id, 9)]):
        assert signed_in(bob).post(desk(scan), {"leaf": laid(scan, *pages)}).status_code == 422
    assert Document.objects.count() == 1


def test_what_is_in_the_books_keeps_its_pages(bakery, bob, alice, signed_in):
    document = hand_in(bakery, bob)
    pipeline.post(entry=Entry.objects.get(document=document), by=alice, at=AT)
    answer = signed_in(alice).post(desk(document), {"leaf": laid(document)})
    assert answer.status_code == 422
    assert "comptabilisée" in answer.content.decode()


def test_dina_arranges_her_own_and_charlie_nothing(scan, bakery, dina, bob, charlie, signed_in):
    assert signed_in(charlie).get(desk(scan)).status_code == 404
    assert signed_in(dina).get(desk(scan)).status_code == 404
    own = hand_in(bakery, dina, mill_pdf("D-1"), "d.pdf")
    assert signed_in(dina).get(desk(own)).status_code == 200
    assert "lot.pdf" not in signed_in(dina).get(desk(own)).content.decode()
    assert signed_in(dina).post(desk(own) + "reunion", {"piece": [str(scan.pk)]}).status_code == 404


def test_a_separator_is_there_to_print(bob, signed_in):
    answer = signed_in(bob).get("/page-de-separation.pdf")
    assert answer.content.startswith(b"%PDF")
