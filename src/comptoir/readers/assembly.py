"""A piece put together from its leaves, to be read and looked at: derived, never in place of the originals."""

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import pikepdf
from PIL import Image

from comptoir.domain.leaf import Outline
from comptoir.readers import sniff
from comptoir.readers.faults import MAX_PAGES, Broken, TooManyPages
from comptoir.readers.preview import page_picture, webp

SHARP = 3000
"""How many pixels a page is drawn to at most, where only its picture can be taken."""

QUALITY = 92


@dataclass(frozen=True, slots=True)
class Part:
    """A page of some bytes (from 1), what part of it, and how far it was turned (degrees clockwise, by quarters)."""

    content: bytes
    page: int
    outline: Outline | None = None
    turn: int = 0


def assembled(parts: Sequence[Part]) -> bytes:
    """One file of these pages in their order: a lone picture stays one (JPEG), everything else becomes a PDF.

    Whole pages of a PDF are taken over as they are, with their text; a slip is cut out, straightened and flattened.
    """
    if len(parts) > MAX_PAGES:
        raise TooManyPages(len(parts))
    if len(parts) == 1 and _is_picture(parts[0]):
        return _jpeg(drawn(parts[0], at_most=SHARP))
    try:
        return _pdf(parts)
    except (pikepdf.PdfError, ValueError, IndexError) as error:
        raise Broken from error


def drawn(part: Part, *, at_most: int) -> Image.Image:
    """The leaf as it is looked at: its part of the page, straightened and turned, at most so many pixels high and wide."""
    # A part is drawn from a page large enough that the part itself has the pixels that were asked for.
    share = _share(part.outline) if part.outline else 1.0
    enough = min(SHARP * 2, math.ceil(at_most / share))
    page = page_picture(part.content, part.page, enough, enough)
    if part.outline is not None:
        page = _straightened(page, part.outline)
    if part.turn:
        page = page.rotate(-part.turn, expand=True)
    page.thumbnail((at_most, at_most), Image.Resampling.LANCZOS)
    return page


def shown(part: Part, *, at_most: int) -> bytes:
    """The leaf for the screen."""
    return webp(drawn(part, at_most=at_most))


def _pdf(parts: Sequence[Part]) -> bytes:
    sources: dict[int, pikepdf.Pdf] = {}
    made = pikepdf.new()
    try:
        for part in parts:
            source = _source(part, sources)
            # A page of a picture's own PDF is already cut and turned; a PDF's own page is turned here.
            made.pages.append(source.pages[0 if _is_picture(part) else part.page - 1])
            if part.turn and not _is_picture(part):
                made.pages[-1].rotate(part.turn, relative=True)
        written = io.BytesIO()
        made.remove_unreferenced_resources()
        made.save(written, deterministic_id=True)
        return written.getvalue()
    finally:
        for source in sources.values():
            source.close()


def _source(part: Part, opened: dict[int, pikepdf.Pdf]) -> pikepdf.Pdf:
    """The PDF that holds the page; pikepdf wants it open until everything is saved."""
    key = id(part) if _is_picture(part) else id(part.content)
    if key not in opened:
        content = _picture_as_pdf(part) if _is_picture(part) else part.content
        opened[key] = pikepdf.open(io.BytesIO(content))
    return opened[key]


def _is_picture(part: Part) -> bool:
    """Whether only the picture of the page can be taken: of a photo, and of a part of any page."""
    return part.outline is not None or sniff.media_type(part.content) != sniff.PDF


def _picture_as_pdf(part: Part) -> bytes:
    written = io.BytesIO()
    drawn(part, at_most=SHARP).save(written, "PDF", resolution=200.0, quality=QUALITY)
    return written.getvalue()


def _jpeg(picture: Image.Image) -> bytes:
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=QUALITY)
    return written.getvalue()


def _share(outline: Outline) -> float:
    """How much of the page's longer side the part takes, so that it is not drawn coarser than a page."""
    return max(max(x for x, _ in outline) - min(x for x, _ in outline), _tall(outline), 0.1)


def _tall(outline: Outline) -> float:
    return max(y for _, y in outline) - min(y for _, y in outline)


def _straightened(page: Image.Image, outline: Outline) -> Image.Image:
    """The slip between four corners, as if it lay flat and upright under the eye."""
    corners = np.array([(x * page.width, y * page.height) for x, y in outline], dtype=np.float32)
    top, right, bottom, left = (float(np.linalg.norm(corners[i] - corners[(i + 1) % 4])) for i in range(4))
    wide, tall = max(1, round(max(top, bottom))), max(1, round(max(left, right)))
    flat = np.array([(0, 0), (wide, 0), (wide, tall), (0, tall)], dtype=np.float32)
    moved = cv2.warpPerspective(
        np.asarray(page), cv2.getPerspectiveTransform(corners, flat), (wide, tall), borderMode=cv2.BORDER_REPLICATE
    )
    return Image.fromarray(moved)
