"""Handing in over HTTP: safe when it says so, refused in a French sentence otherwise, never a 500."""

import io
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from tests.cast import mill_pdf

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
