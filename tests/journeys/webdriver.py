"""Firefox and WebKitGTK as Debian has them, driven by W3C WebDriver: over Marionette's socket, or over HTTP.

Playwright drives only browsers that it has built itself; these two are what people install.
"""

import http.client
import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")
WEBKIT = shutil.which("WebKitWebDriver")
SCREEN = shutil.which("Xvfb")
MINIBROWSER = next(Path("/usr/lib").glob("*/webkit2gtk-4*/MiniBrowser"), None)
PATIENCE = 30
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
"""How the norm names a reference to an element (WebDriver §12)."""
SHOWN = """
const [selector, words] = arguments;
return [...document.querySelectorAll(selector)].find(
  (each) => each.checkVisibility() && each.textContent.replace(/\\s+/g, ' ').includes(words)) ?? null;
"""
LISTENING = """
if (!window.isHeard) {
  window.isHeard = true;
  const hear = (said) => sessionStorage.heard = JSON.stringify([...JSON.parse(sessionStorage.heard || '[]'), said]);
  addEventListener('error', (fault) => hear(fault.message));
  addEventListener('unhandledrejection', (fault) => hear(String(fault.reason)));
  document.addEventListener('securitypolicyviolation', (fault) => hear(fault.violatedDirective));
}
"""
LOGGED = "JavaScript error: http"
PRESENT = "return document.querySelector(arguments[0])"

QUIET = {
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "intl.accept_languages": "fr",
    "extensions.update.enabled": False,
    "services.settings.server": "http://127.0.0.1:9",
}
"""What keeps Firefox from reaching for anything by itself, and from asking its person."""

Ask = Callable[[str, str, dict[str, Any]], Any]
"""Asks one command: its name in Marionette, its path in HTTP, what it is given."""


class Window:
    """One window of a real browser, used as a person does: what is not shown cannot be touched."""

    def __init__(self, engine: str, ask: Ask, log: Path) -> None:
        self.engine = engine
        self._ask = ask
        self._log = log

    def open(self, address: str) -> None:
        self._ask("Navigate", "url", {"url": address})

    def click(self, selector: str, words: str = "") -> None:
        def touched() -> bool:
            found = self.run(SHOWN, selector, words)
            if found:
                self.run("arguments[0].scrollIntoView({block: 'center'})", found)
                self._ask("ElementClick", f"element/{found[ELEMENT]}/click", {"id": found[ELEMENT]})
            return bool(found)

        _waited(touched, f"{selector} « {words} »")

    def write(self, selector: str, text: str) -> None:
        self._keys(self.see(selector), text)

    def choose(self, selector: str, file: Path) -> None:
        """A file for a field that need not be shown: browsers open its dialogue from a button."""
        self._keys(self.until(PRESENT, selector), str(file))

    def see(self, selector: str, words: str = "") -> Any:
        """The first shown element of these words, waited for."""
        return self.until(SHOWN, selector, words)

    def until(self, script: str, *given: Any) -> Any:
        """What the script answers once it is something."""
        return _waited(lambda: self.run(script, *given), f"{script.strip()} {given}")

    def run(self, script: str, *given: Any) -> Any:
        return self._ask("ExecuteScript", "execute/sync", {"script": LISTENING + script, "args": list(given)})

    def sized(self, width: int, height: int) -> None:
        self._ask("SetWindowRect", "window/rect", {"width": width, "height": height})

    def picture(self) -> str:
        """The window as it stands, a PNG in base 64."""
        return str(self._ask("TakeScreenshot", "GET screenshot", {"full": False}))

    @property
    def faults(self) -> list[str]:
        """Faults of scripts and of the content policy: heard in the page once it is first looked at.

        Firefox also writes to its log those of a page that is only being loaded; WebKitGTK, driven, does not.
        """
        logged = [line for line in self._log.read_text(errors="replace").splitlines() if LOGGED in line]
        return logged + list(json.loads(self.run("return sessionStorage.heard || '[]'")))

    def _keys(self, found: Any, text: str) -> None:
        self._ask("ElementSendKeys", f"element/{found[ELEMENT]}/value", {"id": found[ELEMENT], "text": text})


class Refused(Exception):
    """What the browser answered in place of doing."""


def _waited(done: Callable[[], Any], told: str) -> Any:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            if found := done():
                return found
        except Refused:
            pass  # the page was being left, or the line was just drawn anew
        time.sleep(0.1)
    raise AssertionError(f"{told} : rien en {PATIENCE} s")


@contextmanager
def firefox(folder: Path, preferences: dict[str, object] | None = None) -> Iterator[Window]:
    """A Firefox without a screen, on an empty profile that reaches for nothing by itself."""
    port = _free_port()
    profile = folder / "profile"
    profile.mkdir()
    wanted = {
        **QUIET,
        "marionette.port": port,
        **(preferences or {}),
    }
    (profile / "user.js").write_text(
        "".join(f"user_pref({json.dumps(k)}, {json.dumps(v)});\n" for k, v in wanted.items())
    )
    command = [FIREFOX or "", "--headless", "--marionette", "--no-remote", "--profile", str(profile)]
    with _started(command, folder / "log", HOME=str(folder)), _reached(port) as line:
        reader = line.makefile("rb")
        _heard(reader)

        def ask(name: str, path: str, given: dict[str, Any]) -> Any:
            line.sendall(_framed([0, 1, f"WebDriver:{name}", given]))
            _, _, fault, told = _heard(reader)
            if fault:
                raise Refused(fault)
            return told.get("value") if isinstance(told, dict) else told

        ask("NewSession", "", {})
        yield Window("firefox", ask, folder / "log")


@contextmanager
def webkit(folder: Path) -> Iterator[Window]:
    """GTK's WebKit on a screen of its own: the engine of Safari, as Debian has it."""
    with ExitStack() as held:
        reading, writing = os.pipe()
        screen = [SCREEN or "", "-displayfd", str(writing), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"]
        held.enter_context(_started(screen, folder / "screen", pass_fds=(writing,)))
        display = os.read(reading, 16).decode().strip()
        port = _free_port()
        command = [WEBKIT or "", f"--port={port}", "--host=127.0.0.1"]
        held.enter_context(
            _started(command, folder / "log", HOME=str(folder), DISPLAY=f":{display}", LANGUAGE="fr")
        )
        _reached(port).close()

        def sent(way: str, path: str, given: dict[str, Any] | None) -> Any:
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            line.request(way, path, None if given is None else json.dumps(given))
            told = json.loads(line.getresponse().read())["value"]
            line.close()
            if isinstance(told, dict) and "error" in told:
                raise Refused(told)
            return told

        options = {"binary": str(MINIBROWSER), "args": ["--automation"]}
        asked = {"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": options}}}
        session = f"/session/{sent('POST', '/session', asked)['sessionId']}/"

        def ask(name: str, path: str, given: dict[str, Any]) -> Any:
            if path.startswith("GET "):
                return sent("GET", session + path.removeprefix("GET "), None)
            return sent("POST", session + path, given)

        try:
            yield Window("webkit", ask, folder / "log")
        finally:
            sent("DELETE", session.rstrip("/"), None)


@contextmanager
def _started(command: list[str], log: Path, pass_fds: tuple[int, ...] = (), **added: str) -> Iterator[None]:
    with log.open("wb") as said:
        running = subprocess.Popen(
            command, env={**os.environ, **added}, stdout=said, stderr=said, pass_fds=pass_fds
        )
        try:
            yield
        finally:
            running.terminate()
            try:
                running.wait(timeout=20)
            except subprocess.TimeoutExpired:
                running.kill()
                running.wait()


def _reached(port: int) -> socket.socket:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=60)
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def _framed(message: Any) -> bytes:
    told = json.dumps(message).encode()
    return b"%d:%b" % (len(told), told)


def _heard(reader: Any) -> Any:
    size = b""
    while (letter := reader.read(1)) != b":":
        size += letter
    return json.loads(reader.read(int(size)))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
