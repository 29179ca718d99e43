"""How a photographed page looks, in 384 points: the same slip photographed twice looks nearly the same."""

from typing import Any

import cv2
import numpy as np

from comptoir.readers import pictures
from comptoir.readers.faults import NotReadable
from comptoir.readers.ocr import prepare

WIDE, TALL = 16, 24
INK = 150
"""Darker than this is print, once the paper is evened out."""
EDGE = 0.03
"""Around the paper, shadows and the table's rest are no print."""


def look(content: bytes) -> str:
    """The look of a picture's first page, hexadecimal; nothing where there is too little print to tell it by."""
    try:
        page = prepare.flattened(pictures.page(content, 1)).image
    except (NotReadable, OSError, ValueError, IndexError, cv2.error):
        return ""
    print_ = _trimmed((cv2.cvtColor(page, cv2.COLOR_BGR2GRAY) < INK).astype(np.float32))
    if print_ is None:
        return ""
    small = cv2.resize(cv2.GaussianBlur(print_, (0, 0), 3), (WIDE + 1, TALL), interpolation=cv2.INTER_AREA)
    # Where print grows darker towards the right: neither the light nor the size of the photo changes that.
    points = np.packbits(small[:, 1:] > small[:, :-1])
    return points.tobytes().hex()


def _trimmed(ink: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any] | None":
    """The printed part alone; None where there is hardly any."""
    edge = max(1, int(EDGE * min(ink.shape)))
    ink[:edge], ink[-edge:], ink[:, :edge], ink[:, -edge:] = 0, 0, 0, 0
    rows, columns = np.flatnonzero(ink.sum(1) > 2), np.flatnonzero(ink.sum(0) > 2)
    if len(rows) < TALL or len(columns) < WIDE:
        return None
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
