"""From the commit of an attachment to the count on an open screen, in a real browser."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from bench import serving

TIMES = 15


def rows() -> Iterator[tuple[str, str, str]]:
    """The median over several events; the figure includes the browser's own polling of its page."""
    with serving.demo() as served:
        script = [sys.executable, "-m", "bench.live", str(served.data), served.address]
        measured = subprocess.run(script, env=serving.environment(), stdout=subprocess.PIPE, text=True, check=True)
        yield "du commit à l’écran, médiane de 15", f"{float(measured.stdout):.0f} ms", "≤ 300 ms"


def measure(data: Path, address: str) -> float:
    """Milliseconds, with the demo firm of a running server."""
    from comptoir.config import installation

    with installation.database(data) as environment:
        os.environ.update(
            installation.as_owner(environment),
            DJANGO_SETTINGS_MODULE="comptoir.config.settings",
            DJANGO_ALLOW_ASYNC_UNSAFE="1",
        )
        import django

        django.setup()
        return median(_events(address)) * 1000


def _events(address: str) -> Iterator[float]:
    from django.utils import timezone
    from playwright.sync_api import sync_playwright

    from comptoir import pipeline
    from comptoir.demo import cast
    from comptoir.domain.missing import Status
    from comptoir.records.deposits.models import Document
    from comptoir.records.firms.models import Person
    from comptoir.records.missing.models import Item

    while Document.objects.exclude(reading__read_at__isnull=False).exists():
        time.sleep(1)  # the photos that wait at the first start leave the list as well
    bob = Person.objects.get(email=cast.BOB.email)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page()
        page.goto(address)
        page.fill("input[name=login]", bob.email)
        page.fill("input[name=password]", cast.PASSWORD)
        page.click("button.primary")
        page.wait_for_url("**/c/**")
        page.goto(f"{page.url}manquantes/")
        page.wait_for_selector("live-stream[data-open]", state="attached")
        for n in range(TIMES):
            counted = Item.objects.filter(
                company__name=cast.BAKERY.name, status=Status.TO_JUSTIFY, has_question=False
            )
            item = counted.exclude(transaction=None).select_related("transaction").first()
            assert item is not None
            document = Document.objects.filter(company=item.company, reading__kind="z_de_caisse")[n]
            before = page.locator("[data-count]").first.get_attribute("data-count")
            changed = "(b) => document.querySelector('[data-count]').dataset.count !== b"
            pipeline.attach(document=document, transaction=item.transaction, by=bob, at=timezone.now())
            start = time.perf_counter()
            page.wait_for_function(changed, arg=before)
            yield time.perf_counter() - start
            pipeline.detach(document=document, transaction=item.transaction, by=bob, at=timezone.now())
            page.wait_for_function("(b) => document.querySelector('[data-count]').dataset.count === b", arg=before)
        browser.close()


if __name__ == "__main__":
    print(measure(Path(sys.argv[1]), sys.argv[2]))
