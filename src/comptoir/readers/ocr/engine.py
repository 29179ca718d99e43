"""RapidOCR (PP-OCRv6 on ONNX, its models in the wheel): one engine a process, loaded when first needed."""

import logging
import os
import re
import threading
from functools import cache
from typing import Any

import numpy as np

from comptoir.readers.layout import Word

_ALONE = threading.Lock()


def words(image: "np.ndarray[Any, Any]") -> list[Word]:
    """The words seen, boxes in fractions of the image; each holds how sure the engine is of its line."""
    with _ALONE:
        result = _engine()(image, use_cls=False)
    if result.boxes is None or result.txts is None:
        return []
    height, width = image.shape[:2]
    found: list[Word] = []
    for box, text, score in zip(result.boxes, result.txts, result.scores, strict=True):
        found.extend(_split(np.asarray(box, dtype=float), text, float(score), width, height))
    return found


@cache
def _engine() -> Any:
    from rapidocr import RapidOCR

    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    return RapidOCR(
        params={
            "Global.log_level": "error",
            "Global.text_score": 0.4,
            "Global.max_side_len": 1800,
            "Global.use_cls": False,
            "Det.limit_type": "max",
            "Det.limit_side_len": 1600,
            "EngineConfig.onnxruntime.intra_op_num_threads": _threads(),
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )


def _threads() -> int:
    """More threads than two spin more than they read; a worker a core is better."""
    return min(2, os.cpu_count() or 1)


def _split(box: "np.ndarray[Any, Any]", text: str, score: float, width: int, height: int) -> list[Word]:
    """A line of text cut at its spaces, each word given the share of the box that its letters take."""
    left, right = box[:, 0].min() / width, box[:, 0].max() / width
    top, bottom = box[:, 1].min() / height, box[:, 1].max() / height
    text = text.strip()
    each = (right - left) / max(len(text), 1)
    return [
        Word(
            match.group(),
            (
                round(left + match.start() * each, 4),
                round(top, 4),
                round(left + match.end() * each, 4),
                round(bottom, 4),
            ),
            score,
        )
        for match in re.finditer(r"\S+", text)
    ]
