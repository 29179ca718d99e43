"""What may be kept in a shared folder: any document, looked at by its content, and never a program.

Pieces are read, so few formats are theirs; what is only kept may be anything that people write and print. A file leaves
as a download only, but it is opened at home: what would run there is refused, in a ZIP too.
"""

import io
import re
import zipfile
import zlib
from pathlib import PurePosixPath

from comptoir.readers import door, sniff
from comptoir.readers.faults import Empty, NotReadable, WrongKind

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
ODF = "application/vnd.oasis.opendocument"
OLD_OFFICE, RTF, TEXT, ZIP = "application/x-ole-storage", "application/rtf", "text/plain", "application/zip"
GIF, BMP = "image/gif", "image/bmp"

MOST_MEMBERS, DEEPEST, MOST_INFLATED = 5_000, 3, 128 * 1024 * 1024
"""How far an archive is looked into; what goes beyond is not a folder of papers."""

_HEAD = 4096
_ZIP = b"PK\x03\x04"
_PAGE = re.compile(rb"<(?:\w+:)?(?:html|svg|script)[\s>]|<!doctype\s+html", re.IGNORECASE)


class Program(NotReadable):
    """Un programme ne se partage pas ici : envoyez le document lui-même, en PDF ou en Excel."""

    code = "program"

    def __init__(self, inside: str = "") -> None:
        super().__init__(
            f"Cette archive contient un programme (« {inside} ») : retirez-le, puis déposez l’archive à nouveau."
            if inside
            else None
        )


class ClosedArchive(NotReadable):
    """Cette archive ne peut pas être vérifiée (mot de passe, fichier abîmé ou trop d’archives l’une dans l’autre) :
    décompressez-la, puis déposez les fichiers qu’elle contient."""

    code = "closed_archive"

    def __init__(self) -> None:
        super().__init__(" ".join(str(self.__class__.__doc__).split()))


class NotShared(WrongKind):
    """Ce format ne convient pas : déposez un PDF, une image, un document Word, Excel ou PowerPoint, un CSV, un texte,
    ou une archive ZIP de tels fichiers."""

    def __init__(self) -> None:
        super().__init__(
            "Ce format",
            "déposez un PDF, une image, un document Word, Excel ou PowerPoint, un CSV, un texte, "
            "ou une archive ZIP de tels fichiers.",
        )


def admit_to_folder(content: bytes, filename: str) -> str:
    """The media type of a file that may be shared, by its content; raises `NotReadable` for what may not.

    The name can only make it worse: a text called `.bat` is a program where it is opened.
    """
    if not content.strip(b"\0 \t\r\n"):
        raise Empty
    if _is_program(content, filename):
        raise Program
    if _is_page(content, filename):
        raise WrongKind("Une page web ou une image SVG", "enregistrez-la en PDF, puis déposez ce PDF.")
    return _archive(content, filename) or _paper(content) or _office(content) or _text(content)


def pages_of(content: bytes) -> int:
    """How many pages it would have as a piece; what could not be one counts for one."""
    try:
        door.admit(content)
        return door.page_count(content)
    except NotReadable:
        return 1


def _paper(content: bytes) -> str | None:
    """What a piece may be as well, and two kinds of picture more."""
    if content.startswith(b"GIF8"):
        return GIF
    if content.startswith(b"BM") and int.from_bytes(content[2:6], "little") == len(content):
        return BMP
    try:
        return sniff.media_type(content)
    except WrongKind:
        return None


def _office(content: bytes) -> str | None:
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        return OLD_OFFICE
    return RTF if content.startswith(b"{\\rtf") else None


def _archive(content: bytes, filename: str) -> str | None:
    if not content.startswith(_ZIP):
        if _ending(filename) == "zip":  # an archive behind other bytes opens all the same
            raise ClosedArchive
        return None
    names = _Search().into(content)
    if "[Content_Types].xml" in names:
        kinds = {"word/": DOCX, "xl/": XLSX, "ppt/": PPTX}
        return next((kinds[top] for top in kinds if any(name.startswith(top) for name in names)), ZIP)
    return ODF if names[0] == "mimetype" else ZIP


def _text(content: bytes) -> str:
    """Text in any of the ways in which French software writes it; Excel writes UTF-16 too."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return TEXT
    head = content[:_HEAD]
    printable = sum(byte >= 32 or byte in b"\t\r\n\f" for byte in head)
    if b"\0" not in head and printable > 0.95 * len(head) and not content.startswith(_COMPRESSED):
        return TEXT
    if content.startswith(_COMPRESSED):
        raise WrongKind(
            "Cette sorte d’archive", "décompressez-la, puis déposez les fichiers qu’elle contient, ou un ZIP."
        )
    raise NotShared


class _Search:
    """Looks at everything in an archive and in the archives in it, within one bound for them all."""

    def __init__(self) -> None:
        self.members, self.bytes = MOST_MEMBERS, MOST_INFLATED

    def into(self, content: bytes, depth: int = 1) -> list[str]:
        """The names in it; raises `Program` or `ClosedArchive`."""
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                members = archive.infolist()
                self.members -= len(members)
                if not members or self.members < 0 or depth > DEEPEST:
                    raise ClosedArchive
                for member in members:
                    self._look_at(archive, member, depth)
                return [member.filename for member in members]
        except _UNREADABLE as error:
            raise ClosedArchive from error

    def _look_at(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo, depth: int) -> None:
        if member.is_dir():
            return
        with archive.open(member) as file:
            head = file.read(_HEAD)
            if _is_program(head, member.filename):
                raise Program(PurePosixPath(member.filename).name[:80])
            if head.startswith(_COMPRESSED):
                raise ClosedArchive
            if head.startswith(_ZIP):
                inner = head + file.read(self.bytes + 1)
                self.bytes -= len(inner)
                if self.bytes < 0:
                    raise ClosedArchive
                self.into(inner, depth + 1)


def _is_page(content: bytes, filename: str) -> bool:
    """Whether a browser would run what is in it, once opened from somebody's own disk."""
    head = content[:_HEAD].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return _ending(filename) in _PAGES or (head.startswith(b"<") and _PAGE.search(head) is not None)


def _is_program(content: bytes, filename: str) -> bool:
    return (
        _ending(filename) in _ENDINGS
        or content.startswith(_MAGICS)
        or (content.startswith(b"MZ") and b"\0" in content[:_HEAD])
        or (content.startswith(b"\xd0\xcf\x11\xe0") and _INSTALLER in content)
    )


def _ending(filename: str) -> str:
    return filename.rstrip(". \t").lower().rpartition(".")[2]


_MAGICS = (
    b"\x7fELF", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe",
    b"#!", b"\xef\xbb\xbf#!", b"\0asm", b"dex\n", b"L\0\0\0\x01\x14\x02\0", b"ITSF",
)  # fmt: skip
_UNREADABLE = (
    zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError, zlib.error,
)  # fmt: skip
"""What the library says of an archive that is damaged, closed by a password, or compressed in a way that it does not know."""
_INSTALLER = bytes.fromhex("84100c0000000000c000000000000046")
"""The class of an MSI package: it is stored as an old Word document is."""
_COMPRESSED = (b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"MSCF", b"\x28\xb5\x2f\xfd", b"!<arch>")
_RUN = (
    "ade adp apk app appinstaller application appx bat bash cmd chm class cmdline com command cpl deb desktop dll dmg "
    "drv exe gadget hta img inf ins iso isp jar jnlp js jse lnk mde msc msh msi msix msp mst ocx pif pkg ps1 ps1xml ps2 "
    "psc1 psm1 py pyc pyw rb reg rpm run scf scr sct sh shb shs swf sys url vb vbe vbs vhd vhdx vxd ws wsc wsf wsh xbap xll"
)
"""Endings that a desktop opens by running them, whatever the content."""
_ENDINGS = frozenset(_RUN.split())
_PAGES = frozenset({"html", "htm", "xhtml", "shtml", "mht", "mhtml", "svg", "svgz"})
