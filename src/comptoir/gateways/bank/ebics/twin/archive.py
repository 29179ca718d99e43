"""How the twin bank packs several statements into one order."""

import io
import zipfile
from collections.abc import Sequence

from comptoir.gateways.bank.ebics.contract import BusinessFormat, Order


def packed(order: Order, contents: Sequence[bytes]) -> bytes:
    """A ZIP where the order names one; else one after the other, as CFONB files are."""
    if not (isinstance(order, BusinessFormat) and order.container == "ZIP"):
        return b"".join(contents)
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, content in enumerate(contents, start=1):
            archive.writestr(f"{order.message}-{number:04}.xml", content)
    return written.getvalue()
