"""Slips of paper on a photo: where each lies, how far it is turned; the paper is lighter than what it lies on."""

from dataclasses import dataclass
from itertools import combinations
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from comptoir.domain.leaf import Outline, is_outline

SIDE = 1200
SMALLEST, LARGEST = 0.012, 0.7
"""What share of the photo a slip takes: less is a coin or a glint, more is the page itself."""
_FULL = 0.86
"""How much of its rectangle a slip fills: torn edges and curls leave a little."""

Grey = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Slip:
    """A slip of paper: its corners, clockwise from the one that is top left as it is read, and how sure that is."""

    outline: Outline
    confidence: float


def slips_of(picture: Image.Image) -> list[Slip]:
    """The slips on a photo in the order in which one reads; none where no paper stands out from what it lies on."""
    small = picture.copy()
    small.thumbnail((SIDE, SIDE))
    image = np.asarray(small.convert("RGB"))
    found = max((_rectangles(mask) for mask in _papers(image)), key=_worth, default=[])
    slips = [slip for rectangle in found if (slip := _slip(rectangle, small.size)) is not None]
    return sorted(slips, key=_as_read)


def _papers(image: NDArray[np.uint8]) -> list[Grey]:
    """What may be paper, by two thresholds of lightness and one of colour: no one of them fits every table."""
    lab = cv2.cvtColor(image, cv2.COLOR_RGB2LAB)
    light = cv2.GaussianBlur(lab[..., 0], (0, 0), 3)
    _, otsu = cv2.threshold(light, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    bright = ((light > np.percentile(light, 98) * 0.78) * 255).astype(np.uint8)
    colour = np.hypot(lab[..., 1].astype(float) - 128, lab[..., 2].astype(float) - 128)
    grey = ((cv2.GaussianBlur(colour, (0, 0), 3) < 14) & (light > 95)).astype(np.uint8) * 255
    return [otsu, bright, grey]


def _rectangles(mask: Grey) -> list[Any]:
    """The filled rectangles of a mask; print within a slip is closed, a bridge between two that touch is opened."""
    closed = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    opened = cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones((11, 11), np.uint8))
    contours, _ = cv2.findContours(opened, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    whole = mask.shape[0] * mask.shape[1]
    found = []
    for contour in contours:
        rectangle = cv2.minAreaRect(contour)
        area = rectangle[1][0] * rectangle[1][1]
        if SMALLEST * whole <= area <= LARGEST * whole and cv2.contourArea(contour) >= _FULL * area:
            found.append(rectangle)
    return found


def _worth(rectangles: list[Any]) -> float:
    """The mask that finds most paper in clean rectangles, none upon another."""
    if any(
        cv2.rotatedRectangleIntersection(a, b)[0] == cv2.INTERSECT_FULL for a, b in combinations(rectangles, 2)
    ):
        return 0.0
    paper = sum(float(wide) * float(tall) for _, (wide, tall), _ in rectangles)
    return len(rectangles) + paper / 1e9


def _slip(rectangle: Any, size: tuple[int, int]) -> Slip | None:
    """A rectangle as a slip that stands upright: receipts are taller than wide, turned to whichever way is nearer."""
    corners = cv2.boxPoints(rectangle)
    # A little more than the paper that was found: its edge is where the shadow begins.
    corners = corners + (corners - corners.mean(axis=0)) * 0.01
    upright = _from_top_left(corners)
    fractions = [
        (min(max(float(x) / size[0], 0.0), 1.0), min(max(float(y) / size[1], 0.0), 1.0)) for x, y in upright
    ]
    a, b, c, d = ((round(x, 4), round(y, 4)) for x, y in fractions)
    outline = (a, b, c, d)
    return Slip(outline, 0.97) if is_outline(outline) else None


def _from_top_left(corners: NDArray[np.float32]) -> NDArray[np.float32]:
    """The corners clockwise, beginning so that the longer side stands: at top left of the slip turned by least."""
    middle = corners.mean(axis=0)
    around = sorted(corners, key=lambda corner: np.arctan2(corner[1] - middle[1], corner[0] - middle[0]))
    ordered = np.array(around, dtype=np.float32)
    first, second = np.linalg.norm(ordered[0] - ordered[1]), np.linalg.norm(ordered[1] - ordered[2])
    return ordered if second >= first * 0.9 else np.roll(ordered, -3 if ordered[0][0] < middle[0] else -1, axis=0)


def _as_read(slip: Slip) -> tuple[int, float]:
    """By rows from the top, then from the left."""
    across = sum(x for x, _ in slip.outline) / 4
    down = sum(y for _, y in slip.outline) / 4
    return round(down * 3), across
