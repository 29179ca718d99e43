"""One slip photographed twice against two slips of one till: how far their looks are apart.

`PYTHONPATH=src .venv/bin/python -m bench.likeness` prints these figures alone.
"""

import io
import random
import time
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from statistics import median

import cv2
import numpy as np
from PIL import Image

from comptoir.demo.papers import Invoice, Item, Party, receipt_photo
from comptoir.domain.duplicate import ALIKE, difference
from comptoir.readers.likeness import look

SELLERS = ("Quincaillerie Morel", "Station Bleue", "Marché de Gros", "Papeterie Lune")
SLIPS = 8
THINGS = ("Café", "Ramette", "Farine T55", "Essence SP95", "Stylos", "Vis 4 × 40", "Ampoule")


def rows() -> Iterator[tuple[str, str, str]]:
    """How many of the same are found, how many others are taken for the same before what was read says no."""
    chance = random.Random(3)  # the same slips each time
    slips = [_slip(name, chance) for name in SELLERS for _ in range(SLIPS)]
    looks, took = [], []
    for rank, slip in enumerate(slips):
        photos = [_photo(slip, 10 * rank + n) for n in range(2)]
        began = time.process_time()
        looks.append([look(photo) for photo in photos])
        took.append((time.process_time() - began) / 2)
    same = [difference(*pair) for pair in looks]
    others = [
        difference(looks[i][0], looks[j][1])
        for i in range(len(slips))
        for j in range(len(slips))
        if i != j and i // SLIPS == j // SLIPS
    ]
    found, wrong = sum(d <= ALIKE for d in same), sum(d <= ALIKE for d in others)
    yield "même ticket photographié deux fois, reconnu", f"{found}/{len(same)}", "le plus possible"
    yield (
        "… autres tickets de la même caisse pris pour lui, sans lecture",
        f"{wrong}/{len(others)}",
        "le moins possible",
    )
    yield "… regarder une photo, médiane, CPU", f"{median(took) * 1000:.0f} ms", ""


def _slip(name: str, chance: random.Random) -> Invoice:
    items = tuple(
        Item(
            f"{chance.choice(THINGS)} {chance.randrange(9)}",
            chance.randrange(1, 5),
            Decimal(chance.randrange(100, 6000)) / 100,
        )
        for _ in range(chance.randrange(1, 6))
    )
    seller = Party(name, "3, rue du Port", "44000 Nantes", siren="732829320")
    day = date(2026, 1, 1) + timedelta(chance.randrange(300))
    return Invoice(seller, Party("Moi", "", ""), str(chance.randrange(10_000, 99_999)), day, items)


def _photo(slip: Invoice, seed: int) -> bytes:
    """Held askew, in another light, with a sensor's noise."""
    chance = random.Random(seed)
    pixels = np.asarray(Image.open(io.BytesIO(receipt_photo(slip, seed))))
    height, width = pixels.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    askew = corners + np.array([[chance.uniform(-60, 60) for _ in range(2)] for _ in range(4)], dtype=np.float32)
    turn = cv2.getPerspectiveTransform(corners, askew)
    held = cv2.warpPerspective(pixels, turn, (width, height), borderValue=(116, 92, 70))
    noise = np.random.default_rng(seed).normal(0, 4, held.shape)
    lit = np.clip(held * chance.uniform(0.75, 1.15) + noise, 0, 255).astype(np.uint8)
    out = io.BytesIO()
    Image.fromarray(lit).save(out, "JPEG", quality=88)
    return out.getvalue()


if __name__ == "__main__":
    from bench.__main__ import row

    for found in rows():
        row(*found)
