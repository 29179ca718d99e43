"""A firm's logo: known by its content, made small, and written anew, so that nothing but a picture is ever shown."""

import io

from PIL import Image

from comptoir.readers.faults import Broken, NotReadable
from comptoir.readers.pictures import opened

LARGEST = 2 * 1024 * 1024
WIDE, HIGH = 480, 160
MOST_PIXELS = 20_000_000
FORMATS = ("PNG", "JPEG", "WEBP")


class NotALogo(NotReadable):
    """Ce fichier n’est pas un logo : choisissez une image PNG, JPEG ou WebP."""


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
