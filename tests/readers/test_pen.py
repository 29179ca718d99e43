"""A page made from bare data is one that a French eye can read."""

import pytest
from PIL import Image

from comptoir.readers.pen import HEIGHT, WIDTH, Pen, font

LETTERS = "àâäæçéèêëîïôöœùûüÿÀÂÄÆÇÉÈÊËÎÏÔÖŒÙÛÜŸ«»’°€–—…\u00a0"


@pytest.mark.parametrize("letter", LETTERS)
def test_every_letter_of_french_has_a_shape_of_its_own(letter):
    face = font(26)
    assert bytes(face.getmask(letter)) != bytes(face.getmask("\uffff")), (
        "the empty box of a letter that is not there"
    )


@pytest.mark.parametrize(
    "text", ["x" * 500, "Établissements « Œuvre & Cie »", "🥐" * 40, "שלום " * 50, "a\nb", ""]
)
def test_nothing_is_written_over_the_edge_or_over_its_label(text):
    page = Image.new("RGB", (WIDTH, HEIGHT), "white")
    pen = Pen(page)
    pen.line(text, size=44)
    pen.pair("Vendeur", text)
    pen.pair(text, "12,00 €")
    edges = [page.crop((0, 0, 80, HEIGHT)), page.crop((WIDTH - 80, 0, WIDTH, HEIGHT))]
    assert all(edge.getextrema() == ((255, 255),) * 3 for edge in edges)
    assert pen.y < 400


def test_a_name_of_five_hundred_letters_keeps_off_its_label():
    page = Image.new("RGB", (WIDTH, HEIGHT), "white")
    pen = Pen(page)
    pen.pair("Vendeur", "M" * 500)
    gap = page.crop(
        (90 + round(font(26).getlength("Vendeur")) + 2, 90, 90 + round(font(26).getlength("Vendeur")) + 30, 130)
    )
    assert gap.getextrema() == ((255, 255),) * 3
