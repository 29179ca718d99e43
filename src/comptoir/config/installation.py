"""An installation made ready: its database, started or named by `DATABASE_URL`, migrated as its owner."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from comptoir.config.environment import ROOT
from comptoir.lib.postgres import OWNER, WEB, Cluster


@contextlib.contextmanager
def database(data: Path) -> Iterator[dict[str, str]]:
    """The variables that reach the database: the embedded one for the time of the block, or a real server's."""
    environment = {**os.environ, "COMPTOIR_DATA": str(data.resolve())}
    if os.environ.get("DATABASE_URL"):
        yield environment
        return
    cluster = Cluster(data / "postgres")
    access = cluster.start()
    try:
        yield environment | {"DATABASE_URL": access.url(WEB), "DATABASE_OWNER_URL": access.url(OWNER)}
    finally:
        cluster.stop()


def as_owner(environment: Mapping[str, str]) -> dict[str, str]:
    """The same variables with the owner's rights, for migrations, dumps and restores."""
    return {**environment, "DATABASE_URL": environment.get("DATABASE_OWNER_URL", environment["DATABASE_URL"])}


def manage(environment: Mapping[str, str], *arguments: str) -> None:
    """Run one of Django's commands; raises CalledProcessError where it fails."""
    command = [sys.executable, "-m", "comptoir.config.manage", *arguments]
    subprocess.run(command, env=dict(environment), cwd=ROOT, check=True)


def collect_static(environment: Mapping[str, str]) -> None:
    """Gather the static files under names that hold their fingerprints."""
    # django-htmx ships more than the page loads, some of it for a build step that we do not have.
    unused = ("--ignore=ext", "--ignore=htmax*", "--ignore=htmx-4*")
    manage(environment, "collectstatic", "--noinput", "--verbosity=0", *unused)
