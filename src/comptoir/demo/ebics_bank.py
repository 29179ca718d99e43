"""A bank to walk an EBICS contract with, beside the demo: `python -m comptoir.demo.ebics_bank --port 8575`.

Its counter stands at `/ebics`, and what a real bank sends by post stands at `/` for whoever opens it in a browser.
"""

import argparse
import threading
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from comptoir.demo.statements import Move, cfonb120
from comptoir.gateways.bank.ebics.contract import BusinessFormat, FileFormat, Version
from comptoir.gateways.bank.ebics.twin import Serving, Twin
from comptoir.gateways.bank.ebics.twin.serving import Paper
from comptoir.lib.turnstile import Turnstile

PARTNER, USER = "CABINET", "CABINET1"
ORDERS = (
    FileFormat("camt.xxx.cfonb120.stm"),
    BusinessFormat("EOP", "cfonb120", scope="FR", container="ZIP"),
)
ACCOUNTS = ("00010654321", "00010765432")
"""Accounts of the firm's clients at this bank: nobody has said yet whose they are."""
MOST_A_MINUTE = 60


def main() -> None:
    """Listen until the process is stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8575)
    asked = parser.parse_args()
    twin = Twin(limit=Turnstile(MOST_A_MINUTE, 60))
    subscriber = twin.admit(PARTNER, USER)
    for order in ORDERS:
        twin.allow(order, "Relevé de compte")
        for content in statements(datetime.now(UTC).date()):
            twin.offer(order, content, on=datetime.now(UTC).date())
    with Serving(twin, port=asked.port, paper=lambda: paper(twin, asked.port)):
        # Nobody reads letters here: the access is open a moment after the last key has come.
        while not threading.Event().wait(0.5):
            if subscriber.signature and subscriber.encryption and not subscriber.is_ready:
                twin.activate(PARTNER, USER)


def statements(today: date) -> list[bytes]:
    """The last days of each account."""
    return [_statement(account, rank, today) for rank, account in enumerate(ACCOUNTS)]


def _statement(account: str, rank: int, today: date) -> bytes:
    days = [today - timedelta(days=n) for n in (9, 6, 3, 2)]
    labels = ("PRLV SEPA METRO FRANCE", "REM CB 0412 DU JOUR", "VIR SCI DES HALLES LOYER", "CB LA POSTE PRO")
    amounts = (Decimal("-182.40"), Decimal("934.10"), Decimal("-650.00"), Decimal("-24.90"))
    moves = [Move(*told) for told in zip(days, (amount * (rank + 1) for amount in amounts), labels, strict=True)]
    written = cfonb120(
        moves, opening=Decimal("2400.00"), opened_on=days[0] - timedelta(days=1), closed_on=days[-1]
    )
    return written.replace(b"00010123456", account.encode())


def paper(twin: Twin, port: int) -> Paper:
    """What the bank's letter says: the contract, and the hashes that a person compares."""
    bank = twin.bank_keys
    lines: Sequence[tuple[str, str]] = (
        ("Adresse du serveur", f"http://localhost:{port}/ebics"),
        ("Serveur (HostID)", twin.host_id),
        ("Client (PartnerID)", PARTNER),
        ("Utilisateur (UserID)", USER),
        ("Protocole", "EBICS 3.0 (H005) ou 2.5 (H004)"),
        (
            "Clé d’authentification (X002)",
            twin.named(bank.authentication, Version.H005).hex(" ").upper(),
        ),
        ("Clé de chiffrement (E002)", twin.named(bank.encryption, Version.H005).hex(" ").upper()),
    )
    return Paper(
        title=f"{twin.name} : votre contrat EBICS",
        words="Une banque d’essai, sur cette machine. Elle tient ici lieu de courrier : recopiez ces lignes dans Comptoir. "
        "L’accès s’ouvre de lui-même dès que vos clés sont arrivées, et tout est oublié quand elle s’arrête : "
        "faites alors de nouvelles clés.",
        lines=tuple(lines),
    )


if __name__ == "__main__":
    main()
