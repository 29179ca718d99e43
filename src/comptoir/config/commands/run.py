"""`comptoir run`, called by `bin/run`: everything that is needed, under one supervisor."""

import argparse
import fcntl
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import IO, TYPE_CHECKING

from comptoir.config.environment import ROOT

if TYPE_CHECKING:
    from comptoir.lib.supervisor import Process

NAME = "run"
HELP = "Prépare ce qui manque, démarre tout et affiche l’adresse et les comptes."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to listen, where to keep, and whether to show the demo firm."""
    parser.add_argument("--port", type=int, default=8000, help="port d’écoute (8000 par défaut)")
    parser.add_argument("--data", type=Path, default=ROOT / "var", help="dossier des données (var/ par défaut)")
    parser.add_argument("--empty", action="store_true", help="sans cabinet de démonstration")
    parser.add_argument(
        "--smtp-port", type=int, default=2525, help="port du dépôt par e-mail (2525 par défaut, 0 pour aucun)"
    )
    parser.add_argument("--public-url", default="", help="adresse publique, derrière un proxy HTTPS")


def run(args: argparse.Namespace) -> int:
    """Set up, start, print the address, stop cleanly on Ctrl-C."""
    from comptoir.config import installation

    if taken := _taken(args.port):
        print(taken, file=sys.stderr)
        return 1
    try:
        mine = _claim(args.data)
    except OSError as error:
        print(f"Le dossier des données « {args.data} » n’est pas utilisable : {error.strerror}.", file=sys.stderr)
        return 1
    if mine is None:
        print(
            f"Comptoir tourne déjà sur « {args.data} ». Choisissez un autre dossier avec --data.", file=sys.stderr
        )
        return 1
    try:
        print("Base de données…", flush=True)
        with installation.database(args.data) as environment:
            environment |= {"COMPTOIR_PORT": str(args.port), "COMPTOIR_PUBLIC_URL": args.public_url}
            accounts = _prepare(environment, is_empty=args.empty)
            is_trial = not (args.empty or args.public_url)
            _serve(args.port, environment, accounts, args.public_url, _mail_port(args.smtp_port), is_trial)
    except subprocess.CalledProcessError as error:
        print(f"La préparation a échoué : {' '.join(error.cmd[2:])}", file=sys.stderr)
        return 1
    print("Arrêté proprement.")
    return 0


def _claim(data: Path) -> "IO[str] | None":
    """Hold the data folder for this run alone; None where another run holds it."""
    data.mkdir(parents=True, exist_ok=True)
    lock = (data / "run.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    return lock


def _taken(port: int) -> str:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return f"Le port {port} est déjà pris. Choisissez-en un autre : bin/run --port {port + 1}"
    return ""


def _mail_port(wanted: int) -> int:
    """The port that mail comes in by; 0, and a word, where something else holds it: all the rest works without."""
    if wanted and _taken(wanted):
        print(f"Le port {wanted} est pris : pas de dépôt par e-mail (autre port : --smtp-port).", file=sys.stderr)
        return 0
    return wanted


def _prepare(environment: dict[str, str], *, is_empty: bool) -> str:
    from comptoir.config import installation

    print("Mise à jour de la base…", flush=True)
    installation.migrate(environment)
    installation.collect_static(environment)
    if is_empty:
        return "Aucun compte : la première page crée le cabinet et son expert-comptable."
    command = [sys.executable, "-m", "comptoir.demo"]
    done = subprocess.run(command, env=environment, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout.strip()


def _serve(
    port: int, environment: dict[str, str], accounts: str, public_url: str, mail_port: int, is_trial: bool
) -> None:
    from comptoir.lib.supervisor import Supervisor

    def announce() -> None:
        _wait_until_answering(port)
        print(f"\nComptoir répond à l’adresse {public_url or f'http://127.0.0.1:{port}'}")
        print(f"{accounts}\n\nCtrl-C pour arrêter.", flush=True)

    if mail_port:
        environment.setdefault("COMPTOIR_SMTP", f"127.0.0.1:{mail_port}")
    others = _others(port, environment) if is_trial else []
    with socket.create_server(("127.0.0.1", port), backlog=2048) as door:
        processes = [*others, *_web(door), *_workers(environment)]
        Supervisor(processes, environment, lambda sentence: print(sentence, flush=True)).run(announce)


def _others(port: int, environment: dict[str, str]) -> "list[Process]":
    """Whom the demo speaks to on this machine, unless a setting names the real one."""
    found = []
    if not environment.get("COMPTOIR_BRIDGE"):
        found += [_demo_bank(port, environment), _trial_bank(environment)]
    if not environment.get("COMPTOIR_PLATFORM"):
        found.append(_trial_platform(environment))
    return found


def _trial_platform(environment: dict[str, str]) -> "Process":
    """An approved platform where e-invoices wait for the demo's dossiers; screens say that it is one to try with."""
    from comptoir.gateways.einvoice import twin
    from comptoir.lib.supervisor import Process

    with socket.create_server(("127.0.0.1", 0)) as probe:
        free = probe.getsockname()[1]
    environment |= {"COMPTOIR_PLATFORM": twin.address(free), "COMPTOIR_PLATFORM_TRIAL": "1"}
    command = (sys.executable, "-m", "comptoir.demo.approved_platform", "--port", str(free))
    return Process("plateforme agréée", command)


def _trial_bank(environment: dict[str, str]) -> "Process":
    """A bank that the demo's firm may have an EBICS contract with; its letter is a page of its own."""
    from comptoir.lib.supervisor import Process

    with socket.create_server(("127.0.0.1", 0)) as probe:
        free = probe.getsockname()[1]
    environment["COMPTOIR_EBICS_TRIAL"] = f"http://localhost:{free}/"
    return Process("banque EBICS", (sys.executable, "-m", "comptoir.demo.ebics_bank", "--port", str(free)))


def _demo_bank(port: int, environment: dict[str, str]) -> "Process":
    """A bank that the demo's people may connect: Bridge's twin on this machine, where no real Bridge is set."""
    from comptoir.gateways.bank.bridge import twin
    from comptoir.lib.supervisor import Process

    with socket.create_server(("127.0.0.1", 0)) as probe:
        free = probe.getsockname()[1]
    environment["COMPTOIR_BRIDGE"] = twin.address(free)
    served = Path(environment["COMPTOIR_DATA"]) / "demo-banks.json"
    command = (sys.executable, "-m", "comptoir.demo.bridge_bank", "--port", str(free), "--served", str(served))
    return Process("banque", (*command, "--webhook", f"http://127.0.0.1:{port}/api/bridge/nouvelles"))


def _web(door: socket.socket) -> "list[Process]":
    """Web processes at one door, which stays open while one of them falls; the database and the readers have half the cores."""
    from comptoir.lib.supervisor import Process

    command = (
        sys.executable, "-W", "ignore:StreamingHttpResponse", "-m", "uvicorn", "comptoir.config.asgi:application",
        "--fd", str(door.fileno()), "--timeout-graceful-shutdown", "3", "--log-level", "warning", "--proxy-headers",
    )  # fmt: skip
    count = max(1, min(MOST_WEB, (os.cpu_count() or 2) // 2))
    return [
        Process("web" if rank == 0 else f"web {rank + 1}", command, sockets=(door.fileno(),), is_later=rank > 0)
        for rank in range(count)
    ]


MOST_WEB = 4
"""More than this many serve a firm of hundreds: then one knows what one does, and starts them by oneself."""


def _workers(environment: dict[str, str]) -> "list[Process]":
    from comptoir.lib.supervisor import Process

    manage = (sys.executable, "-m", "comptoir.config.manage", "procrastinate", "worker")
    found = [
        # Reading takes a whole core for seconds: what people wait for goes first.
        Process("lecture", (*manage, "--queues=reading", "--concurrency=1"), niceness=15),
        Process("courrier", (*manage, "--queues=mail,bank", "--concurrency=2")),
    ]
    if environment.get("COMPTOIR_SMTP") or environment.get("COMPTOIR_IMAP"):
        environment.setdefault("COMPTOIR_SMTP", "")
        found.append(Process("messages", (sys.executable, "-m", "comptoir.config.intake")))
    return found


def _wait_until_answering(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/sante/", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
