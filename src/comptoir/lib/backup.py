"""Backup and restore: the database by PostgreSQL's own tools, the originals as they lie, a list that proves both."""

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from comptoir.lib.postgres import program

DUMP, FILES, MANIFEST = "base.dump", ("originals", "files"), "manifest.json"
SECRETS = ("secret-key", "ebics-key")


class BackupFault(Exception):
    """La sauvegarde n’a pas abouti."""


def backup(*, database_url: str, data: Path, to: Path, at: datetime) -> int:
    """Write a whole backup under a temporary name, then give it its own; returns the number of files.

    The dump is taken first: files are only ever added, so every row of it finds its file.
    """
    if to.exists() and any(to.iterdir()):
        raise BackupFault(f"« {to} » n’est pas vide : choisissez un dossier vide ou nouveau.")
    aside = to.with_name(f"{to.name}.en-cours")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    _run("pg_dump", "--format=custom", f"--file={aside / DUMP}", "--no-owner", "--no-acl", database=database_url)
    for name in FILES:
        if (data / name).is_dir():
            shutil.copytree(data / name, aside / name, ignore=shutil.ignore_patterns(".*"))
    _copy_secrets(data, aside)
    hashes = {str(path.relative_to(aside)): _sha256(path) for path in _files(aside)}
    (aside / MANIFEST).write_text(json.dumps({"at": at.isoformat(), "sha256": hashes}, indent=1))
    if to.exists():
        to.rmdir()
    aside.rename(to)
    return len(hashes)


NEWER_SETTINGS = (b"SET transaction_timeout = 0;\n",)
"""What the dump says at its head that PostgreSQL 15 and 16 do not know; it only undoes a limit that we never set."""


def restore(*, owner_url: str, data: Path, source: Path) -> int:
    """Put a backup into an empty database and data folder, after every file of it was proved."""
    manifest = source / MANIFEST
    if not manifest.exists():
        raise BackupFault(f"« {source} » n’est pas une sauvegarde de Comptoir : {MANIFEST} manque.")
    hashes: dict[str, str] = json.loads(manifest.read_text())["sha256"]
    for name, expected in hashes.items():
        path = source / name
        if not path.is_file() or _sha256(path) != expected:
            raise BackupFault(f"« {name} » manque ou a changé dans la sauvegarde : rien n’a été restauré.")
    if any((data / name).exists() and any((data / name).iterdir()) for name in FILES):
        raise BackupFault(f"« {data} » contient déjà des fichiers : restaurez dans un dossier neuf.")
    _fill(owner_url, source / DUMP)
    for name in FILES:
        if (source / name).is_dir():
            shutil.copytree(source / name, data / name, dirs_exist_ok=True)
    _copy_secrets(source, data)
    return len(hashes)


def _copy_secrets(source: Path, to: Path) -> None:
    """Without them nobody stays signed in, and the keys of EBICS contracts never open again."""
    for name in SECRETS:
        if (source / name).exists():
            shutil.copy2(source / name, to / name)


def _fill(owner_url: str, dump: Path) -> None:
    """The dump as SQL, in one transaction, into a server that may be older than the program that wrote it."""
    with tempfile.TemporaryDirectory() as folder:
        script, told = Path(folder) / "restore.sql", Path(folder) / "told.sql"
        _run("pg_restore", "--no-owner", f"--file={script}", str(dump))
        with script.open("rb") as lines, told.open("wb") as kept:
            kept.writelines(line for line in lines if line not in NEWER_SETTINGS)
        psql = ("--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1")
        _run("psql", *psql, f"--file={told}", database=owner_url)


def _run(name: str, *arguments: str, database: str = "") -> None:
    """One of PostgreSQL's programs; the password goes by the environment, not where every user of the machine sees it."""
    known: dict[str, Any] = dict(conninfo_to_dict(database))
    environment = os.environ | {"PGPASSWORD": str(known.pop("password", ""))}
    where = [f"--dbname={make_conninfo(**known)}"] if known else []
    command = [program(name), *arguments, *where]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BackupFault(f"{name} a échoué : {done.stderr.strip()[-600:]}")


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
