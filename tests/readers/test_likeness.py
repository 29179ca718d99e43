"""The look of a photo: the same for the same slip, another for another."""

import io
from dataclasses import replace

import pytest
from PIL import Image
from tests.cast import mill_invoice

from comptoir.demo.papers import receipt_photo
from comptoir.domain.duplicate import ALIKE, difference
from comptoir.readers.likeness import look


def test_two_photos_of_one_slip_look_alike_and_two_slips_do_not():
    one, again = (look(receipt_photo(mill_invoice("T-1"), seed)) for seed in (1, 2))
    other = look(receipt_photo(replace(mill_invoice("T-2"), items=mill_invoice().items * 4), 3))
    assert difference(one, again) <= ALIKE
    assert difference(one, other) > ALIKE


@pytest.mark.parametrize("content", [b"", b"not a picture", b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_photo_has_no_look(content):
    assert look(content) == ""


def test_a_blank_page_has_no_look():
    out = io.BytesIO()
    Image.new("RGB", (800, 1000), "white").save(out, "PNG")
    assert look(out.getvalue()) == ""
