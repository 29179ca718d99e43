"""A page drawn for people from data that has none of its own: an XML invoice, a Z de caisse."""

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT, _MARGIN = 1131, 1600, 90
_INK, _GREY, _RULE = "#1c1b19", "#6b6760", "#d8d4cc"
_ROOM, _GAP = WIDTH - 2 * _MARGIN, 40


class Pen:
    """Writes down the page, one line under another."""

    def __init__(self, page: Image.Image) -> None:
        self.draw, self.y = ImageDraw.Draw(page), _MARGIN

    def line(self, text: str, *, size: int = 26, faint: bool = False) -> None:
        """A line of its own."""
        self.draw.text(
            (_MARGIN, self.y), _fitted(text, size, _ROOM), font=font(size), fill=_GREY if faint else _INK
        )
        self.y += int(size * 1.7)

    def pair(self, label: str, value: str, *, size: int = 26) -> None:
        """What something is called, and at the right what it is; nothing where it is not known."""
        if not value:
            return
        label = _fitted(label, size, _ROOM * 0.6)
        value = _fitted(value, size, _ROOM - _GAP - font(size).getlength(label))
        self.draw.text((_MARGIN, self.y), label, font=font(size), fill=_GREY)
        self.draw.text((WIDTH - _MARGIN, self.y), value, font=font(size), fill=_INK, anchor="ra")
        self.y += int(size * 1.7)

    def rule(self) -> None:
        """A rule between two parts."""
        self.y += 18
        self.draw.line((_MARGIN, self.y, WIDTH - _MARGIN, self.y), fill=_RULE, width=2)
        self.y += 26


@lru_cache(16)
def font(size: int) -> ImageFont.FreeTypeFont:
    """The font that comes with reportlab (Bitstream Vera), with all letters of French: Pillow's own has no accents."""
    spec = find_spec("reportlab")
    assert spec is not None
    assert spec.origin is not None
    return ImageFont.truetype(str(Path(spec.origin).parent / "fonts" / "Vera.ttf"), size)


def _fitted(text: str, size: int, room: float) -> str:
    """The text, or as much of it as the room holds."""
    text = text[:300].replace("\n", " ")  # what no page holds is not measured
    if font(size).getlength(text) <= room:
        return text
    while text and font(size).getlength(f"{text}…") > room:
        text = text[:-1]
    return f"{text}…"
