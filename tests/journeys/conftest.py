"""A whole Comptoir, as `bin/run` starts it, and browsers to use it with."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, Playwright, Route, expect, sync_playwright

from comptoir.demo.cast import PASSWORD, Member

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1440, "height": 900}
expect.set_options(timeout=20_000)
"""Long enough for a machine that does other things; a page that is right answers at once all the same."""


@pytest.hookimpl(tryfirst=True)  # before the processes are shared out
def pytest_collection_modifyitems(items):
    """All journeys share one server: one process walks them, whatever the number of processes."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("journeys"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """What a failed journey had on its screens is told with it: nobody can look any more."""
    report = yield
    if report.when == "call":
        item.has_failed = report.failed
    return report


@pytest.fixture(scope="session")
def server(tmp_path_factory) -> Iterator[str]:
    """The demo firm, served from an empty folder whose name has a space."""
    folder = tmp_path_factory.mktemp("comptoir") / "des données"
    for parent in (folder.parent, folder.parent.parent, folder.parent.parent.parent):
        parent.chmod(0o755)  # as root, the database runs as another user
    port = _free_port()
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("DATABASE_", "COMPTOIR_"))}
    log = (folder.parent / "log").open("w+")
    command = [sys.executable, "-m", "comptoir.config.cli", "run", "--port", str(port), "--data", str(folder)]
    environment = {**kept, "PYTHONPATH": str(ROOT / "src"), "PYTHONUNBUFFERED": "1"}
    running = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=ROOT)
    try:
        _wait_for("Comptoir répond", Path(log.name), running)
        yield f"http://127.0.0.1:{port}"
    finally:
        running.terminate()
        running.wait(timeout=30)
        log.close()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    if CHROMIUM is None:
        pytest.fail("Chromium manque : sudo apt install chromium")
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
    yield browser
    browser.close()


@pytest.fixture
def visit(browser: Browser, server: str, request: pytest.FixtureRequest) -> Iterator["Visit"]:
    """Opens a browser of its own for one person; any error in its console fails the test."""
    visits: list[BrowserContext] = []
    faults: list[str] = []

    def open_for(member: Member, viewport: dict[str, int], *, bypass_csp: bool = False) -> Page:
        context = browser.new_context(
            viewport=viewport, locale="fr-FR", accept_downloads=True, bypass_csp=bypass_csp
        )
        visits.append(context)
        page = context.new_page()
        page.on("console", lambda said: faults.append(said.text) if _is_fault(said.type, said.text) else None)
        page.on("response", lambda answer: faults.append(answer.url) if answer.status in (404, 500) else None)
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        page.goto(server)
        page.get_by_label("Adresse e-mail").fill(member.email)
        page.get_by_label("Mot de passe").fill(PASSWORD)
        page.get_by_role("button", name="Se connecter").click()
        page.wait_for_url("**/c/**" if member.email.endswith("dupont.example") else "**/cabinet/**")
        return page

    yield open_for
    heard = list(faults)  # what is cut because its window closes is no fault of the page
    if getattr(request.node, "has_failed", False):
        for page in (page for context in visits for page in context.pages):
            with suppress(Error):
                print(page.url, page.locator("body").inner_text(timeout=2_000)[:3000], sep="\n")
    for context in visits:
        context.close()
    assert heard == []


Visit = object

SCRIPTS = re.compile(r"/static/.*\.js$")


@contextmanager
def scripts_held(page: Page) -> Iterator[None]:
    """A slow network: within, pages come without what makes them listen; it arrives at the end."""
    held: list[Route] = []
    is_slow = True
    page.route(SCRIPTS, lambda route: held.append(route) if is_slow else route.continue_())
    yield
    is_slow = False
    for route in held:
        route.continue_()


def _is_fault(kind: str, text: str) -> bool:
    """A refusal (422) and a network that a test cuts are answers; the browser logs them as errors all the same.

    So does htmx of a list that was asked for anew when the page was left: the browser lets go of that request.
    """
    return kind == "error" and not any(
        said in text
        for said in (
            "422",
            "ERR_CONNECTION_RE",
            "ERR_INTERNET_DIS",
            "ERR_EMPTY_RESPONSE",
            "ERR_INCOMPLETE",
            "htmx:afterRequest",
            "htmx:sendAbort",
            "htmx:sendError",
            "htmx:sendAbort",
        )
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_for(words: str, log: Path, running: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 240
    while words not in log.read_text():
        assert running.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.2)
