"""PDF by PDFium: opened within bounds, its words with their boxes, its attachments, its pages as images.

PDFium is not safe between threads: `opened` holds the one lock of the process.
"""

import ctypes
import io
import re
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

from comptoir.readers.faults import MAX_FILE_PAGES, Bomb, Broken, Encrypted, FileTooManyPages, WrongPassword
from comptoir.readers.layout import Word

MAX_INFLATED = 128 * 1024 * 1024
MAX_ATTACHMENT = 16 * 1024 * 1024
MAX_IMAGE_PIXELS = 150_000_000
MAX_CHARACTERS = 60_000

_ALONE = threading.RLock()


@contextmanager
def opened(content: bytes, password: str | None = None) -> Iterator[pypdfium2.PdfDocument]:
    """The document, alone in the process; raises what makes it not readable."""
    with _ALONE:
        document = _load(content, password)
        try:
            _refuse_what_is_cut(content, len(document))
            yield document
        finally:
            document.close()


def _load(content: bytes, password: str | None) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(content, password=password)
    except pypdfium2.PdfiumError as error:
        if error.err_code in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY):
            raise Encrypted from error
        raise Broken from error


def _refuse_what_is_cut(content: bytes, pages: int) -> None:
    if pages == 0:
        raise Broken
    if pages > MAX_FILE_PAGES:
        raise FileTooManyPages
    # PDFium repairs a download that stopped half-way and shows what came: a total may be on what did not.
    if b"%%EOF" not in content[-65_536:]:
        raise Broken


def refuse_bombs(content: bytes) -> None:
    """Raise `Bomb` where page contents or images would unfold beyond reason; what qpdf cannot open is left to PDFium."""
    try:
        with pikepdf.open(io.BytesIO(content)) as document:
            if len(document.pages) > MAX_FILE_PAGES:
                raise FileTooManyPages
            left = MAX_INFLATED
            for stream in _streams(document):
                left -= _weight(stream, left)
                if left <= 0:
                    raise Bomb
    except pikepdf.PasswordError as error:
        raise Encrypted from error
    except (pikepdf.PdfError, ValueError, KeyError, TypeError, RecursionError):
        return


def _streams(document: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    return (found for found in document.objects if isinstance(found, pikepdf.Stream))


def _weight(stream: pikepdf.Object, left: int) -> int:
    """What the stream unfolds to; an image's pixels are bounded apart, since only they are ever unfolded."""
    if stream.get("/Subtype") == "/Image":
        if int(stream.get("/Width", 0)) * int(stream.get("/Height", 0)) > MAX_IMAGE_PIXELS:
            raise Bomb
        return 0
    # A stream this small cannot unfold beyond 1,000 times its size (deflate's bound): no need to try.
    length = len(stream.read_raw_bytes())
    return length if length * 1032 < 4_000_000 else len(inflated(stream, left))


def unlocked(content: bytes, password: str) -> bytes:
    """The same pages without the password that protects them; raises `Encrypted` where it is another."""
    try:
        with pikepdf.open(io.BytesIO(content), password=password) as document:
            written = io.BytesIO()
            document.save(written, deterministic_id=True)
            return written.getvalue()
    except pikepdf.PasswordError as error:
        raise WrongPassword from error
    except pikepdf.PdfError as error:
        raise Broken from error


# ── Words ──


def words(document: pypdfium2.PdfDocument, index: int) -> list[Word]:
    """The words of a page's text layer, with their boxes; none where the page is an image."""
    page = document[index]
    text_page = page.get_textpage()
    try:
        place = _Placing(page)
        return [Word(text, place(box)) for text, box in _spelled(text_page.raw)]
    finally:
        text_page.close()
        page.close()


class _Placing:
    """From PDF points, counted from the bottom left before rotation, to fractions from the top left as seen."""

    def __init__(self, page: pypdfium2.PdfPage) -> None:
        self.left, self.bottom, right, top = page.get_bbox()
        self.width, self.height = max(right - self.left, 1.0), max(top - self.bottom, 1.0)
        self.turns = page.get_rotation() // 90 % 4

    def __call__(self, box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
        x0, x1 = ((x - self.left) / self.width for x in (box[0], box[2]))
        y0, y1 = (1 - (y - self.bottom) / self.height for y in (box[3], box[1]))
        for _ in range(self.turns):
            x0, y0, x1, y1 = 1 - y1, x0, 1 - y0, x1
        return _kept(x0), _kept(y0), _kept(x1), _kept(y1)


def _kept(fraction: float) -> float:
    return round(min(max(fraction, 0.0), 1.0), 4)


_SPACES = frozenset(" \t\r\n\v\f\u2002\u2003\u3000\u200b")
_INSIDE = {0xA0: " ", 0x202F: " ", 0x2009: " ", 0xAD: "-", 0x2212: "-", 0x2010: "-", 0x2011: "-", 0x02: "-"}
# No-break spaces hold an amount together: they stay inside the word.


def _spelled(text_page: object) -> Iterator[tuple[str, tuple[float, float, float, float]]]:
    """Words as (text, box) in PDF points: cut at spaces, at jumps, and where PDFium itself supposes a space."""
    # The loose box has the height of the font, so that a dash stands on the row of its letters.
    rect = pdfium.FS_RECTF()
    reference = ctypes.byref(rect)
    letters: list[str] = []
    x0 = y0 = x1 = y1 = 0.0
    for index in range(min(pdfium.FPDFText_CountChars(text_page), MAX_CHARACTERS)):
        code = pdfium.FPDFText_GetUnicode(text_page, index)
        letter = _INSIDE.get(code) or (chr(code) if 0 < code < 0x110000 else " ")
        is_space = code not in _INSIDE and (letter in _SPACES or code == 0)
        if is_space:
            if letters:
                yield "".join(letters), (x0, y0, x1, y1)
                letters = []
            continue
        pdfium.FPDFText_GetLooseCharBox(text_page, index, reference)
        a, b, c, d = rect.left, rect.bottom, rect.right, rect.top
        if letters and (a > x1 + 1.2 * max(y1 - y0, 1) or a < x0 - 1 or d < y0 or b > y1):
            yield "".join(letters), (x0, y0, x1, y1)
            letters = []
        if letters:
            x0, y0, x1, y1 = min(x0, a), min(y0, b), max(x1, c), max(y1, d)
        else:
            x0, y0, x1, y1 = a, b, c, d
        letters.append(letter)
    if letters:
        yield "".join(letters), (x0, y0, x1, y1)


# ── Attachments ──

_INVOICE_NAMES = re.compile(
    r"(?:factur-?x|zugferd-invoice|xrechnung|order-?x|cii|invoice|ubl).*\.xml$", re.IGNORECASE
)


def attached_invoice(content: bytes, password: str | None = None) -> bytes | None:
    """The XML invoice that a Factur-X or ZUGFeRD carries, by its agreed name first; None where it carries none."""
    try:
        with pikepdf.open(io.BytesIO(content), password=password or "") as document:
            named = sorted(
                ((name, spec) for name, spec in document.attachments.items() if name.lower().endswith(".xml")),
                key=lambda item: _INVOICE_NAMES.search(item[0]) is None,
            )
            for _, spec in named:
                return inflated(spec.get_file().obj, MAX_ATTACHMENT)
    except (pikepdf.PdfError, ValueError, KeyError, TypeError):
        return None
    return None


def inflated(stream: pikepdf.Object, most: int) -> bytes:
    """A stream's bytes, never more than `most` of them in memory; raises `Bomb` beyond."""
    raw = bytes(stream.read_raw_bytes())
    filters = stream.get("/Filter")
    names = [str(f) for f in filters] if isinstance(filters, pikepdf.Array) else [str(filters)] if filters else []
    for name in names:
        if name != "/FlateDecode":
            return bytes(stream.read_bytes()) if len(raw) < 64 * 1024 else raw
        engine = zlib.decompressobj()
        try:
            raw = engine.decompress(raw, most)
        except zlib.error as error:
            raise Broken from error
        if engine.unconsumed_tail:
            raise Bomb
    return raw


# ── Pages as images ──


def rendered(document: pypdfium2.PdfDocument, index: int, *, tall: int, wide: int) -> Image.Image:
    """The page as an image no taller and no wider than said, however gigantic its MediaBox claims to be."""
    page = document[index]
    try:
        width, height = page.get_size()
        if width < 1 or height < 1:
            raise Broken
        scale = min(tall / height, wide / width)
        bitmap = page.render(scale=scale, draw_annots=True, may_draw_forms=False)
        picture: Image.Image = bitmap.to_pil().convert("RGB")
        return picture
    except pypdfium2.PdfiumError as error:
        raise Broken from error
    finally:
        page.close()
