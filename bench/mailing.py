"""A mail of 20 attachments: from its last byte to the 250 of a server started as `bin/run` starts it.

`PYTHONPATH=src .venv/bin/python -m bench.mailing` prints this figure alone.
"""

import os
import smtplib
import time
from collections.abc import Iterator
from email.message import EmailMessage
from statistics import median

from bench import serving

FILES = 20


def rows() -> Iterator[tuple[str, str, str]]:
    """The median of five mails, each of 20 files of 100 KB that nobody has seen."""
    with serving.demo() as served:
        address = serving.environment_of(served.pid)["COMPTOIR_SMTP"]
        to = _deposit_address(served)
        taken = [_sent(address, to) for _ in range(5)]
    yield f"mail de {FILES} pièces jointes accepté, médiane de 5", f"{median(taken) * 1000:.0f} ms", "≤ 1 s"


def _deposit_address(served: serving.Served) -> str:
    """Where Bob's page says that purchases are sent."""
    import re

    from bench.sending import _SignedIn

    bob = _SignedIn(served.address)
    page = bob.ask("GET", bob.address.replace("envois/", "adresses/"))[1].decode()
    found = re.search(r"achat\.[a-z0-9]+@[a-z0-9.-]+", page)
    assert found, "no address on the page"
    return found[0]


def _sent(address: str, to: str) -> float:
    from comptoir.demo import cast

    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = cast.BOB.email, to, "Vingt factures"
    message["Message-ID"] = f"<{time.time_ns()}@bench.example>"
    message.set_content("Ci-joint.")
    for n in range(FILES):
        content = b"%PDF-1.4\n" + os.urandom(100_000) + b"\n%%EOF"
        message.add_attachment(content, maintype="application", subtype="pdf", filename=f"{n}.pdf")
    host, _, port = address.rpartition(":")
    with smtplib.SMTP(host, int(port)) as wire:
        began = time.perf_counter()
        wire.send_message(message, cast.BOB.email, [to])
        return time.perf_counter() - began


if __name__ == "__main__":
    from bench.__main__ import row

    for found in rows():
        row(*found)
