"""An installation made ready: its database, started or named by `DATABASE_URL`, migrated as its owner."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import psycopg
import psycopg.conninfo

from comptoir.config.environment import ROOT
from comptoir.lib import roles
from comptoir.lib.postgres import OWNER, WEB, CannotStart, Cluster


@contextlib.contextmanager
def database(data: Path) -> Iterator[dict[str, str]]:
    """The variables that reach the database: the embedded one for the time of the block, or a real server's."""
    environment = {**os.environ, "COMPTOIR_DATA": str(data.resolve())}
    if url := os.environ.get("DATABASE_URL"):
        _refuse_unreachable(url)
        yield environment
        return
    cluster = Cluster(data / "postgres")
    access = cluster.start()
    try:
        with cluster.kept_up(lambda sentence: sys.stderr.write(f"{sentence}\n")):
            yield environment | {"DATABASE_URL": access.url(WEB), "DATABASE_OWNER_URL": access.url(OWNER)}
    finally:
        cluster.stop()


def _refuse_unreachable(url: str) -> None:
    try:
        psycopg.connect(url, connect_timeout=10).close()
    except psycopg.Error as error:
        told = str(error).strip().splitlines()[0]
        raise CannotStart(f"La base que nomme DATABASE_URL ne répond pas : {told}") from error


class NotInstalled(CannotStart):
    """Il n’y a pas d’installation de Comptoir ici."""


@contextlib.contextmanager
def existing(data: Path) -> Iterator[dict[str, str]]:
    """The same, of an installation that is there; raises `NotInstalled`, and makes nothing."""
    missing = NotInstalled(
        f"« {data} » ne contient pas d’installation de Comptoir : lancez bin/run, ou donnez le bon --data."
    )
    if not os.environ.get("DATABASE_URL") and not (data / "postgres").is_dir():
        raise missing
    with database(data) as environment:
        with psycopg.connect(as_owner(environment)["DATABASE_URL"]) as connection:
            (found,) = connection.execute("SELECT to_regclass('firms_firm')").fetchone() or (None,)
        if found is None:
            raise missing
        yield environment


def as_owner(environment: Mapping[str, str]) -> dict[str, str]:
    """The same variables with the owner's rights, for migrations, dumps and restores."""
    return {**environment, "DATABASE_URL": environment.get("DATABASE_OWNER_URL", environment["DATABASE_URL"])}


def migrate(environment: Mapping[str, str]) -> None:
    """Bring the database up to date as its owner, and let the working role in; raises `NotIsolated`."""
    owner = as_owner(environment)
    refuse_unbound(owner["DATABASE_URL"], environment["DATABASE_URL"])
    manage(owner, "migrate", "--verbosity=0")
    if not _has_table(owner["DATABASE_URL"], "comptoir_cache"):
        manage(owner, "createcachetable", "--verbosity=0")  # one table for the caches of every process
    grant(environment)


def _has_table(url: str, table: str) -> bool:
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT to_regclass(%s)", [table]).fetchone() != (None,)


def grant(environment: Mapping[str, str]) -> None:
    """Let the working role read and write what the owner made."""
    with psycopg.connect(as_owner(environment)["DATABASE_URL"]) as connection:
        roles.grant(connection, user_of(environment["DATABASE_URL"]))


class NotIsolated(CannotStart):
    """La base ne tiendrait pas les cabinets à part."""


def refuse_unbound(owner_url: str, url: str) -> None:
    """Raise `NotIsolated` unless the owner sees everything and the working role only what it is shown."""
    owner, web = user_of(owner_url), user_of(url)
    with psycopg.connect(owner_url) as connection:
        why = roles.why_not_bound(connection, web) or roles.why_not_owner(connection, owner)
        why = why or (f"« {web} » est aussi le propriétaire" if owner == web else "")
    if why:
        raise NotIsolated(
            f"La base ne tiendrait pas les cabinets à part : {why}. Il faut deux rôles, l’un nommé par "
            "DATABASE_URL, l’autre par DATABASE_OWNER_URL : voyez docs/how-to/real-database.md."
        )


def user_of(url: str) -> str:
    """The role that a database address names."""
    return str(psycopg.conninfo.conninfo_to_dict(url).get("user") or "")


def manage(environment: Mapping[str, str], *arguments: str) -> None:
    """Run one of Django's commands; raises CalledProcessError where it fails."""
    command = [sys.executable, "-m", "comptoir.config.manage", *arguments]
    subprocess.run(command, env=dict(environment), cwd=ROOT, check=True)


def collect_static(environment: Mapping[str, str]) -> None:
    """Gather the static files under names that hold their fingerprints."""
    # django-htmx ships more than the page loads, some of it for a build step that we do not have.
    unused = ("--ignore=ext", "--ignore=htmax*", "--ignore=htmx-4*")
    manage(environment, "collectstatic", "--noinput", "--verbosity=0", *unused)
