"""Bridge beside the demo: `python -m comptoir.demo.bridge_bank --port 8574`, a twin that remembers whom the demo connected.

Who it served when the demo was built is written in a file, since a twin forgets everything when it stops.
"""

import argparse
import json
import signal
import sys
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from comptoir.gateways.bank.bridge.twin import Held, Moved, Twin
from comptoir.lib.turnstile import Turnstile

FILE = "demo-banks.json"
"""In the data folder."""
MOST_A_MINUTE = 60
"""Bridge's own limit for one user, the one that a program meets first."""


@dataclass(frozen=True, slots=True)
class Served:
    """A company that has connected its bank: how that stands, for how long it has agreed, and what the bank holds."""

    company: str
    login: str
    days_ago: int
    accounts: tuple[tuple[str, str], ...]


def main() -> None:
    """Listen until the process is stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8574)
    parser.add_argument("--webhook", default="", help="where news goes, on this machine")
    parser.add_argument("--served", type=Path, help="who has connected a bank already")
    asked = parser.parse_args()
    # A shell that starts it in the background has Ctrl-C ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    limit, served = Turnstile(MOST_A_MINUTE, 60), read(asked.served)
    held = held_by(served, datetime.now(UTC).date())
    with Twin(seed=held, port=asked.port, webhook=asked.webhook, limit=limit) as twin:
        connect(twin, served)
        sys.stdout.write(f"COMPTOIR_BRIDGE={twin.address}\n")
        sys.stdout.flush()
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return


def connect(twin: Twin, served: Iterable[Served]) -> None:
    """Each has connected its bank, so many days ago."""
    for one in served:
        item = twin.books.connect(twin.books.new_user(one.company), one.login, None, None)
        item.agreed_at -= timedelta(days=one.days_ago)
        twin.books.refresh(item)


def write(served: Iterable[Served], to: Path) -> None:
    """Remember who is served."""
    to.write_text(json.dumps([[one.company, one.login, one.days_ago, one.accounts] for one in served]))


def read(file: Path | None) -> list[Served]:
    """Who is served; nobody where no demo was built."""
    if file is None or not file.exists():
        return []
    return [
        Served(company, login, days, tuple((name, iban) for name, iban in accounts))
        for company, login, days, accounts in json.loads(file.read_text())
    ]


def held_by(served: Iterable[Served], today: date) -> dict[str, list[Held]]:
    """What the banks hold for each."""
    return {
        one.company: [
            Held(name, tuple(_moved(today, rank)), Decimal("5210.35") * (rank + 1), iban=iban)
            for rank, (name, iban) in enumerate(one.accounts)
        ]
        for one in served
    }


def _moved(today: date, rank: int) -> Iterator[Moved]:
    """A month of a small shop's account; nothing moves on the others."""
    if rank:
        return
    told = (
        (28, "-182.40", "PRLV SEPA METRO FRANCE"),
        (21, "934.10", "REM CB CONTRAT 4471990"),
        (14, "-650.00", "VIR SCI DES HALLES LOYER"),
        (9, "1210.60", "REM CB CONTRAT 4471990"),
        (3, "-24.90", "CB LA POSTE PRO"),
    )
    for days, amount, label in told:
        yield Moved(today - timedelta(days=days), Decimal(amount), label)


if __name__ == "__main__":
    main()
