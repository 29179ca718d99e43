"""What each page of a file shows, as far as it tells where documents begin: its print where it has any, else its picture."""

import re
from collections.abc import Iterator

import cv2
import numpy as np
import pypdfium2
from numpy.typing import NDArray
from PIL import Image

from comptoir.domain.cutting import Seen
from comptoir.domain.reading import Identity, Reading, Source
from comptoir.domain.text import folded
from comptoir.readers import fields, pdf, pictures, sniff, textlayer
from comptoir.readers.cutting import separator
from comptoir.readers.layout import Page

SIDE = 1000
"""How many pixels a page is drawn to: a separator's code and a rule of ink are clear in that."""
_GRID = (24, 32)
_INKED = 0.0006
"""Less ink than this on a page is dust, punch holes and the shadow of the other side."""

_PLACE = re.compile(
    r"(?:page|p\.|feuille|feuillet)?\s*\b(\d{1,3})\s*(?:/|sur|de|of|von)\s*(\d{1,3})\b", re.IGNORECASE
)
_NAMED = re.compile(r"\b(?:page|p\.|feuille|feuillet|seite)\b", re.IGNORECASE)
_CONTINUES = re.compile(r"\b(?:A REPORTER|REPORT DE|SUITE DE LA|SUITE FACTURE|CONDITIONS GENERALES|C ?G ?V)\b")


def seen(content: bytes, *, own: Identity | None) -> list[Seen]:
    """Every page of a PDF or a TIFF, in order."""
    return list(_of_pdf(content, own) if sniff.media_type(content) == sniff.PDF else _of_pictures(content))


def _of_pdf(content: bytes, own: Identity | None) -> Iterator[Seen]:
    with pdf.opened(content) as document:
        for index in range(len(document)):
            yield _page_of_pdf(document, index, own)


def _page_of_pdf(document: pypdfium2.PdfDocument, index: int, own: Identity | None) -> Seen:
    page = textlayer.page(document, index)
    if textlayer.is_legible(page):
        return _printed(page, own)
    return _pictured(pdf.rendered(document, index, tall=SIDE, wide=SIDE), index + 1)


def _of_pictures(content: bytes) -> Iterator[Seen]:
    for number in range(1, pictures.page_count(content) + 1):
        picture = pictures.page(content, number, at_most=SIDE)
        picture.thumbnail((SIDE, SIDE))
        yield _pictured(picture, number)


def _printed(page: Page, own: Identity | None) -> Seen:
    """A page with text: what an invoice says of itself, read as any page is."""
    lines = [" ".join(word.text for word in line.words) for line in page.lines]
    text = "\n".join(lines)
    if separator.is_said(text):
        return Seen(page.number, is_separator=True, has_text=True)
    reading = fields.reading_of((page,), source=Source.TEXT, own=own, count=1)
    return Seen(
        page.number,
        of=_place(lines),
        reference=_sure(reading.number, 0.6),
        ids=_ids(reading),
        supplier=folded(_sure(reading.supplier, 0.6)),
        has_total=reading.total is not None and reading.total.confidence >= 0.5,
        has_text=True,
        continues=bool(_CONTINUES.search(folded("\n".join(lines[:6])))),
        shape=page.ratio,
    )


def _place(lines: list[str]) -> tuple[int, int] | None:
    """ "Page 2/3", alone at the head or the foot or said to be a page; dates and fractions in the text are none."""
    for line in (*lines[:4], *lines[-4:]):
        found = _PLACE.search(line)
        if found and (_NAMED.search(line) or found[0].strip() == line.strip()):
            rank, count = int(found[1]), int(found[2])
            if 1 <= rank <= count:
                return rank, count
    return None


def _ids(reading: Reading) -> frozenset[str]:
    said = (reading.supplier_siren, reading.supplier_vat)
    sirens = {value.value[-9:] for value in said if value is not None and value.confidence >= 0.6}
    return frozenset(sirens)


def _sure(value: object, least: float) -> str:
    return str(value.value) if value is not None and value.confidence >= least else ""  # type: ignore[attr-defined]


def _pictured(picture: Image.Image, number: int) -> Seen:
    grey = np.asarray(picture.convert("L"))
    if separator.is_on(grey):
        return Seen(number, is_separator=True)
    shape = picture.width / picture.height
    if _is_blank(grey):
        return Seen(number, is_blank=True, shape=shape)
    return Seen(number, shape=shape, look=_look(grey))


def _is_blank(grey: NDArray[np.uint8]) -> bool:
    """Nothing written: a scanner's edges, its grain and the other side showing through are no writing."""
    tall, wide = grey.shape
    inner = grey[tall // 25 : -tall // 25, wide // 25 : -wide // 25]
    smooth = cv2.medianBlur(inner, 3)
    paper = float(np.percentile(smooth, 70))
    return float(np.mean(smooth < 0.6 * paper)) < _INKED


def _look(grey: NDArray[np.uint8]) -> tuple[float, ...]:
    """The page in 24 × 32 values of ink, blurred so that a skew of a degree changes little."""
    ink = 255 - cv2.GaussianBlur(grey, (0, 0), 6)
    small = cv2.resize(ink, _GRID, interpolation=cv2.INTER_AREA).astype(float) / 255
    return tuple(round(float(value), 3) for value in small.ravel())
