"""Papers as people photograph and scan them: pixels, a tilt, a shadow."""

import io
import random
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path

import pypdfium2
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from comptoir.demo.papers.things import Invoice, Item, plain, plain_rate
from comptoir.domain.money import cents


def receipt_photo(invoice: Invoice, seed: int = 1) -> bytes:
    """A till receipt photographed on a table: narrow print, a tilt, a shadow."""
    chance = random.Random(seed)  # noqa: S311  # a tilt, the same each time
    slip = _slip(invoice)
    table = Image.new("RGB", (1500, 2000), (116, 92, 70))
    tilted = slip.rotate(
        chance.uniform(-4, 4), expand=True, fillcolor=(0, 0, 0, 0), resample=Image.Resampling.BICUBIC
    )
    place = ((table.width - tilted.width) // 2, max(40, (table.height - tilted.height) // 2))
    shadow = Image.new("RGBA", tilted.size, (0, 0, 0, 0))
    shadow.paste((0, 0, 0, 90), mask=tilted.getchannel("A"))
    table.paste(shadow.filter(ImageFilter.GaussianBlur(12)), (place[0] + 14, place[1] + 18), shadow)
    table.paste(tilted, place, tilted)
    shade = Image.linear_gradient("L").rotate(90).resize(table.size).point(lambda v: 205 + v // 5)
    table = Image.composite(table, Image.new("RGB", table.size), shade).filter(ImageFilter.GaussianBlur(0.6))
    out = io.BytesIO()
    table.save(out, "JPEG", quality=88)
    return out.getvalue()


def scan_pdf(printed: bytes, seed: int = 1) -> bytes:
    """A printed page laid on an office scanner: 200 dpi, grey, not quite straight, some dust; a PDF without text."""
    chance = random.Random(seed)  # noqa: S311  # a tilt, the same each time
    with pypdfium2.PdfDocument(printed) as document:
        sheet = document[0].render(scale=200 / 72, grayscale=True).to_pil()
    sheet = sheet.rotate(chance.uniform(-1, 1), fillcolor=252, resample=Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(sheet)
    for _ in range(120):
        x, y = chance.randrange(sheet.width), chance.randrange(sheet.height)
        draw.ellipse((x, y, x + 1, y + 1), fill=chance.randrange(90, 200))
    out = io.BytesIO()
    sheet.filter(ImageFilter.GaussianBlur(0.5)).save(
        out, "PDF", resolution=200, quality=80, creationDate=None, modDate=None
    )
    return out.getvalue()


def _slip(invoice: Invoice) -> Image.Image:
    font, bold = _font("Vera.ttf", 34), _font("VeraBd.ttf", 44)
    lines = [(invoice.seller.name.upper(), bold), (invoice.seller.street, font), (invoice.seller.town, font)]
    lines += [(f"SIREN {invoice.seller.siren}", font), (f"Date : {invoice.issued_on:%d/%m/%Y}", font)]
    lines += [(f"Ticket {invoice.number}", font), ("", font)]
    lines += [(f"{item.quantity} {item.label[:20]}  {plain(_with_tax(item))}", font) for item in invoice.items]
    lines += [("", font), (f"TOTAL TTC  {plain(invoice.gross)} EUR", bold)]
    lines += [(f"TVA {plain_rate(rate)}  {plain(tax)}", font) for rate, _, tax in invoice.vat_lines]
    lines += [("Paiement CB", font), ("Merci de votre visite", font)]
    slip = Image.new("RGBA", (820, 80 + 62 * len(lines)), (250, 248, 242, 255))
    draw = ImageDraw.Draw(slip)
    for rank, (text, face) in enumerate(lines):
        draw.text((44, 40 + 62 * rank), text, font=face, fill=(40, 40, 46))
    return slip


def _with_tax(item: Item) -> Decimal:
    return cents(item.net * (1 + item.rate / 100))


def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    spec = find_spec("reportlab")
    assert spec is not None
    assert spec.origin is not None
    return ImageFont.truetype(str(Path(spec.origin).parent / "fonts" / name), size)
