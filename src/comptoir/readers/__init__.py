"""Bytes become a reading: e-invoice first, then the text layer, then OCR. No Django, no database, no network.

`admit` is for the door (cheap), `admit_to_folder` for what is only kept, `read` for the worker; `preview` and `thumbnail` make what a person looks at.
Each raises `NotReadable`, whose message says in French what happened and what to do.
"""

from comptoir.readers import archive, cutting, likeness, office, pairs, till
from comptoir.readers.door import admit, page_count
from comptoir.readers.faults import (
    Bomb,
    Broken,
    Empty,
    Encrypted,
    FileTooLarge,
    FileTooManyPages,
    Infected,
    NotReadable,
    TooLarge,
    TooManyPages,
    WrongKind,
    WrongPassword,
)
from comptoir.readers.logo import LARGEST as LARGEST_LOGO
from comptoir.readers.logo import NotALogo, logo, on_paper
from comptoir.readers.pdf import unlocked
from comptoir.readers.preview import preview, thumbnail
from comptoir.readers.reader import LocalReader, invoice_in, read
from comptoir.readers.shared import admit_to_folder, pages_of
from comptoir.readers.sniff import READ
from comptoir.readers.textlayer import words_on

__all__ = [
    "LARGEST_LOGO",
    "READ",
    "Bomb",
    "Broken",
    "Empty",
    "Encrypted",
    "FileTooLarge",
    "FileTooManyPages",
    "Infected",
    "LocalReader",
    "NotALogo",
    "NotReadable",
    "TooLarge",
    "TooManyPages",
    "WrongKind",
    "WrongPassword",
    "admit",
    "admit_to_folder",
    "archive",
    "cutting",
    "invoice_in",
    "likeness",
    "logo",
    "office",
    "on_paper",
    "page_count",
    "pages_of",
    "pairs",
    "preview",
    "read",
    "thumbnail",
    "till",
    "unlocked",
    "words_on",
]
