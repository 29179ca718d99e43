"""A thousand files of 1 MB sent by the web on loopback, as our pages send them: several in a request, four at once.

`PYTHONPATH=src .venv/bin/python -m bench.sending` prints these figures alone.
"""

import http.client
import json
import os
import re
import threading
import time
import urllib.parse
from collections.abc import Iterator
from io import BytesIO
from itertools import count, islice

from bench import serving

FILES, AT_ONCE = 1000, 4
SIDE = 528
"""Of a picture of noise that makes a page of 1 MB: three bytes a point, five for four as the page writes them."""
TOGETHER = 7
"""How many files of 1 MB fit in a request of several (`web/tus.py`)."""
MEGABYTE = 1024 * 1024


def rows() -> Iterator[tuple[str, str, str]]:
    """From the first byte sent to the last 201, with the reading worker at work beside it."""
    with serving.demo() as served:
        browser = _SignedIn(served.address)
        papers = [_paper(n) for n in range(50)]
        assert all(abs(len(paper) / MEGABYTE - 1) < 0.01 for paper in papers)
        _send(browser, papers, 50)  # warm
        before = serving.resident(served.pid, "uvicorn")
        began = time.perf_counter()
        _send(browser, papers, FILES)
        took = time.perf_counter() - began
        grown = serving.resident(served.pid, "uvicorn") - before
    yield f"{FILES} fichiers de 1 Mo par le web, de bout en bout", f"{FILES / took:.0f} Mo/s", "≥ 60 Mo/s"
    yield "… mémoire du serveur en plus", f"{grown:+.0f} Mo", "stable"


def _paper(n: int) -> bytes:
    """An invoice of one page that carries a picture of almost 1 MB."""
    from PIL import Image
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen import canvas

    written, noise = BytesIO(), Image.frombytes("RGB", (SIDE, SIDE), os.urandom(SIDE * SIDE * 3))
    page = canvas.Canvas(written, pageCompression=1)
    page.drawString(60, 780, f"Facture n° B-{n} du 04/11/2026")
    page.drawImage(ImageReader(noise), 60, 300, 200, 200)
    page.save()
    return written.getvalue()


class _SignedIn:
    """Bob, signed in: his cookies and his token."""

    def __init__(self, address: str) -> None:
        from comptoir.demo import cast

        self.host = urllib.parse.urlsplit(address).netloc
        self.cookies: dict[str, str] = {}
        page = self.ask("GET", "/compte/login/")[1].decode()
        said = {"login": cast.BOB.email, "password": cast.PASSWORD, "csrfmiddlewaretoken": _token(page)}
        form = urllib.parse.urlencode(said).encode()
        self.ask("POST", "/compte/login/", form, {"Content-Type": "application/x-www-form-urlencoded"})
        where = self.ask("GET", "/")[0].headers["Location"]
        self.address = f"{where}envois/"
        self.token = _token(self.ask("GET", f"{where}pieces/")[1].decode())

    def ask(
        self, method: str, where: str, body: bytes = b"", headers: dict[str, str] | None = None,
        wire: http.client.HTTPConnection | None = None,
    ) -> tuple[http.client.HTTPResponse, bytes]:  # fmt: skip
        wire = wire or http.client.HTTPConnection(self.host)
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        wire.request(method, where, body, {"Cookie": cookie, "Origin": f"http://{self.host}", **(headers or {})})
        answer = wire.getresponse()
        content = answer.read()
        for line in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = line.split(";")[0].partition("=")
            self.cookies[name] = value
        return answer, content


def _send(browser: _SignedIn, papers: list[bytes], files: int) -> None:
    """Each file other bytes than any before, by as many requests at once as a page makes."""
    numbers, wrong = iter(range(files)), []

    def sender() -> None:
        wire = http.client.HTTPConnection(browser.host)
        while batch := [(n, _other(papers[n % len(papers)])) for n in islice(numbers, TOGETHER)]:
            announced = [{"filename": f"facture-{n}.pdf", "length": len(content)} for n, content in batch]
            body = b"".join([json.dumps(announced).encode(), b"\n", *(content for _, content in batch)])
            headers = {"Content-Type": "application/offset+octet-stream", "X-CSRFToken": browser.token}
            answer, said = browser.ask("POST", f"{browser.address}ensemble/", body, headers, wire)
            if answer.status != 200 or said.count(b"received") != len(batch):
                wrong.append((answer.status, said[:300]))

    threads = [threading.Thread(target=sender) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong, wrong[0]


def _other(paper: bytes) -> bytes:
    return paper + f"\n% {next(_EVER)} {time.time_ns()}\n%%EOF\n".encode()


_EVER = count()


def _token(page: str) -> str:
    found = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', page)
    assert found, page[:300]
    return found[1]


if __name__ == "__main__":
    from bench.__main__ import row

    for found in rows():
        row(*found)
