"""A ZIP as the files in it: their names as who made it wrote them."""

import io
import unicodedata
import zipfile

import pytest

from comptoir.readers import archive

NAME = "Reçus/Été à l’hôtel n° 3.pdf"


def zipped(name, *, is_told=True):
    """A ZIP of one file; where it is not told, its name is written in UTF-8 without the flag that says so."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as made:
        made.writestr(name, b"%PDF-1.4")
    raw = written.getvalue()
    if is_told:
        return raw
    for magic, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        begin = raw.index(magic) + at
        flags = int.from_bytes(raw[begin : begin + 2], "little") & ~0x800
        raw = raw[:begin] + flags.to_bytes(2, "little") + raw[begin + 2 :]
    return raw


@pytest.mark.parametrize("is_told", [True, False])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_names_with_accents_are_read_as_they_were_written(form, is_told):
    (member,) = archive.members(zipped(unicodedata.normalize(form, NAME), is_told=is_told))
    assert (member.filename, member.path) == ("Été à l’hôtel n° 3.pdf", NAME)


def test_names_as_windows_writes_them_are_read():
    raw = zipped("Re_u d'_t_.pdf").replace(b"Re_u d'_t_.pdf", "Reçu d'été.pdf".encode("cp850"))
    (member,) = archive.members(raw)
    assert member.filename == "Reçu d'été.pdf"
