"""A database migrated once, of which each process that tests takes a copy: made again when the migrations change."""

import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from comptoir.lib.postgres import program

ROOT = Path(__file__).resolve().parents[1]
FAMILY = "comptoir_migrated_"


_LEFT_ALONE = """
DO $$ DECLARE one regclass; BEGIN
    FOR one IN SELECT oid FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace LOOP
        EXECUTE format('ALTER TABLE %s SET (autovacuum_enabled = false)', one);
    END LOOP;
END $$"""
"""A test rolls back: the vacuum of the background would find every table empty, and the next test's plans would believe it."""


def migrated(url: str) -> str:
    """The name of a database with every migration; whoever comes meanwhile waits for it."""
    name = FAMILY + _fingerprint()
    with psycopg.connect(_at(url, "postgres"), autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(hashtext(%s))", [FAMILY])
        there = connection.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [FAMILY]
        ).fetchall()
        if (name,) not in there:
            for (old,) in there:
                _forget(connection, old)
            _make(connection, url, name)
    return name


def poured(into: str) -> None:
    """Every migration at once in a database that is empty, of another server too."""
    url = os.environ["DATABASE_URL"]
    with tempfile.TemporaryDirectory() as folder:
        dump = f"{folder}/migrated"
        said = ["--format=custom", "--no-owner", "--no-acl", f"--file={dump}", _at(url, migrated(url))]
        subprocess.run([program("pg_dump"), *said], check=True)
        subprocess.run([program("pg_restore"), "--no-owner", "--exit-on-error", "-d", into, dump], check=True)


def _make(connection: "psycopg.Connection[tuple[str]]", url: str, name: str) -> None:
    """Under another name until it is whole: a run that is stopped leaves no half of one."""
    half = f"{name}_half"
    connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(half)))
    subprocess.run(
        [sys.executable, "-m", "django", "migrate", "--run-syncdb", "--verbosity=0"],
        env={**os.environ, "DATABASE_URL": _at(url, half), "PYTHONPATH": str(ROOT / "src")},
        cwd=ROOT,
        check=True,
    )
    with psycopg.connect(_at(url, half), autocommit=True) as inside:
        inside.execute(_LEFT_ALONE)
    connection.execute(
        sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(half), sql.Identifier(name))
    )


def _forget(connection: "psycopg.Connection[tuple[str]]", name: str) -> None:
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _fingerprint() -> str:
    """Of all that a migration is made of: its own text, what it may import, and the libraries that bring their own."""
    source = ROOT / "src" / "comptoir"
    files = [*source.glob("**/migrations/*.py"), *source.glob("lib/*.py"), *source.glob("domain/*.py")]
    digest = hashlib.sha256()
    for file in [*sorted(files), ROOT / "requirements.lock", Path(__file__)]:
        digest.update(f"{file.relative_to(ROOT)}\0".encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def _at(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
