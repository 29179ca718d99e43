"""A mailbox emptied by IMAP (RFC 9051), for who has no mail server of their own: each mail is moved once it is kept.

`imaps://user:password@host/FOLDER`, or `imap://…?starttls=1`; in clear to this machine alone. The mailbox is a catch-all:
what is not for an address of ours is put aside in it, and nothing is ever deleted.
"""

import imaplib
import logging
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.policy import default
from email.utils import getaddresses
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from comptoir.gateways.mail_in import Desk, Later, Refused
from comptoir.gateways.mail_in.smtp import LARGEST

TAKEN, ASIDE = "Comptoir-pris", "Comptoir-refuse"
"""Where a mail goes once it is kept, or where it cannot be: sub-folders without accents, which not every server spells alike."""
EVERY, SLOWEST = 60, 900
PATIENCE = 30
LOCAL = ("localhost", "127.0.0.1", "::1")
ENVELOPE = ("Delivered-To", "X-Original-To", "X-Envelope-To", "Envelope-To")
"""Whom the server delivered to, as servers write it; what the letter itself says (To, Cc) comes after."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Which mailbox, and how it is reached."""

    host: str
    port: int
    user: str
    password: str
    folder: str
    is_encrypted: bool
    is_upgraded: bool


def mailbox(address: str) -> Mailbox | None:
    """The mailbox that a setting names; None where none is. Raises `ValueError` for one that would go in clear."""
    if not address:
        return None
    parts = urlsplit(address)
    is_encrypted = parts.scheme == "imaps"
    is_upgraded = parse_qs(parts.query).get("starttls") == ["1"]
    if parts.scheme not in ("imap", "imaps") or not parts.hostname or not parts.username:
        raise ValueError("COMPTOIR_IMAP: imaps://user:password@host/FOLDER")
    if not (is_encrypted or is_upgraded or parts.hostname in LOCAL):
        raise ValueError("COMPTOIR_IMAP: a password never goes in clear: imaps://, or ?starttls=1")
    return Mailbox(
        host=parts.hostname,
        port=parts.port or (993 if is_encrypted else 143),
        user=unquote(parts.username),
        password=unquote(parts.password or ""),
        folder=unquote(parts.path.strip("/")) or "INBOX",
        is_encrypted=is_encrypted,
        is_upgraded=is_upgraded,
    )


def keep_emptying(box: Mailbox, desk: Desk, stopped: threading.Event) -> None:
    """Empty it every minute until told to stop; where that fails, less and less often, and the log says why."""
    wait = EVERY
    while not stopped.is_set():
        try:
            empty(box, desk)
            wait = EVERY
        except (OSError, imaplib.IMAP4.error, Later) as fault:
            log.warning("mailbox %s@%s: %s; again in %d s", box.user, box.host, fault, wait)
            wait = min(wait * 2, SLOWEST)
        stopped.wait(wait)


def empty(box: Mailbox, desk: Desk) -> int:
    """Hand each mail of the folder to the desk, and move it; says how many were kept. Raises `Later`, `OSError`, `IMAP4.error`.

    A mail leaves the folder after it is kept, never before: cut in the middle, it is handed in again, and is one mail.
    """
    with _opened(box) as server:
        return sum(_one(server, uid, desk) for uid in _uids(server))


@contextmanager
def _opened(box: Mailbox) -> Iterator[imaplib.IMAP4]:
    server = _connected(box)
    try:
        server.login(box.user, box.password)
        for folder in (TAKEN, ASIDE):
            server.create(_quoted(folder))  # there already: the server says no, and that is well
        _ok(server.select(_quoted(box.folder)))
        yield server
    finally:
        with suppress(OSError, imaplib.IMAP4.error):
            server.logout()
        with suppress(OSError):  # a line that was cut is not closed by saying good-bye on it
            server.shutdown()


def _connected(box: Mailbox) -> imaplib.IMAP4:
    if box.is_encrypted:
        context = ssl.create_default_context()
        return imaplib.IMAP4_SSL(box.host, box.port, ssl_context=context, timeout=PATIENCE)
    server = imaplib.IMAP4(box.host, box.port, timeout=PATIENCE)
    if box.is_upgraded:
        server.starttls(ssl.create_default_context())
    return server


def _uids(server: imaplib.IMAP4) -> list[bytes]:
    found = _ok(server.uid("SEARCH", "UNDELETED"))
    return found[0].split() if found and found[0] else []


def _one(server: imaplib.IMAP4, uid: bytes, desk: Desk) -> bool:
    """One mail: kept for each of our addresses that it was sent to, then moved; put aside where it is for none."""
    if _size(server, uid) > LARGEST:
        log.warning("mail %s: too large, put aside", uid.decode())
        return _moved(server, uid, ASIDE, is_kept=False)
    raw = _content(server, uid)
    letter = BytesHeaderParser(policy=default).parsebytes(raw)
    kept = [address for address in _recipients(letter) if _kept(desk, address, _sender(letter), raw)]
    return _moved(server, uid, TAKEN if kept else ASIDE, is_kept=bool(kept))


def _kept(desk: Desk, address: str, sender: str, raw: bytes) -> bool:
    if not desk.exists(address):
        return False
    try:
        desk.take(address, sender, raw)
    except Refused:
        return False
    return True


def _recipients(letter: EmailMessage) -> list[str]:
    """Whom it was delivered to; where no server said so, whom it says that it is for."""
    for names in (ENVELOPE, ("To", "Cc")):
        written = [str(value) for name in names for value in letter.get_all(name, [])]
        found = list(dict.fromkeys(address.lower() for _, address in getaddresses(written) if "@" in address))
        if found:
            return found
    return []


def _sender(letter: EmailMessage) -> str:
    return str(letter.get("Return-Path", "")).strip().strip("<>")


def _size(server: imaplib.IMAP4, uid: bytes) -> int:
    found = _ok(server.uid("FETCH", uid.decode(), "(RFC822.SIZE)"))
    said = b" ".join(part if isinstance(part, bytes) else part[0] for part in found if part)
    number = said.partition(b"RFC822.SIZE")[2].split()[:1]
    return int(number[0].rstrip(b")")) if number else 0


def _content(server: imaplib.IMAP4, uid: bytes) -> bytes:
    found = _ok(server.uid("FETCH", uid.decode(), "(BODY.PEEK[])"))
    raw = next((part[1] for part in found if isinstance(part, tuple)), None)
    if raw is None:
        raise imaplib.IMAP4.error(f"mail {uid.decode()} is gone")
    return bytes(raw)


def _moved(server: imaplib.IMAP4, uid: bytes, folder: str, *, is_kept: bool) -> bool:
    key = uid.decode()
    if "MOVE" in server.capabilities:
        _ok(server.uid("MOVE", key, _quoted(folder)))
        return is_kept
    _ok(server.uid("COPY", key, _quoted(folder)))
    _ok(server.uid("STORE", key, "+FLAGS", r"(\Deleted)"))
    if "UIDPLUS" in server.capabilities:  # without it, an EXPUNGE would take what others marked too
        _ok(server.uid("EXPUNGE", key))
    return is_kept


def _ok(answer: tuple[str, Any]) -> list[Any]:
    """What the server answered, where it did not say no: lines, and (line, literal) where it sent bytes."""
    status, found = answer
    if status != "OK":
        raise imaplib.IMAP4.error(str(found[0]) if found else status)
    return list(found)


def _quoted(name: str) -> str:
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
