"""Text as it is compared: without case, accents or signs."""

import re
import unicodedata

_NOT_WORD = re.compile(r"[^A-Z0-9*]+")


def folded(text: str) -> str:
    """Capitals without accents, words separated by one space: « Élec’Ouest » is `ELEC OUEST`."""
    if not text.isascii():
        text = _unaccented(text)
    return _NOT_WORD.sub(" ", text.upper()).strip()


def _unaccented(text: str) -> str:
    spread = text.replace("œ", "oe").replace("Œ", "OE").replace("æ", "ae").replace("Æ", "AE")
    return "".join(c for c in unicodedata.normalize("NFKD", spread) if not unicodedata.combining(c))


def distance(days: int) -> str:
    """How far a payment stands from its piece: `3 jours après la pièce`."""
    if days == 0:
        return "le jour même"
    plural = "s" if abs(days) > 1 else ""
    return f"{abs(days)} jour{plural} {'après' if days > 0 else 'avant'} la pièce"


_SEPARATORS = str.maketrans({"\t": " ", "\r": " ", "\n": " ", "|": "/"})


def on_one_line(text: str) -> str:
    """The text as a file of zones can hold it: no separator, nothing that does not print; empty where nothing does."""
    if not text.isprintable() or "|" in text:
        text = "".join(c for c in text.translate(_SEPARATORS) if c.isprintable())
    return text.strip()
