"""A page drawn for people from data that has none of its own: an XML invoice, a Z de caisse."""

from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT, _MARGIN = 1131, 1600, 90
_INK, _GREY, _RULE = "#1c1b19", "#6b6760", "#d8d4cc"


class Pen:
    """Writes down the page, one line under another."""

    def __init__(self, page: Image.Image) -> None:
        self.draw, self.y = ImageDraw.Draw(page), _MARGIN

    def line(self, text: str, *, size: int = 26, faint: bool = False) -> None:
        """A line of its own."""
        self.draw.text((_MARGIN, self.y), text[:70], font=_font(size), fill=_GREY if faint else _INK)
        self.y += int(size * 1.7)

    def pair(self, label: str, value: str, *, size: int = 26) -> None:
        """What something is called, and at the right what it is; nothing where it is not known."""
        if not value:
            return
        self.draw.text((_MARGIN, self.y), label, font=_font(size), fill=_GREY)
        self.draw.text((WIDTH - _MARGIN, self.y), value[:55], font=_font(size), fill=_INK, anchor="ra")
        self.y += int(size * 1.7)

    def rule(self) -> None:
        """A rule between two parts."""
        self.y += 18
        self.draw.line((_MARGIN, self.y, WIDTH - _MARGIN, self.y), fill=_RULE, width=2)
        self.y += 26


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    # The font that comes with Pillow (Aileron): no file of ours, no font of the system.
    return ImageFont.load_default(size)
