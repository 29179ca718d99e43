"""How a firm shows itself to its clients: its colour, kept only where everybody can read it."""

import re
from decimal import Decimal

WHITE, NIGHT = "#ffffff", "#18201d"
"""What stands on the colour, and behind it at night."""
READABLE = Decimal("4.5")
"""The contrast that WCAG 2.2 (1.4.3, AA) asks of text."""
LONGEST_SENDER = 80
STEPS = 20


def is_colour(written: str) -> bool:
    """Whether it is a colour as a form writes it: `#1f5641`."""
    return re.fullmatch(r"#[0-9a-f]{6}", written) is not None


def contrast(one: str, other: str) -> Decimal:
    """The contrast of two colours, from 1 to 21 (WCAG 2.2)."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + _FLARE) / (dark + _FLARE)


def accent_fault(written: str) -> str:
    """Why a colour cannot be the firm's, in words; empty for one that can, and for none."""
    if not written:
        return ""
    if not is_colour(written):
        return "Cette couleur n’est pas de la forme #1f5641."
    found = contrast(written, WHITE)
    if found < READABLE:
        said = f"{found:.1f}".replace(".", ",")
        return f"Cette couleur est trop claire : un texte blanc n’y serait pas lisible (contraste {said}, il faut 4,5)."
    return ""


def at_night(colour: str) -> str:
    """The same colour, as much lighter as is needed to be read on a dark page."""
    shares = (_mixed(colour, step) for step in range(STEPS + 1))
    return next(found for found in shares if contrast(found, NIGHT) >= READABLE)


def _mixed(colour: str, white: int) -> str:
    return "#" + "".join(f"{part + (255 - part) * white // STEPS:02x}" for part in _parts(colour))


def _luminance(colour: str) -> Decimal:
    """How light it looks: the eye weighs green most (WCAG 2.2, relative luminance)."""
    return sum((weight * _linear(part) for weight, part in zip(_WEIGHTS, _parts(colour), strict=True)), Decimal(0))


def _linear(part: int) -> Decimal:
    share = Decimal(part) / 255
    if share <= Decimal("0.04045"):
        return share / Decimal("12.92")
    return ((share + Decimal("0.055")) / Decimal("1.055")) ** Decimal("2.4")


def _parts(colour: str) -> list[int]:
    return [int(colour[start : start + 2], 16) for start in (1, 3, 5)]


_WEIGHTS = (Decimal("0.2126"), Decimal("0.7152"), Decimal("0.0722"))
_FLARE = Decimal("0.05")
