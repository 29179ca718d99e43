"""Bytes become a reading: e-invoice first, then the text layer, then OCR. No Django, no database, no network.

`admit` is for the door (cheap), `read` for the worker; `preview` and `thumbnail` make what a person looks at.
Each raises `NotReadable`, whose message says in French what happened and what to do.
"""

from comptoir.readers.door import admit, page_count
from comptoir.readers.faults import (
    Bomb,
    Broken,
    Empty,
    Encrypted,
    NotReadable,
    TooLarge,
    TooManyPages,
    WrongKind,
)
from comptoir.readers.preview import preview, thumbnail
from comptoir.readers.reader import LocalReader, read

__all__ = [
    "Bomb",
    "Broken",
    "Empty",
    "Encrypted",
    "LocalReader",
    "NotReadable",
    "TooLarge",
    "TooManyPages",
    "WrongKind",
    "admit",
    "page_count",
    "preview",
    "read",
    "thumbnail",
]
