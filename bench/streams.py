"""A thousand open screens on one web process: from an announcement to each of them, and what each costs in memory."""

import asyncio
import json
import resource
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from bench import serving

SCREENS = 1000
EVENTS = 10


def rows() -> Iterator[tuple[str, str, str]]:
    """How late the slowest hundredth of the screens hears, and the web process's memory by stream."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))
    with serving.demo() as served:
        cookie, company = _signed_in(served.address)
        late, kilobytes = asyncio.run(_measure(served, cookie, company))
    late.sort()
    told = f"{late[len(late) // 2] * 1000:.0f} et {late[len(late) * 99 // 100] * 1000:.0f} ms"
    yield f"{SCREENS} écrans ouverts : de l’annonce à l’écran, médiane et 99e centile", told, "≤ 500 ms"
    yield "… mémoire du serveur par flux", f"{kilobytes:.0f} Ko", "≤ 40 Ko"


def _signed_in(address: str) -> tuple[str, str]:
    """The cookies of Bob's session, and his company."""
    from playwright.sync_api import sync_playwright

    from comptoir.demo import cast

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page()
        page.goto(address)
        page.fill("input[name=login]", cast.BOB.email)
        page.fill("input[name=password]", cast.PASSWORD)
        page.click("button.primary")
        page.wait_for_url("**/c/**")
        cookies = "; ".join(f"{one['name']}={one['value']}" for one in page.context.cookies())
        company = urlsplit(page.url).path.split("/")[2]
        browser.close()
    return cookies, company


async def _measure(served: serving.Served, cookie: str, company: str) -> tuple[list[float], float]:
    await asyncio.sleep(5)  # what the first pages made is made
    before = serving.resident(served.pid, "uvicorn")
    screens = [await _open(served.address, cookie, company) for _ in range(SCREENS)]
    grown = serving.resident(served.pid, "uvicorn") - before
    late: list[float] = []
    for _ in range(EVENTS):
        heard = [asyncio.ensure_future(_hear(reader)) for reader, _ in screens]
        start = time.perf_counter()
        await asyncio.to_thread(_announce, served.data, company)
        late += [moment - start for moment in await asyncio.wait_for(asyncio.gather(*heard), 30)]
    for _, writer in screens:
        writer.close()
    return late, grown * 1024 / SCREENS


async def _open(address: str, cookie: str, company: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    place = urlsplit(address)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    request = f"GET /live/{company}?depuis={time.time():.6f} HTTP/1.1\r\nHost: {place.netloc}\r\nCookie: {cookie}\r\n\r\n"
    writer.write(request.encode())
    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 30)
    assert b" 200 " in head.splitlines()[0], head
    return reader, writer


async def _hear(reader: asyncio.StreamReader) -> float:
    while b"event: bank" not in await reader.readline():
        pass
    return time.perf_counter()


def _announce(data: Path, company: str) -> None:
    """As a commit does, from another process's connection; what opening that costs is part of the figure."""
    import psycopg

    from comptoir.config import installation
    from comptoir.lib.live import CHANNEL

    with installation.database(data) as environment, psycopg.connect(environment["DATABASE_URL"]) as connection:
        connection.execute("SELECT pg_notify(%s, %s)", [CHANNEL, json.dumps({"room": company, "topic": "bank"})])


def main() -> None:
    """Print the figures."""
    from bench.__main__ import printed

    printed(rows())


if __name__ == "__main__":
    main()
