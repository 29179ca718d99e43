"""Handing in over HTTP: safe when it says so, refused in a French sentence otherwise, never a 500."""

import io
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from tests.cast import mill_pdf
from tests.conftest import AT
from tests.readers.test_cutting import bound

from comptoir import pipeline
from comptoir.records.deposits.models import Document

pytestmark = pytest.mark.django_db


def send(client, company, content, name="facture.pdf"):
    return client.post(
        f"/c/{company.pk}/pieces/",
        {"file": SimpleUploadedFile(name, content)},
        headers={"accept": "application/json"},
    )


def test_a_file_is_received_with_its_name(bakery, bob, signed_in):
    answer = send(signed_in(bob), bakery, mill_pdf())
    assert answer.status_code == 201
    assert answer.json()["sentence"] == "« facture.pdf » est reçu."


def test_the_same_file_again_points_at_the_first(bakery, bob, signed_in):
    client = signed_in(bob)
    first = send(client, bakery, mill_pdf()).json()["document"]
    again = send(client, bakery, mill_pdf())
    assert (again.status_code, again.json()["document"]) == (409, first)


def bomb() -> bytes:
    picture = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(picture, "PNG")
    return picture.getvalue()


def truncated_jpeg() -> bytes:
    picture = io.BytesIO()
    Image.effect_noise((400, 400), 90).convert("RGB").save(picture, "JPEG")
    return picture.getvalue()[:400]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("vide.pdf", b""),
        ("programme.pdf", b"MZ\x90\x00" + b"\x00" * 400),
        ("coupe.pdf", mill_pdf()[:300]),
        ("texte.pdf", b"bonjour"),
        ("bureau.docx", b"PK\x03\x04" + zlib.compress(b"word/document.xml" * 50)),
        ("bombe.png", bomb()),
        ("coupe.jpg", truncated_jpeg()),
        ("bombe.xml", b'<!DOCTYPE a [<!ENTITY b "bb">]><Invoice>&b;</Invoice>'),
    ],
)
def test_a_bad_file_is_refused_in_french_and_nothing_is_kept(bakery, bob, signed_in, name, content):
    answer = send(signed_in(bob), bakery, content, name)
    assert answer.status_code == 422
    assert len(answer.json()["sentence"]) > 20
    assert not Document.objects.exists()


@pytest.mark.parametrize(
    ("content", "what", "remedy"),
    [
        (b"MZ\x90\x00" + b"\x00" * 400, "Un programme", "le document lui-même"),
        (b"\x7fELF" + b"\x00" * 400, "Un programme", "le document lui-même"),
        (b"#!/bin/sh\nrm -rf /\n", "Un programme", "le document lui-même"),
        (b"BZh91AY" + b"\x00" * 400, "Une archive compressée", "décompressez-la"),
        (b"\xfd7zXZ\x00" + b"\x00" * 400, "Une archive compressée", "décompressez-la"),
        (b"Rar!\x1a\x07" + b"\x00" * 400, "Une archive RAR", "décompressez-la"),
        (
            b"From: a@b.fr\r\nTo: c@d.fr\r\nSubject: x\r\n y\r\n\r\nbonjour",
            "Un e-mail enregistré",
            "transférez-le",
        ),
        (b"From: moi\nbonjour", "Un fichier de texte", "PDF"),
    ],
)
def test_what_is_no_piece_is_named_with_its_remedy(bakery, bob, signed_in, content, what, remedy):
    sentence = send(signed_in(bob), bakery, content, "facture.pdf").json()["sentence"]
    assert sentence.startswith(what)
    assert remedy in sentence


def test_a_lie_in_the_extension_does_no_harm(bakery, bob, signed_in):
    assert send(signed_in(bob), bakery, mill_pdf(), "photo.jpg").status_code == 201


def test_a_form_without_a_file_is_answered(bakery, bob, signed_in):
    answer = signed_in(bob).post(f"/c/{bakery.pk}/pieces/", headers={"accept": "application/json"})
    assert answer.status_code == 422


def test_an_original_is_a_download_never_a_page(bakery, bob, signed_in):
    client = signed_in(bob)
    key = send(client, bakery, mill_pdf()).json()["document"]
    answer = client.get(f"/c/{bakery.pk}/pieces/{key}/original")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer.content == mill_pdf()


def test_what_is_only_kept_is_shown_as_such_and_no_page_of_it_is_asked_for(bakery, bob, alice, signed_in):
    pipeline.hand_in(
        company=bakery, content=b"bail;fin\n1;2\n", filename="bail <b>.CSV", by=bob, at=AT, purpose="admin"
    )
    key = Document.objects.get().pk
    for who, place in (
        (bob, f"/c/{bakery.pk}/pieces/{key}/"),
        (alice, f"/dossiers/{bakery.pk}/production/{key}/"),
    ):
        shown = signed_in(who).get(place).content.decode()
        assert "Gardé tel quel" in shown
        assert f"/pieces/{key}/pages/1" not in shown
    sheet = signed_in(bob).get(f"/c/{bakery.pk}/pieces/{key}/vignette")
    assert (sheet.status_code, sheet["Content-Type"]) == (200, "image/svg+xml")
    assert b">CSV<" in sheet.content


def test_every_page_of_a_long_piece_is_there_to_look_at(bakery, bob, alice, signed_in):
    paper = bound(*[mill_pdf()] * 35)
    document = pipeline.hand_in(company=bakery, content=paper, filename="long.pdf", by=bob, at=AT)
    for who, place in (
        (bob, f"/c/{bakery.pk}/pieces/{document.pk}/"),
        (alice, f"/dossiers/{bakery.pk}/production/{document.pk}/"),
    ):
        assert f"/pieces/{document.pk}/pages/35" in signed_in(who).get(place).content.decode()


def test_a_piece_that_is_not_read_says_its_name_once(bakery, bob, signed_in):
    pipeline.hand_in(company=bakery, content=mill_pdf(), filename="scan du jour.pdf", by=bob, at=AT)
    shown = signed_in(bob).get(f"/c/{bakery.pk}/pieces/").content.decode()
    assert shown.count(">scan du jour.pdf<") == 2, "once in the table, once in the phone's list"
