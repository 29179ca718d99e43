"""The plain words that hide in a password: `P@ssw0rd2024!` is `password`."""

import re
import unicodedata

# The figure 1 is drawn for an i as for an l.
_READINGS = tuple(
    str.maketrans("48@3€601!|5$7+29", letters) for letters in ("abaeegoiiissttzg", "abaeegolllssttzg")
)
_EDGES = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_TAIL = re.compile(r"[\W\d_]+$")
_BETWEEN = re.compile(r"[\W_]+")


def plain_forms(password: str) -> set[str]:
    """What is left of a password without case, accents, figures and signs around it, and letters drawn as figures."""
    folded = _bare(password)
    forms = {folded}
    for text in (folded, _TAIL.sub("", folded), _EDGES.sub("", folded), _BETWEEN.sub("", folded)):
        for reading in (text, *(text.translate(letters) for letters in _READINGS)):
            forms |= {reading, _EDGES.sub("", reading), _EDGES.sub("", _BETWEEN.sub("", reading))}
    return {once for form in forms if form for once in (form, _said_once(form))}


def _bare(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))


def _said_once(text: str) -> str:
    """`bonjourbonjour` is `bonjour` said twice."""
    said = re.fullmatch(r"(.+?)\1+", text)
    return said[1] if said else text
