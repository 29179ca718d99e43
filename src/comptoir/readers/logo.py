"""A firm's logo: known by its content, made small, and written anew, so that nothing but a picture is ever shown."""

import io

from PIL import Image

from comptoir.readers.faults import Broken, NotReadable
from comptoir.readers.pictures import opened

LARGEST = 2 * 1024 * 1024
WIDE, HIGH = 480, 160
HIGH_IN_MAIL, MARGIN = 96, 8
"""Twice what is shown, for fine screens."""
MOST_PIXELS = 20_000_000
FORMATS = ("PNG", "JPEG", "WEBP")


class NotALogo(NotReadable):
    """Ce fichier n’est pas un logo : choisissez une image PNG, JPEG ou WebP."""


def on_paper(png: bytes) -> bytes:
    """The logo on a white sheet of its own, always as high: a mail that is read at night turns every other white dark."""
    with opened(png) as picture:
        drawn = picture.convert("RGBA")
    drawn.thumbnail((WIDE, HIGH_IN_MAIL), Image.Resampling.LANCZOS)
    sheet = Image.new("RGB", (drawn.width + 2 * MARGIN, HIGH_IN_MAIL + 2 * MARGIN), "white")
    sheet.paste(drawn, (MARGIN, (sheet.height - drawn.height) // 2), drawn)
    written = io.BytesIO()
    sheet.save(written, "PNG", optimize=True)
    return written.getvalue()


def logo(content: bytes) -> bytes:
    """The picture as a PNG of 480 by 160 at most; raises `NotReadable`."""
    try:
        with opened(content) as picture:
            if picture.format not in FORMATS or picture.width * picture.height > MOST_PIXELS:
                raise NotALogo
            small = picture.convert("RGBA")
    except (Broken, OSError, ValueError, SyntaxError) as error:
        raise NotALogo from error
    small.thumbnail((WIDE, HIGH), Image.Resampling.LANCZOS)
    written = io.BytesIO()
    small.save(written, "PNG", optimize=True)
    return written.getvalue()
