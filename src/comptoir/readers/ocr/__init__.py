"""Photos and scans read by OCR, on this machine: the picture is made flat and straight, then its words are read."""

from PIL import Image

from comptoir.readers.layout import Page, page_of
from comptoir.readers.ocr import engine, prepare

SIDE = 1600
MOST_PAGES = 8

__all__ = ["MOST_PAGES", "SIDE", "page"]


def page(picture: Image.Image, number: int = 1) -> Page:
    """The page's words, their boxes brought back to the picture as it was handed in."""
    flat = prepare.flattened(picture)
    words = [prepare.brought_back(word, flat) for word in engine.words(flat.image)]
    return page_of(words, number, flat.ratio)
