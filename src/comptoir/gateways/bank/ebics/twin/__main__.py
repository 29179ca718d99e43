"""A bank to try a contract with: `python -m comptoir.gateways.bank.ebics.twin --port 8575 releves.cfonb` prints its paper."""

import argparse
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

from comptoir.gateways.bank.ebics.contract import BusinessFormat, FileFormat
from comptoir.gateways.bank.ebics.twin import Serving, Twin

PARTNER, USER = "CABINET", "CABINET1"
ORDERS = (
    FileFormat("camt.xxx.cfonb120.stm"),
    BusinessFormat("EOP", "camt.053", scope="FR", container="ZIP", message_version="02"),
)


def main() -> None:
    """Listen until the process is stopped; each file is offered once, in either version."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8575)
    parser.add_argument("statements", nargs="*", type=Path)
    asked = parser.parse_args()
    twin = Twin()
    subscriber = twin.admit(PARTNER, USER)
    for order in ORDERS:
        twin.allow(order, "Relevé de compte")
        for path in asked.statements:
            twin.offer(order, path.read_bytes(), on=datetime.now(UTC).date())
    with Serving(twin, port=asked.port) as serving:
        sys.stdout.write(_paper(twin, serving.url))
        sys.stdout.flush()
        # Nobody reads letters here: the access is open a moment after the last key has come.
        while not threading.Event().wait(0.5):
            if subscriber.signature and subscriber.encryption and not subscriber.is_ready:
                twin.activate(PARTNER, USER)


def _paper(twin: Twin, url: str) -> str:
    bank = twin.bank_keys
    return (
        f"Adresse {url}\nHostID {twin.host_id}\nPartnerID {PARTNER}\nUserID {USER}\n"
        f"X002 {bank.authentication.certificate_hash.hex(' ').upper()}\n"
        f"E002 {bank.encryption.certificate_hash.hex(' ').upper()}\n"
    )


if __name__ == "__main__":
    main()
