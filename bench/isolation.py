"""What row-level security costs: the same list pages asked as the working role, and as the owner whom it does not bind.

Asked by turns on one connection, in a process of its own; the time is that of the page's questions to the database.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
TIMES = 25


def rows() -> Iterator[tuple[str, str, str]]:
    """One figure for each list page, and one for all."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("DATABASE_", "COMPTOIR_", "DJANGO_"))}
    command = [sys.executable, "-m", "bench.isolation"]
    told = subprocess.run(command, env=kept, stdout=subprocess.PIPE, text=True, check=True).stdout
    for line in told.splitlines():
        page, bound, free = line.rsplit(maxsplit=2)
        cost = f"{float(bound):.1f} contre {float(free):.1f} ms, {float(bound) / float(free) - 1:+.0%}"
        yield f"requêtes de la page {page}, avec et sans isolation, médiane de {TIMES}", cost, "≤ +10 %"


def measure() -> None:
    """Print page, milliseconds under the policies, milliseconds without."""
    from comptoir.config import installation

    with installation.database(ROOT / "var" / "bench") as environment:
        installation.migrate(environment)
        installation.collect_static(environment)
        os.environ.update(installation.as_owner(environment), DJANGO_SETTINGS_MODULE="comptoir.config.settings")
        import django

        django.setup()
        _measure(installation.user_of(environment["DATABASE_URL"]))


def _measure(web: str) -> None:
    from django.db import connection
    from django.test import Client

    from bench.books import house_of_100_000
    from bench.portfolio import firm_of_5_000

    company, person = house_of_100_000()
    firm, expert = firm_of_5_000()
    clients = {who: Client(headers={"host": "localhost"}) for who in (person, expert)}
    for who, client in clients.items():
        client.force_login(who, backend="allauth.account.auth_backends.AuthenticationBackend")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")  # as the database does by itself, in time
    pages = {
        "manquantes": f"/c/{company.pk}/manquantes/",
        "banque du client": f"/c/{company.pk}/banque/",
        "banque du cabinet": f"/dossiers/{company.pk}/banque/",
        "écritures": f"/dossiers/{company.pk}/ecritures/",
        "portefeuille de 5 000 dossiers": f"/cabinet/{firm.pk}/?dossiers=tous",
    }
    sums = [0.0, 0.0]
    for name, address in pages.items():
        client = clients[expert if str(firm.pk) in address else person]
        ask = {role: _asker(client, address, role) for role in (web, "")}
        for role in (web, ""):
            ask[role]()
        # By turns, so that what the machine does beside falls on both.
        taken = [(ask[web](), ask[""]()) for _ in range(TIMES)]
        bound, free = (median(side) * 1000 for side in zip(*taken, strict=True))
        sums = [sums[0] + bound, sums[1] + free]
        print(name, f"{bound:.3f}", f"{free:.3f}")
    print("toutes ensemble", f"{sums[0]:.3f}", f"{sums[1]:.3f}")


def _asker(client: Any, address: str, role: str) -> Callable[[], float]:
    """One request as this role (the owner where none is named): the seconds that its questions took."""
    from django.db import connection

    def ask() -> float:
        taken = 0.0

        def timed(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
            nonlocal taken
            start = time.perf_counter()
            try:
                return execute(sql, params, many, context)
            finally:
                taken += time.perf_counter() - start

        with connection.cursor() as cursor:
            cursor.execute(f"SET ROLE {role}" if role else "RESET ROLE")
        with connection.execute_wrapper(timed):
            assert client.get(address).status_code == 200
        return taken

    return ask


if __name__ == "__main__":
    measure()
