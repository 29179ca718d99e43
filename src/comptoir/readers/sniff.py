"""What a file is, by its content: a name may lie, and often does (a JPEG called .pdf, an e-invoice called .txt)."""

import io
import re
import zipfile

from comptoir.readers import till
from comptoir.readers.faults import Empty, WrongKind

PDF = "application/pdf"
XML = "application/xml"
CSV = "text/csv"
JPEG, PNG, WEBP, TIFF, HEIC = "image/jpeg", "image/png", "image/webp", "image/tiff", "image/heic"
IMAGES = frozenset({JPEG, PNG, WEBP, TIFF, HEIC})
READ = IMAGES | {PDF, XML, CSV}
"""What a piece may be; anything else is only kept."""

_HEIC_BRANDS = frozenset(
    {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"heif", b"avif"}
)
_PDF_HEADER = re.compile(rb"%PDF-\d")
_LETTER = re.compile(
    rb"(?:(?:received|return-path|delivered-to|from|to|subject|date|message-id|mime-version):[^\r\n]*\r?\n(?:[ \t][^\n]*\n)*){3}",
    re.IGNORECASE,
)
_UNPACK = "décompressez-la, puis déposez les fichiers qu’elle contient."
_DOCUMENT = "il n’a pas été gardé. Déposez le document lui-même, en PDF ou en photo."
_AS_PDF = "enregistrez-le en PDF, puis déposez ce PDF."


def media_type(content: bytes) -> str:
    """The media type that the bytes show; raises `Empty`, or `WrongKind` naming the format and its remedy."""
    if not content.strip(b"\0 \t\r\n"):
        raise Empty
    return _image(content) or _pdf(content) or _xml(content) or _till(content) or _refuse(content)


def _image(content: bytes) -> str | None:
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return WEBP
    if content[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        return TIFF
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC_BRANDS:
        return HEIC
    return None


def _pdf(content: bytes) -> str | None:
    # ISO 32000-1 annex H: readers accept a header anywhere in the first 1,024 bytes.
    return PDF if _PDF_HEADER.search(content[:1024]) else None


def _xml(content: bytes) -> str | None:
    """XML, whatever stands before its root: law.md saw 3,000 bytes of comment, so nothing but the start is asked."""
    head = _decoded_head(content).lstrip("\ufeff \t\r\n")
    if not head.startswith("<"):
        return None
    if re.match(r"<(?:!doctype\s+html|html)\b", head, re.IGNORECASE):
        raise WrongKind("Une page web", _AS_PDF)
    return XML if re.match(r"<(?:\?xml|!--|!DOCTYPE|[A-Za-z_])", head) else None


def _till(content: bytes) -> str | None:
    """A Z de caisse, by what it says: no other table is a piece."""
    return CSV if till.reports(content) else None


def _decoded_head(content: bytes) -> str:
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    return content[:4096].decode(encoding, errors="replace")


def _refuse(content: bytes) -> str:
    if content.startswith(b"PK\x03\x04"):
        raise _archive(content)
    for magic, what, remedy in _KNOWN:
        if content.startswith(magic):
            raise WrongKind(what, remedy)
    if _LETTER.match(content):
        raise WrongKind(
            "Un e-mail enregistré", "transférez-le à l’adresse de dépôt, ou déposez ses pièces jointes."
        )
    if b"\0" not in content[:4096] and _is_text(content[:4096]):
        raise WrongKind("Un fichier de texte", _AS_PDF)
    raise WrongKind


def _archive(content: bytes) -> WrongKind:
    try:
        names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        names = []
    if any(name.startswith("word/") for name in names):
        return WrongKind("Un document Word", _AS_PDF)
    if any(name.startswith("xl/") for name in names):
        return WrongKind("Un classeur Excel", _AS_PDF)
    if "mimetype" in names or any(name.startswith("ppt/") for name in names):
        return WrongKind("Un document bureautique", _AS_PDF)
    return WrongKind("Une archive ZIP", "décompressez-la, puis déposez les fichiers qu’elle contient.")


def _is_text(head: bytes) -> bool:
    printable = sum(byte >= 32 or byte in b"\t\r\n" for byte in head)
    return printable > 0.95 * len(head)


_KNOWN = (
    (b"\xd0\xcf\x11\xe0", "Un document Word, Excel ou Outlook ancien", _AS_PDF),
    (b"{\\rtf", "Un document RTF", _AS_PDF),
    (b"MZ", "Un programme", _DOCUMENT),
    (b"\x7fELF", "Un programme", _DOCUMENT),
    (b"#!", "Un programme", _DOCUMENT),
    (b"\xca\xfe\xba\xbe", "Un programme", _DOCUMENT),
    (b"\xcf\xfa\xed\xfe", "Un programme", _DOCUMENT),
    (b"Rar!", "Une archive RAR", _UNPACK),
    (b"7z\xbc\xaf", "Une archive 7-Zip", _UNPACK),
    (b"\x1f\x8b", "Une archive compressée", _UNPACK),
    (b"BZh", "Une archive compressée", _UNPACK),
    (b"\xfd7zXZ", "Une archive compressée", _UNPACK),
    (b"MSCF", "Une archive CAB", _UNPACK),
    (b"GIF8", "Une image GIF", "déposez-la en JPEG ou en PNG."),
    (b"BM", "Une image BMP", "déposez-la en JPEG ou en PNG."),
    (b"%!PS", "Un fichier PostScript", _AS_PDF),
)
