"""Codes printed or shown on a screen (QR), read from a photo."""

from collections.abc import Sequence

import numpy as np
import zxingcpp
from PIL import ImageOps

from comptoir.readers import pictures
from comptoir.readers.faults import NotReadable

SIDE = 2000
"""Larger than any code needs, smaller than what makes a server wait."""


def read(content: bytes) -> Sequence[str]:
    """What the codes on a photo say; nothing for what is no photo, or shows none."""
    try:
        with pictures.opened(content) as picture:
            picture.draft("L", (SIDE, SIDE))
            grey = ImageOps.exif_transpose(picture).convert("L")
    except (NotReadable, OSError, ValueError, SyntaxError):
        return []
    grey.thumbnail((SIDE, SIDE))
    return [found.text for found in zxingcpp.read_barcodes(np.asarray(grey))]
