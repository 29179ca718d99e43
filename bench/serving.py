"""The demo firm, served as `bin/run` serves it, for what is measured from outside."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "var" / "bench-live"


class Served(NamedTuple):
    """Where it answers, where its data are, and the process that holds the others."""

    address: str
    data: Path
    pid: int


@contextmanager
def demo() -> Iterator[Served]:
    """Start it, wait until it answers, stop it."""
    port = _free_port()
    command = [sys.executable, "-m", "comptoir.config.cli", "run", "--port", str(port), "--data", str(DATA)]
    with subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, text=True) as running:
        try:
            assert running.stdout is not None
            while "répond" not in running.stdout.readline():
                assert running.poll() is None
            yield Served(f"http://127.0.0.1:{port}", DATA, running.pid)
        finally:
            running.terminate()
            running.communicate()


def environment() -> dict[str, str]:
    """This process's own, without what names another installation."""
    return {k: v for k, v in os.environ.items() if not k.startswith(("DATABASE_", "COMPTOIR_"))}


def resident(parent: int, name: str) -> float:
    """Megabytes that the children whose command line holds `name` keep in memory, together."""
    found = 0.0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            status = (folder / "status").read_text()
            if f"PPid:\t{parent}\n" in status and name in (folder / "cmdline").read_text():
                (line,) = (line for line in status.splitlines() if line.startswith("VmRSS:"))
                found += int(line.split()[1]) / 1024
        except OSError:
            continue
    assert found, name
    return found


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment_of(parent: int) -> dict[str, str]:
    """The environment of the child that takes mail in."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if (
                f"PPid:\t{parent}\n" in (folder / "status").read_text()
                and "intake" in (folder / "cmdline").read_text()
            ):
                pairs = (folder / "environ").read_bytes().decode().split("\0")
                return dict(pair.partition("=")[::2] for pair in pairs if "=" in pair)
        except OSError:
            continue
    raise LookupError("no mail server among the children")
