"""Separator sheets: ours, with a code that any scan shows, and the patch codes that scanners have known for decades."""

import io
from itertools import pairwise

import numpy as np
import segno
import zxingcpp
from numpy.typing import NDArray
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas

SAID = "COMPTOIR-SEPARATION-1"
"""What our sheet's code holds, and what it prints for a PDF that keeps its text."""

# Kodak's patch codes by narrow and wide bars (A-61599): T (transfer) and 2 part documents, 3 parts batches. A sheet that went
# in upside down shows its code backwards.
_PATCHES = {"NWNW", "WNNW", "WNWN"}
_PERSISTS = 5
"""On how many lines of sight in a row the bars must stand: print that looks like four bars does so on one or two."""


def sheet() -> bytes:
    """A page to print (PDF, A4): laid between two documents before they are scanned together."""
    written = io.BytesIO()
    page = canvas.Canvas(written, pagesize=A4)
    page.setTitle("Page de séparation")
    wide, tall = A4
    code = io.BytesIO()
    segno.make(SAID, error="h").save(code, kind="png", scale=12, border=2)
    page.setFont("Times-Roman", 30)
    page.drawCentredString(wide / 2, tall - 190, "Page de séparation")
    page.setFont("Helvetica", 13)
    for line, words in enumerate(
        (
            "Posez cette page entre deux documents avant de les numériser ensemble.",
            "Comptoir les sépare ici et laisse cette page de côté. Elle peut resservir.",
        )
    ):
        page.drawCentredString(wide / 2, tall - 226 - 20 * line, words)
    page.drawImage(ImageReader(code), wide / 2 - 130, tall / 2 - 150, 260, 260)
    page.setFont("Helvetica", 8)
    page.drawCentredString(wide / 2, 60, SAID)
    page.save()
    return written.getvalue()


def is_said(text: str) -> bool:
    """Whether the text of a page is that of our sheet."""
    return SAID in text and len(text) < 400


def is_on(grey: NDArray[np.uint8]) -> bool:
    """Whether the picture of a page is that of a separator: our code, or a patch code."""
    if any(found.text == SAID for found in zxingcpp.read_barcodes(grey)):
        return True
    dark = grey < 0.5 * float(np.percentile(grey, 90))
    return _has_patch(dark) or _has_patch(dark.T)


def _has_patch(dark: NDArray[np.bool_]) -> bool:
    """Four bars across enough neighbouring columns."""
    standing = 0
    for column in range(0, dark.shape[1], 8):
        standing = standing + 1 if _is_patch(dark[:, column]) else 0
        if standing >= _PERSISTS:
            return True
    return False


def _is_patch(line: NDArray[np.bool_]) -> bool:
    edges = np.flatnonzero(np.diff(line.astype(np.int8), prepend=0, append=0))
    if not 8 <= len(edges) <= 200:
        return False
    starts, ends = edges[::2], edges[1::2]
    bars = [int(end - start) for start, end in zip(starts, ends, strict=True)]
    gaps = [int(b - a) for (_, a), (b, _) in pairwise(zip(starts, ends, strict=True))]
    return any(_pattern(bars[at : at + 4], gaps[at : at + 3]) in _PATCHES for at in range(len(bars) - 3))


def _pattern(bars: list[int], gaps: list[int]) -> str:
    """Narrow and wide, where four bars are the code's: gaps as wide as a narrow bar, wide bars two and a half times that."""
    unit = sum(gaps) / 3
    if unit < 4 or max(gaps) > 1.4 * unit or min(gaps) < 0.6 * unit:
        return ""
    kinds = ["N" if 0.55 < bar / unit < 1.5 else "W" if 1.9 < bar / unit < 3.2 else "?" for bar in bars]
    return "".join(kinds)
