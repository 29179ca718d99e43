"""A photo made as flat as a scan: the paper found and cropped, its light evened, its lines set level."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from PIL import Image

from comptoir.readers.layout import Word

Pixels = np.ndarray[Any, Any]
LONG_SIDE = 1600


@dataclass(frozen=True, slots=True)
class Flat:
    """The prepared image, and the matrix that leads from it back to the picture (both in pixels)."""

    image: Pixels
    back: Pixels
    width: int
    height: int

    @property
    def ratio(self) -> float:
        return float(self.image.shape[1]) / float(self.image.shape[0])


def flattened(picture: Image.Image) -> Flat:
    """Crop, even out, straighten, size: each step kept only where it is sure to help."""
    pixels = np.asarray(picture)[:, :, ::-1]
    cropped, forth = _cropped(pixels)
    evened = _evened(cropped)
    level, turn = _levelled(evened)
    return Flat(level, np.linalg.inv(turn @ forth), picture.width, picture.height)


def brought_back(word: Word, flat: Flat) -> Word:
    """The word with its box in fractions of the picture as it was handed in."""
    height, width = flat.image.shape[:2]
    x0, y0, x1, y1 = word.box
    corners = np.array([[[x * width, y * height] for x, y in ((x0, y0), (x1, y0), (x1, y1), (x0, y1))]])
    placed = cv2.perspectiveTransform(corners, flat.back)[0]
    xs, ys = placed[:, 0] / flat.width, placed[:, 1] / flat.height
    box = tuple(round(float(min(max(value, 0.0), 1.0)), 4) for value in (xs.min(), ys.min(), xs.max(), ys.max()))
    return Word(word.text, (box[0], box[1], box[2], box[3]), word.sure)


# ── Crop ──


def _cropped(pixels: Pixels) -> tuple[Pixels, Pixels]:
    """The paper alone, its four corners squared; the whole picture where no paper stands out."""
    corners = _paper(pixels)
    height, width = pixels.shape[:2]
    if corners is None:
        scale = min(LONG_SIDE / max(height, width), 2.0)
        size = max(1, round(width * scale)), max(1, round(height * scale))
        method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        return cv2.resize(pixels, size, interpolation=method), np.diag([scale, scale, 1.0])
    wide = max(_gap(corners, 0, 1), _gap(corners, 3, 2))
    tall = max(_gap(corners, 0, 3), _gap(corners, 1, 2))
    scale = min(LONG_SIDE / max(wide, tall), 2.0)
    wide, tall = wide * scale, tall * scale
    target = np.array([[0, 0], [wide, 0], [wide, tall], [0, tall]], dtype=np.float32)
    forth = cv2.getPerspectiveTransform(corners.astype(np.float32), target)
    warped = cv2.warpPerspective(
        pixels, forth, (round(wide), round(tall)), flags=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REPLICATE,
    )  # fmt: skip
    return warped, forth


def _paper(pixels: Pixels) -> Pixels | None:
    """The corners of the brightest large shape, where its edge is not the picture's own."""
    height, width = pixels.shape[:2]
    scale = 600 / max(height, width)
    small = cv2.resize(
        pixels, (max(1, round(width * scale)), max(1, round(height * scale))), interpolation=cv2.INTER_AREA
    )
    grey = cv2.GaussianBlur(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), (5, 5), 0)
    _, mask = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    inside, outside = grey[mask > 0], grey[mask == 0]
    # A page that fills the picture has ink as its only darkness: little of it, and nothing to crop.
    if not len(outside) or len(outside) < 0.12 * grey.size or float(inside.mean()) - float(outside.mean()) < 35:
        return None
    mask = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((15, 15), np.uint8))
    shapes, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    largest = max(shapes, key=cv2.contourArea, default=None)
    if largest is None or not 0.1 * grey.size < cv2.contourArea(largest) < 0.93 * grey.size:
        return None
    hull = cv2.convexHull(largest)
    corners = _four_corners(hull)
    if corners is None or cv2.contourArea(corners) < 0.75 * cv2.contourArea(hull):
        return None
    return _grown(corners / scale, width, height)


def _four_corners(hull: Pixels) -> Pixels | None:
    around = cv2.arcLength(hull, True)
    for closeness in (0.02, 0.035, 0.05, 0.08):
        shape = cv2.approxPolyDP(hull, closeness * around, True)
        if len(shape) == 4:
            return _ordered(shape.reshape(4, 2).astype(np.float32))
    return _ordered(cv2.boxPoints(cv2.minAreaRect(hull)))


def _ordered(corners: Pixels) -> Pixels:
    """Top left, top right, bottom right, bottom left."""
    middle = corners.mean(axis=0)
    turned = corners[np.argsort(np.arctan2(corners[:, 1] - middle[1], corners[:, 0] - middle[0]))]
    start = int(np.argmin(turned.sum(axis=1)))
    return np.roll(turned, -start, axis=0)


def _grown(corners: Pixels, width: int, height: int) -> Pixels:
    """A little beyond the edge, so that no letter on it is lost."""
    middle = corners.mean(axis=0)
    grown = middle + (corners - middle) * 1.015
    clipped: Pixels = np.clip(grown, [0, 0], [width - 1, height - 1])
    return clipped


def _gap(corners: Pixels, one: int, other: int) -> float:
    return float(np.linalg.norm(corners[one] - corners[other]))


# ── Light ──


def _evened(pixels: Pixels) -> Pixels:
    """Shadows taken out: each pixel measured against the paper around it."""
    grey = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
    height, width = grey.shape
    small = cv2.resize(grey, (max(1, width // 4), max(1, height // 4)), interpolation=cv2.INTER_AREA)
    side = max(9, min(small.shape) // 18) | 1
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8))
    paper = cv2.GaussianBlur(paper, (0, 0), side / 2)
    paper = cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR)
    even = cv2.divide(grey, np.maximum(paper, 1), scale=245)
    return cv2.cvtColor(even, cv2.COLOR_GRAY2BGR)


# ── Level ──


def _levelled(pixels: Pixels) -> tuple[Pixels, Pixels]:
    """Turned by the small angle at which its lines of print stand out best."""
    angle = _tilt(pixels)
    height, width = pixels.shape[:2]
    if abs(angle) < 0.4:
        return pixels, np.eye(3)
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    turned = cv2.warpAffine(pixels, turn, (width, height), flags=cv2.INTER_LINEAR, borderValue=(255, 255, 255))
    return turned, np.vstack([turn, [0, 0, 1]])


def _tilt(pixels: Pixels) -> float:
    """The angle, within ten degrees, whose rows of ink are the most uneven: print on its lines, white between."""
    grey = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
    scale = 500 / max(grey.shape)
    small = cv2.resize(
        grey,
        (max(1, round(grey.shape[1] * scale)), max(1, round(grey.shape[0] * scale))),
        interpolation=cv2.INTER_AREA,
    )
    ink = (small < 190).astype(np.float32)
    coarse = max(np.arange(-10, 10.1, 1.0), key=lambda angle: _unevenness(ink, float(angle)))
    return float(max(np.arange(coarse - 1, coarse + 1.01, 0.25), key=lambda angle: _unevenness(ink, float(angle))))


def _unevenness(ink: Pixels, angle: float) -> float:
    height, width = ink.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    rows = cv2.warpAffine(ink, turn, (width, height), flags=cv2.INTER_NEAREST).sum(axis=1)
    return float(((rows[1:] - rows[:-1]) ** 2).sum())
