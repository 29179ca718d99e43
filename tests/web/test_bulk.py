"""Several pieces at once: a ZIP, another kind, another dossier, set aside; each for whom it may be."""

import io
import zipfile

import pytest
from PIL import Image
from tests.acts import hand_in
from tests.cast import mill_invoice, mill_pdf
from tests.conftest import AT

from comptoir import pipeline
from comptoir.demo.papers import receipt_photo
from comptoir.records.audit.models import Event
from comptoir.records.deposits import leaves
from comptoir.records.deposits import queries as documents
from comptoir.records.deposits.models import Dismissal, Document
from comptoir.records.firms import actions as firms
from comptoir.records.ledger.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(bakery, bob):
    return hand_in(bakery, bob), hand_in(bakery, bob, mill_pdf("MV-2", 3), name="autre.pdf")


def act(client, address, documents, **more):
    return client.post(address, {"piece": [str(d.pk) for d in documents], "back": "/", **more}, follow=True)


def archive(answer):
    return zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))


def test_a_zip_holds_the_ticked_pieces_under_names_that_say_what_each_is(bakery, bob, two, signed_in):
    answer = act(signed_in(bob), f"/c/{bakery.pk}/pieces/telechargement", two)
    found = archive(answer)
    assert found.namelist() == [
        "2026-11-04 Moulins de la Vègre MV-1197 237,38 €.pdf",
        "2026-11-04 Moulins de la Vègre MV-2 71,21 €.pdf",
    ]
    assert found.read(found.namelist()[0]) == mill_pdf()
    assert Event.objects.get(verb="take_away").detail["count"] == 2


def test_a_deposante_takes_only_her_own_away(bakery, dina, two, signed_in):
    hers = hand_in(bakery, dina, mill_pdf("MV-9", 9), sees_all=False)
    found = archive(act(signed_in(dina), f"/c/{bakery.pk}/pieces/telechargement", [*two, hers]))
    assert len(found.namelist()) == 1


def test_nothing_ticked_or_forged_says_so(bakery, bob, two, signed_in):
    client = signed_in(bob)
    for ids in ([], ["x"], ["01a21880-0000-7000-8000-000000000000"]):
        answer = client.post(
            f"/c/{bakery.pk}/pieces/telechargement", {"piece": ids, "back": "/espaces/"}, follow=True
        )
        assert "Cochez d’abord des pièces." in answer.content.decode()


def test_charlie_takes_nothing_away(bakery, charlie, two, signed_in):
    assert act(signed_in(charlie), f"/c/{bakery.pk}/pieces/telechargement", two).status_code == 404


def test_a_client_moves_pieces_to_another_kind(bakery, bob, two, signed_in):
    act(signed_in(bob), f"/c/{bakery.pk}/pieces/nature", two, purpose="admin")
    assert set(Document.objects.values_list("purpose", flat=True)) == {"admin"}
    assert not Entry.objects.exists()


def test_what_is_in_the_books_keeps_its_kind_and_the_others_change(bakery, bob, alice, two, signed_in):
    pipeline.post(entry=Entry.objects.get(document=two[0]), by=alice, at=AT)
    answer = act(signed_in(bob), f"/c/{bakery.pk}/pieces/nature", two, purpose="admin").content.decode()
    assert "1 pièce reclassée" in answer
    assert Document.objects.get(pk=two[0].pk).purpose == ""


def test_an_unknown_kind_changes_nothing(bakery, bob, two, signed_in):
    act(signed_in(bob), f"/c/{bakery.pk}/pieces/nature", two, purpose="autre")
    assert set(Document.objects.values_list("purpose", flat=True)) == {""}


def test_the_firm_sets_several_aside_with_one_reason(bakery, alice, two, signed_in):
    act(signed_in(alice), f"/dossiers/{bakery.pk}/pieces/mise-a-l-ecart", two, reason="Hors exercice")
    assert set(Dismissal.objects.values_list("reason", flat=True)) == {"Hors exercice"}


def test_without_a_reason_nothing_is_set_aside(bakery, alice, two, signed_in):
    act(signed_in(alice), f"/dossiers/{bakery.pk}/pieces/mise-a-l-ecart", two, reason=" ")
    assert not Dismissal.objects.exists()


def test_the_firm_moves_pieces_to_the_dossier_that_they_belong_to(bakery, alice, two, signed_in):
    florist = firms.open_dossier(firm=bakery.firm, by=alice, at=AT, name="Fleurs Hamon", siren="732829320")
    answer = act(signed_in(alice), f"/dossiers/{bakery.pk}/pieces/deplacement", two, dossier="fleurs hamon")
    assert "2 pièces déplacées." in answer.content.decode()
    assert Document.objects.filter(company=florist).count() == 2
    reasons = set(Dismissal.objects.values_list("reason", flat=True))
    assert reasons == {"Cette pièce concernait un autre dossier : le cabinet l’y a mise."}


def test_several_photos_are_moved_as_they_were_taken(bakery, bob, alice, signed_in):
    taken = []
    for shade in (200, 180):
        out = io.BytesIO()
        Image.new("RGB", (300, 420), (shade, 240, 235)).save(out, "JPEG")
        taken.append(out.getvalue())
    piece = pipeline.hand_in_pages(company=bakery, pages=taken, filename="photo.jpg", by=bob, at=AT)
    florist = firms.open_dossier(firm=bakery.firm, by=alice, at=AT, name="Fleurs Hamon", siren="732829320")
    act(signed_in(alice), f"/dossiers/{bakery.pk}/pieces/deplacement", [piece], dossier="Fleurs Hamon")
    moved = Document.objects.get(company=florist)
    assert [documents.content(original) for original in leaves.originals_of(moved)] == taken


def test_another_firms_dossier_is_no_place_to_move_to(bakery, alice, charlie, two, signed_in):
    answer = act(signed_in(alice), f"/dossiers/{bakery.pk}/pieces/deplacement", two, dossier="Garage Lebreton")
    assert "Choisissez le dossier" in answer.content.decode()
    assert not Dismissal.objects.exists()


def test_a_client_moves_no_piece_to_another_dossier(bakery, bob, two, signed_in):
    assert act(signed_in(bob), f"/dossiers/{bakery.pk}/pieces/deplacement", two, dossier="x").status_code == 404


def test_the_way_back_leads_nowhere_else(bakery, bob, two, signed_in):
    answer = signed_in(bob).post(f"/c/{bakery.pk}/pieces/nature", {"purpose": "achat", "back": "//evil.example/"})
    assert answer.url == "/"


def test_the_words_of_a_page_lie_over_its_picture(bakery, bob, two, signed_in):
    answer = signed_in(bob).get(f"/c/{bakery.pk}/pieces/{two[0].pk}/pages/1/texte").content.decode()
    assert ">MV-1197 </text>" in answer
    assert 'textLength="' in answer
    assert signed_in(bob).get(f"/c/{bakery.pk}/pieces/{two[0].pk}/pages/99/texte").content.strip() == b""


def test_the_words_of_a_photo_are_selected_as_those_of_a_page(bakery, bob, signed_in):
    photo = hand_in(bakery, bob, receipt_photo(mill_invoice("T-77"), 1), name="ticket.jpg")
    client = signed_in(bob)
    said = client.get(f"/c/{bakery.pk}/pieces/{photo.pk}/pages/1/texte").content.decode()
    assert ">MOULINS </text>" in said
    assert 'textLength="' in said
    assert not client.get(f"/c/{bakery.pk}/pieces/{photo.pk}/pages/2/texte").content.strip()


def test_the_firm_lists_every_piece_with_its_filters(bakery, alice, two, signed_in):
    client = signed_in(alice)
    page = client.get(f"/dossiers/{bakery.pk}/pieces/?q=farine&etat=proposed&du=2026-11-01&au=2026-11-30")
    assert page.status_code == 200
    assert page.content.decode().count("data-pick>") == 2
    for query in ("?etat=x", "?du=hier", "?onglet=x", "?apres=x", "?q=%00"):
        assert client.get(f"/dossiers/{bakery.pk}/pieces/{query}").status_code in (200, 400), query
