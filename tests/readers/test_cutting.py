"""Files that hold several documents: papers bound together, scans with separators, receipts on one photo."""

import io
import json
import random

import numpy as np
import pikepdf
import pypdfium2
import pytest
from bench.cutting import BACKGROUNDS, six_slips
from PIL import Image, ImageDraw
from tests.cast import mill_pdf

from comptoir.config import cli
from comptoir.demo import cast, papers
from comptoir.domain.cutting import Why
from comptoir.readers import cutting


def bound(*files):
    made, written = pikepdf.new(), io.BytesIO()
    for content in files:
        made.pages.extend(pikepdf.open(io.BytesIO(content)).pages)
    made.save(written)
    return written.getvalue()


def scanned(content, *, kind="PDF", **more):
    """The pages as pictures, without text."""
    shots = [page.render(scale=150 / 72).to_pil().convert("L") for page in pypdfium2.PdfDocument(content)]
    written = io.BytesIO()
    shots[0].save(written, kind, save_all=True, append_images=shots[1:], **more)
    return written.getvalue()


def begins(content):
    return [(part.pages[0], part.why, part.is_sure) for part in cutting.parts_of(content)]


BILLS = [papers.invoice_pdf(cast.bill(s, 3, random.Random(3)), rank) for rank, s in enumerate(cast.SUPPLIERS[:3])]


def test_bills_of_three_suppliers_in_one_pdf_are_three_documents_for_sure():
    found = cutting.parts_of(bound(*BILLS))
    assert [part.pages for part in found] == [(1,), (2,), (3,)]
    assert all(part.is_sure for part in found)


def test_two_bills_of_one_supplier_are_told_apart_by_their_numbers():
    assert begins(bound(mill_pdf("A-1"), mill_pdf("A-2"))) == [(1, Why.WHOLE, True), (2, Why.NUMBER, True)]


def test_the_same_bill_twice_is_not_cut():
    assert len(cutting.parts_of(bound(mill_pdf("A-1"), mill_pdf("A-1")))) == 1


@pytest.mark.parametrize("kind", ["PDF", "TIFF"])
def test_our_separator_parts_a_scan_and_belongs_to_nothing(kind):
    scan = scanned(bound(BILLS[0], cutting.separator_sheet(), BILLS[1]), kind=kind)
    assert begins(scan) == [(1, Why.WHOLE, True), (3, Why.SEPARATOR, True)]


def test_our_separator_parts_a_pdf_that_kept_its_text():
    assert begins(bound(BILLS[0], cutting.separator_sheet(), BILLS[0]))[1] == (3, Why.SEPARATOR, True)


@pytest.mark.parametrize("turn", [0, 90, 180])
def test_a_patch_t_is_a_separator_whichever_way_it_went_in(turn):
    sheet = Image.new("L", (1240, 1754), 255)
    pen, top = ImageDraw.Draw(sheet), 200
    for bar in (12, 30, 12, 30):  # narrow, wide, narrow, wide at 150 dpi
        pen.rectangle((300, top, 900, top + bar - 1), fill=0)
        top += bar + 12
    pages = [
        page.render(scale=150 / 72).to_pil().convert("L") for page in pypdfium2.PdfDocument(bound(*BILLS[:2]))
    ]
    written = io.BytesIO()
    pages[0].save(written, "TIFF", save_all=True, append_images=[sheet.rotate(turn, expand=True), pages[1]])
    assert begins(written.getvalue())[1] == (3, Why.SEPARATOR, True)


def test_lines_of_print_and_tables_are_no_patch_code():
    page = Image.new("L", (1240, 1754), 255)
    pen = ImageDraw.Draw(page)
    for row in range(200, 1500, 40):
        pen.rectangle((100, row, 1100, row + 20), fill=0)
    written = io.BytesIO()
    page.save(written, "TIFF", save_all=True, append_images=[page, page])
    assert all(why != Why.SEPARATOR for _, why, _ in begins(written.getvalue()))


def test_a_blank_page_belongs_to_nothing_and_cuts_nothing_by_itself():
    blank = Image.fromarray(
        np.clip(np.random.default_rng(1).normal(244, 4, (1754, 1240)), 0, 255).astype(np.uint8)
    )
    page = pypdfium2.PdfDocument(BILLS[0])[0].render(scale=150 / 72).to_pil().convert("L")
    written = io.BytesIO()
    page.save(written, "TIFF", save_all=True, append_images=[blank, page])
    found = cutting.parts_of(written.getvalue())
    assert sorted(number for part in found for number in part.pages) == [1, 3]
    assert not any(part.is_sure for part in found[1:])


def test_a_scan_without_text_is_only_proposed():
    assert not any(sure for _, _, sure in begins(scanned(bound(*BILLS)))[1:])


@pytest.mark.parametrize(("background", "turn"), [*zip(BACKGROUNDS, (0, 7, -12), strict=True), ("wood", 90)])
def test_six_slips_on_a_photo_are_six(background, turn):
    found = cutting.parts_of(six_slips(background, turn, random.Random(turn)))
    assert len(found) == 6
    assert all(part.why == Why.SLIPS for part in found)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_one_slip_on_a_photo_is_the_photo(seed):
    photo = papers.receipt_photo(cast.bill(cast.SUPPLIERS[0], 3, random.Random(3)), seed)
    assert begins(photo) == [(1, Why.WHOLE, True)]


def test_the_command_prints_what_others_build_upon(tmp_path, capsys):
    file = tmp_path / "scan.pdf"
    file.write_bytes(bound(*BILLS[:2]))
    assert cli.main(["cut", str(file), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["file"], told["pages"]) == (str(file), 2)
    assert told["pieces"][0] == {"pages": [1], "boxes": None, "reason": "whole", "confidence": 1.0}
    photo = tmp_path / "six.jpg"
    photo.write_bytes(six_slips("slate", 0, random.Random(1)))
    assert cli.main(["cut", str(photo), "--json"]) == 0
    boxes = [piece["boxes"] for piece in json.loads(capsys.readouterr().out)["pieces"]]
    assert all(0 <= x0 < x1 <= 1 and 0 <= y0 < y1 <= 1 for ((x0, y0, x1, y1),) in boxes)


def test_the_command_says_what_it_cannot_open_and_goes_on(tmp_path, capsys):
    (tmp_path / "a.pdf").write_bytes(b"nothing of the kind")
    (tmp_path / "b.pdf").write_bytes(bound(*BILLS[:2]))
    assert cli.main(["cut", str(tmp_path / "a.pdf"), str(tmp_path / "b.pdf")]) == 1
    said = capsys.readouterr()
    assert "2 pages, 2 pièces" in said.out
    assert "a.pdf" in said.err
    assert cli.main(["cut"]) == 2
    assert cli.main(["cut", "--separator", str(tmp_path / "s.pdf")]) == 0
    assert (tmp_path / "s.pdf").read_bytes().startswith(b"%PDF")
