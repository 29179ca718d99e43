"""What may be put in a shared folder: documents of every kind, judged by their content; no program, in no wrapping."""

import io
import zipfile

import pytest
from PIL import Image
from tests.cast import mill_pdf

from comptoir import readers
from comptoir.readers import shared

PE = b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0" + b"\0" * 64
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512


def zipped(*members: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return out.getvalue()


def office(top: str) -> bytes:
    return zipped(("[Content_Types].xml", b"<Types/>"), (f"{top}/document.xml", b"<x/>"))


def picture(kind: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (4, 4)).save(out, kind)
    return out.getvalue()


def refusal(content: bytes, name: str = "fichier") -> str:
    with pytest.raises(readers.NotReadable) as caught:
        readers.admit_to_folder(content, name)
    return str(caught.value)


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (mill_pdf(), "bilan.pdf", "application/pdf"),
        (b"%PDF-1.7 protected by a password", "paie.pdf", "application/pdf"),
        (office("word"), "bail.docx", shared.DOCX),
        (office("xl"), "tableau.xlsx", shared.XLSX),
        (office("ppt"), "plan.pptx", shared.PPTX),
        (zipped(("mimetype", b"application/vnd.oasis.opendocument.text")), "bail.odt", shared.ODF),
        (OLE, "vieux.xls", shared.OLD_OFFICE),
        (b"{\\rtf1 bonjour}", "note.rtf", shared.RTF),
        ("Débit;Crédit\r\n1;2\r\n".encode("latin-1"), "fec.csv", shared.TEXT),
        ("Débit\tCrédit".encode("utf-16"), "export.txt", shared.TEXT),
        (b"MZ;Montant\r\n1;2\r\n", "mz.csv", shared.TEXT),
        (picture("PNG"), "logo.png", "image/png"),
        (picture("GIF"), "logo.gif", shared.GIF),
        (picture("BMP"), "logo.bmp", shared.BMP),
        (zipped(("a/bilan.pdf", mill_pdf()), ("b.docx", office("word"))), "tout.zip", shared.ZIP),
        (b"<?xml version='1.0'?><dsn/>", "dsn.xml", "application/xml"),
    ],
)  # fmt: skip
def test_what_people_write_and_print_is_taken_by_its_content(content, name, media_type):
    assert readers.admit_to_folder(content, name) == media_type
    if b"\0" in content[:100]:
        assert readers.admit_to_folder(content, "sans-extension") == media_type


@pytest.mark.parametrize("name", ["bilan.pdf", "bilan", "setup.exe"])
@pytest.mark.parametrize("content", [PE, b"\x7fELF\x02\x01", b"#!/bin/sh\nrm -rf /", OLE + shared._INSTALLER])
def test_a_program_is_refused_whatever_it_is_called(content, name):
    assert refusal(content, name).startswith("Un programme ne se partage pas ici : envoyez")


@pytest.mark.parametrize(
    "name", ["paie.BAT", "facture.pdf.exe", "facture.exe. ", "x.js", "x.vbs", "x.ps1", "x.lnk", "x.reg", "x.hta"]
)
def test_a_text_that_a_desktop_would_run_is_refused(name):
    assert refusal(b"echo bonjour", name).startswith("Un programme")


@pytest.mark.parametrize("inside", ["setup.exe", "deep/notes.txt"])
def test_a_program_in_an_archive_is_named(inside):
    assert f"(« {inside.rpartition('/')[2]} »)" in refusal(zipped(("a.txt", b"a"), (inside, PE)), "tout.zip")
    nested = zipped(("inner.zip", zipped((inside, PE))))
    assert "contient un programme" in refusal(nested, "tout.zip")
    assert "contient un programme" in refusal(zipped(("[Content_Types].xml", b"x"), (inside, PE)), "bail.docx")


def locked() -> bytes:
    """An archive whose member says that it is closed by a password."""
    content = bytearray(zipped(("paie.pdf", b"%PDF-1.4 secret")))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def matryoshka(depth: int) -> bytes:
    content = b"au fond"
    for rank in range(depth):
        content = zipped((f"{rank}.zip" if rank else "fond.txt", content))
    return content


@pytest.mark.parametrize(
    "content",
    [
        locked(),
        zipped(("a.txt", b"a" * 9000))[:60],
        matryoshka(9),
        zipped(("x.7z", b"7z\xbc\xaf\x27\x1c")),
        zipped(("bombe.zip", zipped(("rien", b"r")) + b"\0" * (shared.MOST_INFLATED + 1))),
        b"du texte devant" + zipped(("a.txt", b"a")),
        mill_pdf() + zipped(("a.txt", b"a")),
    ],
    ids=["password", "cut", "nested", "7z inside", "bomb", "behind a text", "behind a PDF"],
)
def test_an_archive_that_cannot_be_looked_into_is_refused_with_its_remedy(content):
    assert "décompressez-la" in refusal(content, "tout.zip")


@pytest.mark.parametrize("content", [b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b\x08"])
def test_other_archives_are_to_be_unpacked(content):
    assert "décompressez-la" in refusal(content, "tout.rar")


@pytest.mark.parametrize(
    "content",
    [
        b"<!DOCTYPE html><p>x", b"<html><script>1</script>", b"<?xml version='1.0'?><svg xmlns='x'></svg>",
        "<svg onload='x'/>".encode("utf-16"), b"<?xml version='1.0'?><a:script xmlns:a='x'>",
    ],
)  # fmt: skip
def test_a_page_that_runs_in_a_browser_is_refused(content):
    assert "enregistrez-la en PDF" in refusal(content, "page.xml")


@pytest.mark.parametrize("name", ["note.html", "note.HTM", "logo.svg", "page.mht"])
def test_a_text_that_a_browser_would_run_is_refused_by_its_name(name):
    assert "enregistrez-la en PDF" in refusal(b"bonjour <script>1</script>", name)


@pytest.mark.parametrize("content", [b"", b"\0" * 100, b" \r\n"])
def test_an_empty_file_is_refused(content):
    assert "vide" in refusal(content)


def test_anything_else_is_refused_with_what_is_taken():
    assert refusal(bytes(range(256)) * 20).startswith("Ce format ne convient pas : déposez un PDF, une image")


def test_an_original_has_the_pages_that_it_would_have_as_a_piece():
    assert readers.pages_of(mill_pdf()) == readers.page_count(mill_pdf()) == 1
    assert readers.pages_of(b"%PDF-1.7 broken") == readers.pages_of(OLE) == 1
