"""Photos and scans: opened within bounds, turned as they were held, page by page."""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import pillow_heif
from PIL import Image, ImageOps, UnidentifiedImageError

from comptoir.readers.faults import MAX_FILE_PAGES, Bomb, Broken, FileTooManyPages

MAX_PIXELS = 120_000_000
"""A phone makes 50 million pixels; what claims far more is a bomb or a map, not a receipt."""

pillow_heif.register_heif_opener()


@contextmanager
def opened(content: bytes) -> Iterator[Image.Image]:
    """The picture, its size known and its pixels not yet read; raises `Bomb` or `Broken`."""
    with warnings.catch_warnings():
        # Pillow warns of large images; the bound is ours, and is checked below.
        warnings.simplefilter("ignore")
        try:
            picture = Image.open(io.BytesIO(content))
        except Image.DecompressionBombError as error:
            raise Bomb from error
        except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
            raise Broken from error
        with picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise Bomb
            yield picture


def page_count(content: bytes) -> int:
    """How many pages: a TIFF may hold several, other pictures are one page."""
    with opened(content) as picture:
        if picture.format != "TIFF":
            return 1
        pages = int(getattr(picture, "n_frames", 1))
    if pages > MAX_FILE_PAGES:
        raise FileTooManyPages
    return pages


def page(content: bytes, number: int = 1, *, at_most: int = 4000) -> Image.Image:
    """One page, upright, in colour on white; a JPEG is decoded small at once where it is larger than needed."""
    with opened(content) as picture:
        try:
            if picture.format == "TIFF":
                picture.seek(number - 1)
                if picture.width * picture.height > MAX_PIXELS:
                    raise Bomb
            picture.draft("RGB", (at_most, at_most))
            upright = ImageOps.exif_transpose(picture)
            return _on_white(upright if upright is not None else picture)
        except Image.DecompressionBombError as error:
            raise Bomb from error
        except (OSError, ValueError, SyntaxError, EOFError, IndexError, MemoryError, TypeError) as error:
            raise Broken from error


def _on_white(picture: Image.Image) -> Image.Image:
    """A transparent background would turn black: a page is white."""
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        paper = Image.new("RGBA", layer.size, "white")
        paper.alpha_composite(layer)
        return paper.convert("RGB")
    if picture.mode.startswith("I;16") or picture.mode in ("I", "F"):
        return _eight_bits(picture).convert("RGB")
    return picture.convert("RGB")


def _eight_bits(picture: Image.Image) -> Image.Image:
    low, high = picture.getextrema()
    span = max(float(high) - float(low), 1.0)  # type: ignore[arg-type]
    return picture.convert("F").point(lambda value: (value - float(low)) * 255.0 / span).convert("L")  # type: ignore[arg-type]
