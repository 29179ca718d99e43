"""`comptoir test`, called by `bin/test`: every check, then every test; pytest's summary comes last."""

import argparse
import os
import shutil
import subprocess
import sys

from comptoir.config.environment import ROOT

NAME = "test"
WHOLE = (
    "--cov=comptoir.domain", "--cov-fail-under=100", "--cov-report=term:skip-covered",
    "--numprocesses=2", "--dist=loadgroup",
)  # fmt: skip
"""The whole run holds the domain covered to the last line; one process walks the journeys while another does the rest."""
BROWSERS = {
    "chromium": ("chromium", "google-chrome"),
    "firefox-esr": ("firefox-esr", "firefox"),
    "webkit2gtk-driver": ("WebKitWebDriver",),
    "xvfb": ("Xvfb",),
}
"""Debian's packages, and the commands that they bring: without the first the journeys fail, without the others some skip."""
HELP = "Vérifie le style, les types, les contrats d’import, puis lance tous les tests."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Anything more goes to pytest."""
    parser.add_argument("pytest", nargs=argparse.REMAINDER, help="options de pytest")


def run(args: argparse.Namespace) -> int:
    """Run all the steps, even after one failed; 0 only when all passed."""
    from comptoir.config import installation

    _install_browsers()
    failed = [name for name, command in _checks() if not _passes(name, command)]
    with installation.database(ROOT / "var" / "test") as environment:
        if failed:
            print(f"\nÉchec : {', '.join(failed)}. Suivent les tests.", flush=True)
        # Tests make their database as the owner; what they ask of the product is asked as the working role.
        tests = subprocess.run(
            [sys.executable, "-m", "pytest", *(args.pytest or WHOLE)],
            env=installation.as_owner(environment) | {"COMPTOIR_WEB_URL": environment["DATABASE_URL"]},
            cwd=ROOT,
            check=False,
        )
    return 1 if failed or tests.returncode else 0


def _checks() -> list[tuple[str, list[str]]]:
    tools = ROOT / ".venv" / "bin"
    return [
        ("ruff", [str(tools / "ruff"), "check", "."]),
        ("format", [str(tools / "ruff"), "format", "--check", "."]),
        ("types", [str(tools / "mypy")]),
        ("imports", [str(tools / "lint-imports")]),
    ]


def _passes(name: str, command: list[str]) -> bool:
    print(f"── {name}", flush=True)
    environment = {**os.environ, "DATABASE_URL": "postgresql://nobody@127.0.0.1/none"}
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode == 0


def _install_browsers() -> None:
    """The journeys walk in the system's browsers: installed where we may, else the command is said."""
    missing = [package for package, names in BROWSERS.items() if not any(map(shutil.which, names))]
    if not missing:
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"Installation de {', '.join(missing)}…", flush=True)
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], check=False, env=quiet)
        command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends"]
        # One by one: a browser that a system does not have leaves the others.
        done = [
            subprocess.run([*command, package], check=False, env=quiet, stdout=subprocess.DEVNULL).returncode
            for package in missing
        ]
        missing = [package for package, code in zip(missing, done, strict=True) if code]
    if missing:
        print(f"Manque aux tests de navigateur : sudo apt install {' '.join(missing)}", file=sys.stderr)
