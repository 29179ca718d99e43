"""Cutting: how often a sure cut is right, how many are found, and how long it takes, on files bound at random.

Our own papers, and public invoices where present; each file's truth is where its documents begin.
"""

import io
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

import cv2
import numpy as np
import pikepdf
import pypdfium2
from PIL import Image

from comptoir.demo import cast, papers
from comptoir.readers import cutting
from comptoir.readers.preview import SMALL, page_picture, webp

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data" / "invoices"
FILES = 120
SCANS = 12
BLANKS = {
    "feuille blanche entre les documents, recto": "sheets",
    "feuille blanche entre les documents, recto verso": "two-sided sheets",
    "recto verso de feuilles imprimées d’un côté (dos blancs, aucune séparation)": "backs",
    "recto, documents qui contiennent une page blanche, aucune séparation": "inside",
}
"""How blank pages come into a scan: laid between documents, backs of sheets, or a page of a document."""
BACKGROUNDS = ("wood", "cloth", "slate")


def rows() -> Iterator[tuple[str, str, str]]:
    """Each figure: what, measured, limit."""
    chance = random.Random(11)
    stock = [*_own(), *_public()]
    yield from _judged("PDF liés au hasard", [_bound(stock, chance) for _ in range(FILES)])
    scans = [_bound(stock, chance, scanned=True, most=4) for _ in range(8)]
    yield from _judged("scans sans texte liés au hasard", scans)
    sheets = [_bound(stock, chance, scanned=True, most=4, separated=True) for _ in range(6)]
    yield from _judged("scans avec nos pages de séparation", sheets)
    for name, blanks in BLANKS.items():
        bound = [_bound(stock, chance, scanned=True, most=5, blanks=blanks) for _ in range(SCANS)]
        yield from _judged(f"scans, {name}", bound)
    yield from _speed(stock, chance)
    yield from _photos()


def _judged(name: str, files: Sequence[tuple[bytes, set[int]]]) -> Iterator[tuple[str, str, str]]:
    sure = right = found = wanted = idle = 0
    for content, begins in files:
        parts = cutting.parts_of(content)[1:]
        at = {part.pages[0] for part in parts}
        surely = {part.pages[0] for part in parts if part.is_sure}
        sure, right = sure + len(surely), right + len(surely & begins)
        found, wanted, idle = found + len(at & begins), wanted + len(begins), idle + len(at - begins)
    told = f"{right}/{sure} justes" if sure else "aucune"
    yield f"{name}, {len(files)} fichiers : coupes sûres", told, "précision ≥ 99 %"
    yield (
        "… coupes vraies trouvées, sûres ou proposées",
        f"{found}/{wanted}, dont sûres {right} ; {idle} de trop",
        "—",
    )


def _own() -> list[bytes]:
    return [
        papers.invoice_pdf(cast.bill(supplier, month, random.Random(month)), rank)
        for month in (1, 2)
        for rank, supplier in enumerate(cast.SUPPLIERS)
    ]


def _public() -> list[bytes]:
    """Public invoices that PDFium opens, those of several pages too."""
    found = []
    for path in sorted(SHARED.rglob("*.pdf")) if SHARED.is_dir() else ():
        content = path.read_bytes()
        try:
            pypdfium2.PdfDocument(content).close()
        except pypdfium2.PdfiumError:
            continue
        found.append(content)
    return found


def _bound(
    stock: Sequence[bytes],
    chance: random.Random,
    *,
    scanned: bool = False,
    separated: bool = False,
    blanks: str = "",
    most: int = 8,
) -> tuple[bytes, set[int]]:
    """Some documents in one file, and the pages where each but the first begins."""
    pages: list[pikepdf.Page] = []
    begins, opened = set(), []
    for rank, content in enumerate(chance.sample(list(stock), chance.randint(2, most))):
        if rank and separated:
            opened.append(pikepdf.open(io.BytesIO(cutting.separator_sheet())))
            pages.extend(opened[-1].pages)
        if rank and "sheets" in blanks:
            pages += _empty(opened, 2 if blanks == "two-sided sheets" else 1)
        if rank:
            begins.add(len(pages) + 1)
        opened.append(pikepdf.open(io.BytesIO(content)))
        for place, page in enumerate(list(opened[-1].pages)):
            if place and blanks == "inside":
                pages += _empty(opened, 1)
            pages.append(page)
            if blanks in ("backs", "two-sided sheets"):
                pages += _empty(opened, 1)
    made, written = pikepdf.new(), io.BytesIO()
    made.pages.extend(pages)
    made.save(written)
    content = written.getvalue()
    return (_scanned(content, chance) if scanned else content), begins


def _empty(opened: list[pikepdf.Pdf], count: int) -> list[pikepdf.Page]:
    opened.append(pikepdf.new())
    return [opened[-1].add_blank_page(page_size=(595, 842)) for _ in range(count)]


def _scanned(content: bytes, chance: random.Random) -> bytes:
    """The same pages as a scanner gives them: askew by up to a degree, grainy, without text."""
    shots = []
    document = pypdfium2.PdfDocument(content)
    for page in document:
        picture = page.render(scale=150 / 72).to_pil().convert("L")
        picture = picture.rotate(chance.uniform(-1, 1), fillcolor=255, resample=Image.Resampling.BICUBIC)
        grain = np.random.default_rng(chance.randrange(2**32)).normal(0, 6, (picture.height, picture.width))
        shots.append(Image.fromarray(np.clip(np.asarray(picture) + grain, 0, 255).astype(np.uint8)))
    document.close()
    written = io.BytesIO()
    shots[0].save(written, "PDF", save_all=True, append_images=shots[1:], resolution=150.0, quality=80)
    return written.getvalue()


def _speed(stock: Sequence[bytes], chance: random.Random) -> Iterator[tuple[str, str, str]]:
    single = [content for content in stock if len(pypdfium2.PdfDocument(content)) == 1]
    made, written = pikepdf.new(), io.BytesIO()
    for n in range(50):
        made.pages.extend(pikepdf.open(io.BytesIO(single[n % len(single)])).pages)
    made.save(written)
    scan = _scanned(written.getvalue(), chance)
    began = time.perf_counter()
    cutting.parts_of(scan)
    yield "scan de 50 pages sans texte, coupes proposées", f"{time.perf_counter() - began:.1f} s", "≤ 15 s"
    taken = []
    for number in range(1, 21):
        began = time.perf_counter()
        webp(page_picture(scan, number, SMALL, SMALL))
        taken.append(time.perf_counter() - began)
    yield "vignette d’une page, médiane de 20", f"{median(taken) * 1000:.0f} ms", "≤ 60 ms"


def _photos() -> Iterator[tuple[str, str, str]]:
    for background in BACKGROUNDS:
        told = []
        for turn in (0, 7, -12, 90):
            photo = six_slips(background, turn, random.Random(turn + 100))
            told.append(f"{len(cutting.parts_of(photo))}/6")
        yield (
            f"six tickets sur une photo ({background}), à 0°, 7°, −12° et 90°",
            ", ".join(told),
            "6/6 quatre fois",
        )


def six_slips(background: str, turn: int, chance: random.Random) -> bytes:
    """Six receipts on a table, each a little askew, the whole photo turned."""
    wide, tall = 3000, 2200
    noise = np.random.default_rng(chance.randrange(2**32))
    table = _table(background, tall, wide, noise)
    for n in range(6):
        slip = _receipt(chance, noise)
        middle = (500 + 1000 * (n % 3) + chance.uniform(-40, 40), 560 + 1080 * (n // 3) + chance.uniform(-30, 30))
        _lay(table, slip, middle, chance.uniform(-10, 10) + (turn if abs(turn) < 45 else 0))
    light = np.linspace(0.82, 1.05, wide)[None, :, None]
    photo = np.clip(table * light + noise.normal(0, 4, table.shape), 0, 255).astype(np.uint8)
    image = Image.fromarray(photo).rotate(turn if abs(turn) >= 45 else 0, expand=True)
    written = io.BytesIO()
    image.save(written, "JPEG", quality=88)
    return written.getvalue()


def _table(background: str, tall: int, wide: int, noise: np.random.Generator) -> np.ndarray:  # type: ignore[type-arg]
    if background == "slate":
        return np.clip(np.full((tall, wide, 3), 58.0) + noise.normal(0, 7, (tall, wide, 1)), 0, 255)
    if background == "cloth":
        weave = 12 * np.sin(np.arange(wide) / 3)[None, :] * np.sin(np.arange(tall) / 3)[:, None]
        return np.clip(np.array([70.0, 92, 128]) + weave[..., None], 0, 255)
    grain = cv2.GaussianBlur(noise.normal(0, 60, (tall, wide // 40)).astype(np.float32), (0, 0), 2)
    stripes = cv2.resize(grain, (wide, tall), interpolation=cv2.INTER_CUBIC)
    return np.clip(np.array([150.0, 104, 62]) + stripes[..., None] * 0.5, 0, 255)


def _receipt(chance: random.Random, noise: np.random.Generator) -> np.ndarray:  # type: ignore[type-arg]
    wide, tall = chance.randint(380, 460), chance.randint(680, 920)
    paper = np.full((tall, wide, 3), 238.0) + noise.normal(0, 3, (tall, wide, 1))
    for row in range(40, tall - 40, 26):
        length = chance.randint(wide // 3, wide - 70)
        for start in range(30, length, 14):
            if chance.random() < 0.8:
                paper[row : row + 12, start : start + 9] = 40
    return np.clip(paper, 0, 255)


def _lay(table: np.ndarray, slip: np.ndarray, middle: tuple[float, float], angle: float) -> None:  # type: ignore[type-arg]
    tall, wide = slip.shape[:2]
    move = cv2.getRotationMatrix2D((wide / 2, tall / 2), angle, 1)
    move[:, 2] += np.array(middle) - np.array((wide / 2, tall / 2))
    size = (table.shape[1], table.shape[0])
    laid = cv2.warpAffine(slip, move, size)
    mask = cv2.warpAffine(np.ones((tall, wide), np.float32), move, size)[..., None]
    shadow = cv2.GaussianBlur(mask, (0, 0), 12)[..., None] * 0.25
    table *= 1 - shadow * (1 - mask)
    table[:] = table * (1 - mask) + laid * mask


if __name__ == "__main__":
    from bench.__main__ import row

    for found in rows():
        row(*found)
