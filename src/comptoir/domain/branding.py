"""How a firm shows itself to its clients: its colour, kept only where everybody can read it."""

import re

WHITE, NIGHT = "#ffffff", "#18201d"
"""What stands on the colour, and behind it at night."""
READABLE = 4.5
"""The contrast that WCAG 2.2 (1.4.3, AA) asks of text."""
LONGEST_SENDER = 80


def is_colour(written: str) -> bool:
    """Whether it is a colour as a form writes it: `#1f5641`."""
    return re.fullmatch(r"#[0-9a-f]{6}", written) is not None


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21 (WCAG 2.2)."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


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
    shares = (colour if step == 0 else _mixed(colour, step / 20) for step in range(21))
    return next(found for found in shares if contrast(found, NIGHT) >= READABLE)


def _mixed(colour: str, white: float) -> str:
    return "#" + "".join(f"{round(part + (255 - part) * white):02x}" for part in _parts(colour))


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(part / 255) for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _parts(colour: str) -> list[int]:
    return [int(colour[start : start + 2], 16) for start in (1, 3, 5)]
