"""Reading: seconds a document by kind, and how often it is right, on our papers and on public data where present."""

import csv
import random
import resource
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import Any

from comptoir import readers
from comptoir.demo import cast, papers
from comptoir.domain.reading import SURE

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
Truth = dict[str, Any]


def rows() -> Iterator[tuple[str, str, str]]:
    """Each kind: median of wall and CPU seconds, the share of right values, the share of wrong ones held for sure."""
    yield from _kind("PDF avec texte (nos papiers)", list(_own_pdfs()), "≤ 50 ms")
    yield from _kind("scan à 200 dpi (nos papiers)", list(_own_scans()), "≤ 6 s CPU")
    yield from _kind("photo (nos papiers)", list(_own_photos()), "≤ 6 s CPU")
    yield from _kind("facture électronique (nos papiers)", list(_own_data()), "≤ 30 ms")
    if SHARED.is_dir():
        yield from _kind("facture électronique (public)", list(_public_data()), "≤ 30 ms")
        yield from _kind("la même, page seule", list(_public_data(only_printed=True)), "≤ 50 ms", trust_xml=False)
        yield from _kind("tickets allemands, 300 dpi (public)", list(_public_receipts()), "≤ 6 s CPU")


def _kind(
    name: str, cases: Sequence[tuple[str, bytes, Truth]], limit: str, *, trust_xml: bool = True
) -> Iterator[tuple[str, str, str]]:
    seconds, cpu = [], []
    right: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    surely_wrong = surely = 0
    readers.read(cases[0][1], filename=cases[0][0])  # the OCR engine is loaded once in a worker's life
    for filename, content, truth in cases:
        start, busy = time.perf_counter(), _cpu()
        found = readers.read(content, filename=filename, trust_xml=trust_xml)
        seconds.append(time.perf_counter() - start)
        cpu.append(_cpu() - busy)
        for field, expected in truth.items():
            value = getattr(found, field)
            asked[field] += 1
            is_right = value is not None and _same(value.value, expected)
            right[field] += is_right
            is_sure = value is not None and value.confidence >= SURE
            surely += is_sure
            surely_wrong += is_sure and not is_right
    yield f"{name}, {len(cases)} pièces", f"{median(seconds) * 1000:.0f} ms, {median(cpu):.2f} s CPU", limit
    shares = ", ".join(f"{field} {right[field] / asked[field]:.0%}" for field in asked)
    yield (
        f"  justes : {shares}",
        f"sûrs {surely / asked.total():.0%}, dont faux {surely_wrong / max(1, surely):.1%}",
        "0 % faux",
    )


def _own_bills(months: int) -> Iterator[tuple[papers.Invoice, int, Truth]]:
    for month in range(1, months + 1):
        for rank, supplier in enumerate(cast.SUPPLIERS):
            bill = cast.bill(supplier, month, random.Random(month))
            truth = {"number": bill.number, "issued_on": bill.issued_on, "total": bill.gross, "net": bill.net}
            yield bill, rank, {**truth, "supplier": bill.seller.name}


def _own_pdfs() -> Iterator[tuple[str, bytes, Truth]]:
    for bill, rank, truth in _own_bills(4):
        yield f"{bill.number}.pdf", papers.invoice_pdf(bill, rank), truth


def _own_scans() -> Iterator[tuple[str, bytes, Truth]]:
    for bill, rank, truth in _own_bills(1):
        yield "scan.pdf", papers.scan_pdf(papers.invoice_pdf(bill, rank), rank), truth


def _own_data() -> Iterator[tuple[str, bytes, Truth]]:
    for bill, rank, truth in _own_bills(1):
        yield "facturx.pdf", papers.facturx_pdf(bill, rank), truth
        yield "facture.xml", papers.ubl_xml(bill), truth


def _own_photos() -> Iterator[tuple[str, bytes, Truth]]:
    for rank in range(4):
        item = papers.Item("Gazole", 1, Decimal("41.00") + rank)
        slip = papers.Invoice(cast.FUEL, cast.BAKERY, f"00{rank}12", date(2026, 11, 3 + rank), (item,))
        yield "photo.jpg", papers.receipt_photo(slip, rank), {"total": slip.gross, "issued_on": slip.issued_on}


def _public_data(*, only_printed: bool = False) -> Iterator[tuple[str, bytes, Truth]]:
    with (SHARED / "einvoice" / "truth.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter=";"):
            if only_printed and row["all_printed"] != "True":
                continue
            truth: Truth = {
                "number": row["number"],
                "issued_on": _day(row["date"]),
                "total": abs(Decimal(row["ttc"])),
                "net": abs(Decimal(row["ht"])),
                "supplier": row["seller"],
            }
            yield row["file"], (SHARED / "einvoice" / "pdf" / row["file"]).read_bytes(), truth


def _public_receipts() -> Iterator[tuple[str, bytes, Truth]]:
    for path in sorted((SHARED / "receipts" / "jpg").glob("*.jpg")):
        _, day, _, cents = path.stem.split("_")
        truth = {"total": Decimal(cents) / 100, "issued_on": _day(day[4:] + day[2:4] + day[:2])}
        yield path.name, path.read_bytes(), truth


def _day(written: str) -> date:
    return date(int(written[:4]), int(written[4:6]), int(written[6:8]))


def _same(found: object, expected: object) -> bool:
    """The same value; of text, whatever its case, its blanks and which of the two apostrophes it has."""
    if isinstance(found, str) and isinstance(expected, str):
        return _bare(found) == _bare(expected)
    return found == expected


def _bare(text: str) -> str:
    return " ".join(text.replace("’", "'").split()).lower()


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    for what, value, limit in rows():
        print(f"{what:<96} {value:>26}  {limit}", flush=True)
