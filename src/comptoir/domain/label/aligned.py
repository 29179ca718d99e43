"""Capitals without accents, a sign for a sign: what is found in them is cut from the label as the bank wrote it."""

import unicodedata

_SPREAD = str.maketrans({"’": "'", "‘": "'", "Œ": "O", "œ": "O", "Æ": "A", "æ": "A"})


def aligned(text: str) -> str:
    """« Prélèvement » as `PRELEVEMENT`, always of the same length."""
    return text.upper() if text.isascii() else "".join(map(_capital, text.translate(_SPREAD)))


def _capital(sign: str) -> str:
    bare = unicodedata.normalize("NFD", sign)[:1]
    capital = (bare if bare.isascii() else sign).upper()
    return capital if len(capital) == 1 else sign
