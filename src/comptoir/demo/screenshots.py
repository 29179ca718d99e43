"""`bin/screenshots DIR`: every screen of the demo firm, on a phone and on a desk, light and dark, to be looked at.

With `--guide`, the help's pictures too, of French screens and then of English ones.
"""

import argparse
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from comptoir.demo.cast import BOB, PASSWORD, SUPPLIERS, Member, bill
from comptoir.demo.papers import receipt_photo
from comptoir.demo.screens import BAKERY, DESKTOP, PHONE, SCREENS, Screen
from comptoir.demo.screens import GUIDE as PICTURES
from comptoir.lib.english import ENGLISH, FRENCH, NAMES

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


ROOT = Path(__file__).resolve().parents[3]
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
)  # fmt: skip
GUIDE = ROOT / "src" / "comptoir" / "web" / "static" / "guide"


def main() -> int:
    """Where the pictures go, and which."""
    parser = argparse.ArgumentParser(
        prog="screenshots", description="Photographie chaque écran de la démonstration."
    )
    parser.add_argument("folder", type=Path, help="dossier où écrire les PNG")
    parser.add_argument(
        "--only", default="", help="seulement les écrans dont le nom contient l’un de ces mots (a,b)"
    )
    parser.add_argument("--light", action="store_true", help="seulement l’apparence claire")
    parser.add_argument("--guide", action="store_true", help="refait aussi les images de l’aide")
    return run(parser.parse_args())


def run(args: argparse.Namespace) -> int:
    """Start the demo in an empty folder, visit every screen, write the pictures; 1 where a screen could not be reached."""
    from playwright.sync_api import sync_playwright

    args.folder.mkdir(parents=True, exist_ok=True)
    missed: list[str] = []
    chosen = [screen for screen in SCREENS if any(word in screen.name for word in args.only.split(","))]
    with _demo() as address, sync_playwright() as playwright:
        film = args.folder / "film.mjpeg"
        film.write_bytes(_slip())
        seen = f"--use-file-for-fake-video-capture={film}"
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("google-chrome"), args=[*FLAGS, seen]
        )
        photographer = Photographer(browser, address)
        photographer.wait_until_read()
        for screen in chosen:
            sys.stdout.write(f"{screen.name}\n")
            for look in ("light",) if args.light else ("light", "dark"):
                missed += _taken(photographer, screen, look, args)
        if args.guide:
            in_english = Photographer(browser, address, ENGLISH)
            for screen in (found for found in chosen if found.name in {name for name, _ in PICTURES.values()}):
                missed += _taken(in_english, screen, "light", args)
        browser.close()
        film.unlink()
    for sentence in missed:
        sys.stderr.write(f"{sentence}\n")
    return 1 if missed else 0


class Photographer:
    """Visits screens: each person signs in once a look, and all their screens are seen by that sign-in, in one language."""

    def __init__(self, browser: "Browser", address: str, language: str = FRENCH) -> None:
        self.browser, self.address, self.language = browser, address, language
        self._pages: dict[tuple[str, str], Page] = {}
        self._places: dict[str, str] = {}

    def picture(self, screen: Screen, look: str, size: tuple[int, int]) -> bytes:
        """The screen as PNG; raises what Playwright raises where a link to follow is not there."""
        page = self._page(screen.by, look)
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.goto(self.address + screen.path.format(**self._places), wait_until="load")
        for link in screen.follow:
            page.goto(page.locator(link).first.evaluate("link => link.href", timeout=5000), wait_until="load")
        page.wait_for_timeout(250)  # fonts and lazy pictures settle
        return page.screenshot()

    def wait_until_read(self) -> None:
        """The demo's last pieces are read while it is served already."""

        page = self._page(BOB, "light")
        deadline = time.monotonic() + 300
        while time.monotonic() < deadline:
            page.goto(f"{self.address}/c/{self._places['company']}/pieces/")
            if not page.get_by_text("En lecture", exact=True).or_(page.get_by_text("Reçue", exact=True)).count():
                return
            page.wait_for_timeout(1000)

    def _page(self, by: Member | None, look: str) -> "Page":
        key = (by.email if by else "", look)
        if key not in self._pages:
            more: dict[str, Any] = {"color_scheme": look, "locale": "fr-FR", "reduced_motion": "reduce"}
            page = self.browser.new_context(**more).new_page()
            if by:
                self._sign_in(page, by)
            self._pages[key] = page
        return self._pages[key]

    def _sign_in(self, page: "Page", by: Member) -> None:

        page.goto(self.address)
        page.get_by_label("Adresse e-mail").fill(by.email)
        page.get_by_label("Mot de passe").fill(PASSWORD)
        page.get_by_role("button", name="Se connecter").click()
        page.wait_for_url(lambda url: "/c/" in url or "/cabinet/" in url)
        kind, identifier = page.url.removeprefix(self.address).split("/")[1:3]
        self._places["company" if kind == "c" else "firm"] = identifier
        if "company" not in self._places:
            link = page.get_by_role("link", name=BAKERY).first
            self._places["company"] = str(link.evaluate("link => link.pathname.split('/')[2]"))
        page.goto(f"{self.address}/compte/profil/")
        page.get_by_role("button", name=NAMES[self.language]).click()
        page.locator(f"html[lang={self.language}]").wait_for()


def _taken(photographer: Photographer, screen: Screen, look: str, args: argparse.Namespace) -> Iterator[str]:
    from playwright.sync_api import Error

    for size in (PHONE, DESKTOP):
        try:
            png = photographer.picture(screen, look, size)
        except Error as fault:
            yield f"{screen.name} : {str(fault).splitlines()[0]}"
            continue
        said = "" if photographer.language == FRENCH else f"-{photographer.language}"
        (args.folder / f"{screen.name}-{size[0]}x{size[1]}-{look}{said}.png").write_bytes(png)
        if args.guide and look == "light":
            _keep_for_guide(screen.name, size, png, GUIDE / said.removeprefix("-"))


def _keep_for_guide(name: str, size: tuple[int, int], png: bytes, folder: Path) -> None:

    folder.mkdir(exist_ok=True)
    for picture, taken in PICTURES.items():
        if taken == (name, size):
            (folder / f"{picture}.webp").write_bytes(small(png))


def small(png: bytes) -> bytes:
    """A screen as the guide shows it: no wider than it is read, and light."""
    from PIL import Image

    picture, written = Image.open(BytesIO(png)).convert("RGB"), BytesIO()
    picture.thumbnail((1080, 1080), Image.Resampling.LANCZOS)
    picture.save(written, "WEBP", quality=72, method=6)
    return written.getvalue()


def _slip() -> bytes:
    """What the camera sees: a receipt, as a film of one picture."""
    from PIL import Image

    paper = bill(SUPPLIERS[0], 11, random.Random(1))  # noqa: S311  # the same slip each time, no secret
    taken, written = Image.open(BytesIO(receipt_photo(paper, 1))), BytesIO()
    taken.convert("RGB").resize((960, 1280)).save(written, "JPEG", quality=90)
    return written.getvalue() * 20


@contextmanager
def _demo() -> Iterator[str]:
    """The demo firm, in a folder that goes away with it."""
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as probe:
        Path(folder).chmod(0o755)  # as root, the database runs as another user
        port = probe.getsockname()[1]
        probe.close()
        command = [
            sys.executable,
            "-m",
            "comptoir.config.cli",
            "run",
            "--port",
            str(port),
            "--data",
            f"{folder}/d",
        ]
        with subprocess.Popen([*command, "--smtp-port", "0"], stdout=subprocess.PIPE, text=True) as running:
            try:
                assert running.stdout is not None
                while "répond" not in (line := running.stdout.readline()):
                    if running.poll() is not None or not line:
                        raise SystemExit("La démonstration n’a pas démarré.")
                yield f"http://127.0.0.1:{port}"
            finally:
                running.terminate()
                running.communicate()


if __name__ == "__main__":
    sys.exit(main())
