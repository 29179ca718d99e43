"""SMTP and LMTP by aiosmtpd: an address is refused at its name, a mail is acknowledged once it is kept."""

import asyncio
import logging
import ssl
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from weakref import WeakSet

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from comptoir.gateways.mail_in import Desk, Later, Refused, origin

LARGEST = 140 * 1024 * 1024
"""100 MB of documents, as mail writes them (base 64 takes a third more)."""
MOST_RECIPIENTS = 50
MOST_AT_ONCE = 8
MOST_MAILS = 16
"""How many may be on their way in at a time: each is held in memory until it is kept."""

log = logging.getLogger(__name__)


class Handler:
    """The answers of the server."""

    def __init__(self, desk: Desk, checks_as: str) -> None:
        self.desk, self.checks_as = desk, checks_as
        self.coming: WeakSet[Envelope] = WeakSet()
        # Keeping a mail waits for the disk and the database: not on the loop that listens.
        self.hands = ThreadPoolExecutor(MOST_AT_ONCE)

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """An address that is not one of ours is refused by its name, before any mail is sent."""
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Trop de destinataires"
        if envelope not in self.coming and len(self.coming) >= MOST_MAILS:
            return "452 4.3.2 Trop de messages en meme temps, reessayez"
        try:
            exists = await self._by_hand(self.desk.exists, address)
        except Exception:
            return "451 4.3.0 Service indisponible, reessayez"
        if not exists:
            return "550 5.1.1 Cette adresse n'existe pas ou a change"
        self.coming.add(envelope)
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """250 only once the mail is kept; taken again, it is the same mail.

        LMTP wants an answer for each recipient in their order (RFC 2033 §4.2); SMTP has one for all of them.
        """
        raw = envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        sender = (envelope.mail_from or "").strip("<>")
        if self.checks_as:
            raw = await self._by_hand(self._stamped, raw, session, sender)
        said = [await self._kept(address, sender, raw) for address in envelope.rcpt_tos]
        return "\r\n".join(said) if isinstance(server, LMTP) else min(said, key=_gravity)

    async def _kept(self, address: str, sender: str, raw: bytes) -> str:
        """Keep it for one recipient, and say so; what one of them refuses keeps it from no other."""
        try:
            await self._by_hand(self.desk.take, address, sender, raw)
        except Refused as fault:
            return f"554 5.7.1 {_plain(fault)}"
        except Later as fault:
            return f"452 4.3.1 {_plain(fault)}"
        except Exception:
            log.exception("a mail for %s was not kept", address)
            return "451 4.3.0 Service indisponible, reessayez"
        return "250 2.0.0 Message garde"

    def _stamped(self, raw: bytes, session: Session, sender: str) -> bytes:
        peer, helo = str(session.peer[0]) if session.peer else "", session.host_name or ""
        return origin.stamped(raw, name=self.checks_as, peer=peer, helo=helo, envelope=sender)

    async def _by_hand(self, act: Callable[..., Any], *given: object) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self.hands, act, *given)


async def serve(
    desk: Desk,
    *,
    host: str,
    port: int,
    is_lmtp: bool,
    tls: ssl.SSLContext | None,
    wants_tls: bool = False,
    checks_as: str = "",
) -> asyncio.Server:
    """Listen until the server is closed; `checks_as` is the name under which a mail's origin is checked, if it is.

    With `wants_tls`, no mail is taken in clear (RFC 3207).
    """
    handler, kind = Handler(desk, checks_as), LMTP if is_lmtp else SMTP

    def connected() -> SMTP:
        return kind(
            handler,
            data_size_limit=LARGEST,
            enable_SMTPUTF8=True,
            tls_context=tls,
            require_starttls=wants_tls,
            ident="Comptoir",
            timeout=120,
            loop=asyncio.get_running_loop(),
        )

    return await asyncio.get_running_loop().create_server(connected, host, port)


def _gravity(said: str) -> int:
    """What one answer for several recipients says first: to try again, since what is kept is kept once; then no; then yes."""
    return "452".index(said[0])


def _plain(fault: Exception) -> str:
    return str(fault).encode("ascii", "replace").decode().replace("\n", " ")[:200]
